"""``kuaiji mend-texts``: what older rules left comes to today's form, once, and the past stays as it was."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from kuaiji.accountants.enums import SectionSlug, VersionKind
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.accountants.services import mending
from kuaiji.accountants.services.opening import open_record
from kuaiji.accountants.services.transferring import begin_transfer_out, cancel_transfer_out, finish_transfer_out
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.collection.enums import SubmissionState
from kuaiji.collection.models import StepAnswers, Submission
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.common.mending import TEXT_RULES
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.models import User
from kuaiji_wire.names import fold_name
from people.factories.records import DraftFactory
from people.records.drafts import attachment
from people.records.users import make_user
from people.records.versioned_records import by_owner, inconsistencies, make_record, standing

TABLES = (
    "identity_user",
    "accountants_record",
    "accountants_recordversion",
    "accountants_examrow",
    "accountants_employment",
    "collection_stepanswers",
    "audit_operation",
    "audit_event",
    "exchange_outboxmessage",
)
SOURCE = uuid7()


def mend(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    call_command("mend_texts", *words)
    return [line.partition("，用时")[0] for line in capsys.readouterr().out.splitlines()]


def of_before(user: User, name: str) -> None:
    """As a row that was written before there were rules."""
    User.objects.filter(pk=user.pk).update(name=name, text_rules=1)


def record_of_before(seed: int, name: str = "王 明") -> Record:
    """A person whose name and employer were kept with what nobody sees in them."""
    pattern = make_record(seed=seed)
    answers = answers_of(current_version(pattern))
    user = make_user(seed=100 + seed)
    own = {each: str(attachment(user, each).pk) for each in ("photo", "id_card_front", "id_card_back")}
    answers[SectionSlug.PERSONAL] |= own
    answers[SectionSlug.EMPLOYMENT] |= {"employer_name": "广州示例\u3164有限\u200d公司", "employer_address": "\u3164"}
    of_before(user, name)
    user.refresh_from_db()
    operation = Operation(kind=OperationKind.RECORD_COLLECTING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)
    return open_record(operation=operation, user=user, answers=answers)


def stored() -> dict[str, list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            found[table] = cursor.fetchall()
        return found


@pytest.mark.django_db
def test_a_record_gets_a_version_and_the_past_stays(capsys: pytest.CaptureFixture[str]) -> None:
    record = record_of_before(1)
    past = dict(record.versions.get().content)
    assert mend(capsys)[0] == "姓名和档案：看了 1 条，改了 1 条"
    record = Record.objects.get(pk=record.pk)
    old, new = record.versions.order_by("number")
    assert old.content == past
    assert (new.kind, new.actor_kind, new.section) == (VersionKind.CORRECTED, ActorKind.SYSTEM, "")
    assert new.content["identity"]["name"] == record.user.name == record.exam_row.name == "王明"
    assert record.exam_row.name_folded == "王明"
    employment = standing(record, SectionSlug.EMPLOYMENT)
    assert employment["employer_name"] == record.employment.employer_name == "广州示例有限公司"
    assert employment["employer_address"] == "\u3164"  # nothing would be left of it, and it has to be there
    event = Event.objects.get(subject_id=record.pk, kind="TextsMended")
    assert event.data["fields"] == ["employment", "name"] and event.personal["before"]["name"] == "王 明"
    assert inconsistencies(record) == []
    confirmed = record.confirmed_at
    assert confirmed == record.collected_at  # nobody has confirmed anything
    assert OutboxMessage.objects.filter(subject_id=record.pk, topic="record.reported").count() == 2
    browser = Client()
    browser.force_login(record.user)
    assert mending.REASON in browser.get("/me/history/").content.decode()


@pytest.mark.django_db
def test_a_dry_run_says_what_would_change_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    record_of_before(1)
    of_before(make_user(seed=5), "王明")
    before = stored()
    said = mend(capsys, "--dry-run")
    assert stored() == before
    assert said == [
        "姓名和档案：待看 2 条，将改 1 条",
        "考试核验：待看 0 条，将改 0 条",
        "姓名的比对形式：待看 0 条，将改 0 条",
        "填写中的信息：待看 0 条，将改 0 条",
        "待核验的信息：待看 0 条，将改 0 条",
    ]


@pytest.mark.django_db
def test_a_second_run_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    record_of_before(1)
    mend(capsys)
    before = stored()
    assert [line.partition("：")[2] for line in mend(capsys)] == ["看了 0 条，改了 0 条"] * 5
    assert stored() == before


@pytest.mark.django_db
@pytest.mark.parametrize("fatal", [1, 2, 3])
def test_a_run_that_was_killed_goes_on_where_it_was(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fatal: int
) -> None:
    """Killed at the ``fatal``-th person of three, one person a transaction: no person gets a second version."""
    records = [record_of_before(seed) for seed in (1, 2, 3)]
    monkeypatch.setattr(mending, "AT_A_TIME", 1)
    mended, real = [], mending.mend_person

    def dying(*, operation: Operation, user: User) -> bool:
        mended.append(user.pk)
        done = real(operation=operation, user=user)
        if len(mended) == fatal:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(mending, "mend_person", dying)
    with pytest.raises(KeyboardInterrupt):
        mend(capsys)
    assert Record.objects.filter(pk__in=[one.pk for one in records], version=2).count() == fatal - 1
    monkeypatch.setattr(mending, "mend_person", real)
    assert mend(capsys)[0] == f"姓名和档案：看了 {4 - fatal} 条，改了 {4 - fatal} 条"
    assert [Record.objects.get(pk=one.pk).version for one in records] == [2, 2, 2]
    assert [inconsistencies(one) for one in records] == [[], [], []]


@pytest.mark.django_db
def test_who_is_on_the_way_out_waits_and_who_has_left_stays(capsys: pytest.CaptureFixture[str]) -> None:
    waiting, left = record_of_before(1), record_of_before(2)
    for record in (waiting, left):
        begin_transfer_out(operation=by_owner(record), record_id=record.pk, source_id=SOURCE)
    machine = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    finish_transfer_out(operation=machine, record_id=left.pk)
    waits = "姓名和档案：另有 1 条正在办理调出，办结后请再运行一次"
    assert mend(capsys, "--dry-run")[:2] == ["姓名和档案：待看 1 条，将改 0 条", waits]
    assert mend(capsys)[:2] == ["姓名和档案：看了 1 条，改了 0 条", waits]
    assert Record.objects.get(pk=left.pk).version == 1 and User.objects.get(pk=left.user_id).name == "王 明"
    assert User.objects.get(pk=waiting.user_id).text_rules == 1
    cancel_transfer_out(operation=by_owner(waiting), record_id=waiting.pk, source_id=SOURCE)
    assert mend(capsys)[0] == "姓名和档案：看了 1 条，改了 1 条"
    assert Record.objects.get(pk=waiting.pk).version == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("古丽·", "古丽"),
        ("张\u3164伟", "张伟"),
        ("ＪＯＨＮ ＳＭＩＴＨ", "JOHN SMITH"),
        ("李3明", "李3明"),
        ("李明", "李明"),
    ],
)
def test_a_name_without_a_record_is_put_right_in_place(
    capsys: pytest.CaptureFixture[str], name: str, mended: str
) -> None:
    user = make_user(seed=1)
    of_before(user, name)
    mend(capsys)
    user.refresh_from_db()
    assert (user.name, user.text_rules) == (mended, TEXT_RULES)
    assert not Event.objects.exists() and not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_what_the_exam_check_compares_is_folded(capsys: pytest.CaptureFixture[str]) -> None:
    record = make_record()
    assert ExamRow.objects.get(record=record).name_folded
    ExamRow.objects.update(name="SMITH John", name_folded="")
    User.objects.update(name="SMITH John", name_folded="")
    assert mend(capsys)[1:3] == ["考试核验：看了 1 条，改了 1 条", "姓名的比对形式：看了 1 条，改了 1 条"]
    assert ExamRow.objects.get(record=record).name_folded == "smithjohn"
    assert User.objects.get(pk=record.user_id).name_folded == "smithjohn"


@pytest.mark.django_db
def test_with_a_name_goes_what_of_it_is_compared() -> None:
    user = make_user(seed=1)
    assert user.name_folded == fold_name(user.name)
    user.name = "SMITH John"
    user.save(update_fields=["name"])
    assert User.objects.get(pk=user.pk).name_folded == "smithjohn"
    user.name_folded = "kept"
    user.save(update_fields=["last_login"])
    assert User.objects.get(pk=user.pk).name_folded == "smithjohn"


@pytest.mark.django_db
def test_drafts_and_what_waits_are_mended_without_anybody_noticing(capsys: pytest.CaptureFixture[str]) -> None:
    user, other = make_user(seed=1), make_user(seed=2)
    draft = DraftFactory.create(user=user)
    row = StepAnswers.objects.get(draft=draft, step="employment")
    row.data = row.data | {"employer_name": "广州\u200e示例"}
    row.save()
    waiting = Submission.objects.create(
        user=other,
        person_key=other.person_key,
        waits_for="identity",
        state=SubmissionState.WAITING,
        answers={"employment": {"employer_name": "\u202d广州示例", "periods": [{"employer_name": "示\ufeff例"}]}},
        notice_version="1",
        submitted_at=clock.now(),
    )
    before = StepAnswers.objects.filter(pk=row.pk).values("revision", "saved_at").get()
    assert mend(capsys)[3:] == ["填写中的信息：看了 1 条，改了 1 条", "待核验的信息：看了 1 条，改了 1 条"]
    row = StepAnswers.objects.get(pk=row.pk)
    assert row.data["employer_name"] == "广州示例"
    assert StepAnswers.objects.filter(pk=row.pk).values("revision", "saved_at").get() == before
    answers = Submission.objects.get(pk=waiting.pk).answers
    assert answers["employment"] == {"employer_name": "广州示例", "periods": [{"employer_name": "示例"}]}


@pytest.mark.race
def test_whom_others_hold_is_left_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    record = record_of_before(1)
    held = connection.copy()
    try:
        held.set_autocommit(False)
        with held.cursor() as cursor:
            cursor.execute("SELECT 1 FROM identity_user WHERE id = %s FOR NO KEY UPDATE", [record.user_id])
        with pytest.raises(CommandError, match="姓名和档案：还有一些正被占用"):
            mend(capsys)
        assert Record.objects.get(pk=record.pk).version == 1
    finally:
        held.rollback()
        held.close()
    assert mend(capsys)[0] == "姓名和档案：看了 1 条，改了 1 条"
    assert Record.objects.get(pk=record.pk).version == 2
