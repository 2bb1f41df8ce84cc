"""Who may ask, by which keys, and for how long after a key was taken back."""

import base64
import datetime as dt
import ipaddress
import json
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from kuaiji.audit.models import Event
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.examchecks.models import ExamClient, ExamClientKey
from kuaiji.examchecks.services.clients import revoke_key, rotate_key
from kuaiji.examchecks.services.key_book import KeyBook
from kuaiji.exams.enums import ExamLevel
from people.records.exam_clients import NAME, added, found, operation

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command("exam_client", *words)
    return capsys.readouterr().out


def test_a_client_is_known_by_what_it_was_told() -> None:
    made = added(levels=[ExamLevel.MIDDLE], addresses=["203.0.113.0/24", "2001:db8::/32"], rate=7)
    client = KeyBook().find(made.keyid, now=clock.now().timestamp())
    assert (
        client is not None and client.secret.value == base64.b64decode(made.secret) and len(client.secret.value) == 32
    )
    assert (client.name, client.levels, client.rate) == (NAME, frozenset({2}), 7)
    inside = [client.may_come_from(ipaddress.ip_address(each)) for each in ("203.0.113.9", "2001:db8::1")]
    outside = [client.may_come_from(ipaddress.ip_address(each)) for each in ("203.0.114.9", "::1")]
    assert (inside, outside, client.may_come_from(None)) == ([True, True], [False, False], False)
    assert "exam" in repr(client) and made.secret not in repr(client) + repr(made)


def test_a_secret_is_shown_once_and_sealed(capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(said(capsys, "add", NAME, "--suite", "sm", "--json"))
    assert set(made) == {"keyid", "alg", "secret"} and made["alg"] == "hmac-sm3"
    key = ExamClientKey.objects.get(keyid=made["keyid"])
    assert key.secret == made["secret"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM examchecks_examclientkey WHERE id = %s", [key.pk])
        kept = bytes(cursor.fetchone()[0])
    assert made["secret"].encode() not in kept and base64.b64decode(made["secret"]) not in kept
    assert made["secret"] not in said(capsys, "list") + said(capsys, "list", "--json")
    told = json.dumps(list(Event.objects.filter(subject_id=key.client_id).values_list("kind", "data")))
    assert made["secret"] not in told and "ExamKeyMade" in told and "ExamClientAdded" in told


def test_a_rotation_lets_two_keys_hold_for_a_while() -> None:
    old = added()
    new = rotate_key(operation=operation(), keyid=old.keyid, overlap=dt.timedelta(hours=1))
    assert found(old.keyid) and found(new.keyid) and new.secret != old.secret
    with pytest.raises(RuleBroken) as broken:
        rotate_key(operation=operation(), keyid=new.keyid)
    assert (broken.value.code, broken.value.field) == ("two_keys", "keyid")
    with time_machine.travel(clock.now() + dt.timedelta(hours=2)):
        assert (found(old.keyid), found(new.keyid)) == (False, True)
        rotate_key(operation=operation(), keyid=new.keyid)  # the first one is over: there is room


def test_a_key_holds_within_its_time_only() -> None:
    begin = clock.now() + dt.timedelta(hours=1)
    made = added(not_before=begin, not_after=begin + dt.timedelta(hours=1))
    for hours, holds in ((0, False), (1.5, True), (2.5, False)):
        with time_machine.travel(clock.now() + dt.timedelta(hours=hours)):
            assert found(made.keyid) is holds


def test_what_is_refused_leaves_nothing() -> None:
    added()
    before = ExamClient.objects.count(), ExamClientKey.objects.count(), Event.objects.count()
    now = clock.now()
    for how, code, field in (
        ({}, "client_known", "name"),
        ({"name": ""}, "required", "name"),
        ({"name": "系" * 51}, "too_long", "name"),
        ({"name": "别的", "levels": []}, "no_level", "levels"),
        ({"name": "别的", "addresses": ["203.0.113.1/24"]}, "bad_network", "addresses"),
        ({"name": "别的", "rate": 0}, "bad_rate", "rate"),
        ({"name": "别的", "rate": 1_000_001}, "bad_rate", "rate"),
        ({"name": "别的", "not_before": now, "not_after": now}, "ends_before_it_begins", "not_after"),
    ):
        with pytest.raises(RuleBroken) as broken:
            added(**how)
        assert (broken.value.code, broken.value.field) == (code, field)
    for act in (rotate_key, revoke_key):
        with pytest.raises(RuleBroken, match="unknown_key"):
            act(operation=operation(), keyid="exam-0000000000000000")
    assert (ExamClient.objects.count(), ExamClientKey.objects.count(), Event.objects.count()) == before


def test_the_database_keeps_to_it_too() -> None:
    client = ExamClient.objects.get(keys__keyid=added().keyid)
    wrongs: tuple[dict[str, Any], ...] = ({"rate": 0}, {"levels": []})
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            ExamClient.objects.filter(pk=client.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        client.keys.update(not_after=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))


def test_the_command_lists_rotates_and_revokes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        said(capsys, "list")
    capsys.readouterr()
    made = json.loads(
        said(capsys, "add", NAME, "--levels", "1,3", "--addresses", "203.0.113.7", "--rate", "9", "--json")
    )
    new = json.loads(said(capsys, "rotate", made["keyid"], "--suite", "sm", "--json"))
    assert said(capsys, "revoke", made["keyid"]).rstrip().endswith("已停用")
    with pytest.raises(CommandError, match="没有这个有效的密钥"):
        said(capsys, "revoke", made["keyid"])
    listed = json.loads(said(capsys, "list", "--json"))
    assert [(row["keyid"], row["alg"], row["state"]) for row in listed] == [
        (made["keyid"], "hmac-sha256", "revoked"),
        (new["keyid"], "hmac-sm3", "valid"),
    ]
    assert (listed[0]["levels"], listed[0]["addresses"], listed[0]["rate"]) == (["1", "3"], ["203.0.113.7/32"], 9)
    assert "初级、高级  203.0.113.7/32  每秒9" in said(capsys, "list")


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["add", NAME, "--levels", "4"], "不是级别"),
        (["add", NAME, "--not-after", "明天"], "不是时间"),
        (["add", NAME, "--rate", "0"], "每秒 1 至"),
        (["add", NAME, "--addresses", "everywhere"], "不是地址或网段"),
        (["rotate", "exam-1", "--overlap-hours", "-1"], "不能小于 0"),
    ],
)
def test_the_command_says_what_it_cannot_read(words: list[str], wrong: str) -> None:
    with pytest.raises(CommandError, match=wrong):
        call_command("exam_client", *words)
