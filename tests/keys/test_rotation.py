"""Keys are changed while people work: everything stays readable, everybody stays found, and once."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import ExamRow
from kuaiji.accountants.services.versions import current_version
from kuaiji.archives import check_codes
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common import keyring as ciphers
from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import SUITES, KeyringError, keyring, parse_keyring
from kuaiji.exchange.models import InboxMessage
from kuaiji.house.databases import Server
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import Fingerprint, User
from kuaiji.identity.people.fingerprints import (
    current_fingerprint,
    document_fingerprints,
    phone_fingerprints,
    replace_fingerprints,
    users_with,
)
from kuaiji.identity.sessions.known_browsers import browser_cookie_name, browser_of, is_known_to_any, remember_browser
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.keys import fields
from kuaiji.keys.models import PersonKey
from kuaiji.keys.rotation import fields_of
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from kuaiji.sms.services import send_message
from kuaiji.transfers.feed import store_release
from kuaiji.transfers.models import Release
from kuaiji.transfers.services.proving import has_bound_phone, release_of
from kuaiji_signed import canonical
from kuaiji_wire.messages import Envelope
from kuaiji_wire.proofs import ClaimProofs, PhoneDigest
from people import wire_samples
from people.factories import DraftFactory
from people.hub_stories import Story
from people.persons import make_person
from people.records.drafts import fill_in, submit
from people.records.key_rings import GONE, NEW, OLD, RETIRED, Rings
from people.records.users import make_user

UseRing = Callable[..., None]
RINGS = Rings(os.environ["KUAIJI_KEYRING"])
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseRing]:
    """Go on with another ring, as a process that was started anew."""

    def change(**how: Any) -> None:
        monkeypatch.setenv("KUAIJI_KEYRING", RINGS.text(**how))
        keyring.cache_clear()
        fields._service_box.cache_clear()

    yield change
    monkeypatch.undo()
    keyring.cache_clear()
    fields._service_box.cache_clear()


def rotate(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("rotate_keys")
    return capsys.readouterr().out


def collected(seed: int) -> User:
    person = make_person(random.Random(seed), status="1")
    user = make_user(person)
    fill_in(user, person)
    submit(user)
    return user


@pytest.mark.django_db
def test_after_all_steps_nothing_of_people_needs_the_old_keys(use: UseRing, capsys: pytest.CaptureFixture[str]) -> None:
    people = [collected(seed) for seed in (1, 2)]
    numbers = {user.pk: (user.document_number, user.phone) for user in people}
    use(current=OLD)
    people.append(make_user(seed=3))  # by a process that has both keys already
    use()
    said = rotate(capsys)
    assert "w1：没有密钥再用它封装" in said and "f1：仍在建索引" in said
    use(old=RETIRED)
    assert "f1：已停用" in rotate(capsys)
    use(old=GONE)
    assert set(PersonKey.objects.filter(destroyed_at=None).values_list("wrapping_key", flat=True)) == {"w2"}
    for user in User.objects.filter(pk__in=numbers).select_related("person_key"):
        assert (user.document_number, user.phone) == numbers[user.pk]
    use(old=RETIRED)
    assert set(Fingerprint.objects.values_list("key_id", flat=True)) == {"f2"}
    assert Fingerprint.objects.count() == 3 * len(people)
    for user in people:
        document = document_fingerprints(user.document)
        assert list(users_with(FingerprintKind.DOCUMENT, document)) == [user]
        if hasattr(user, "record"):
            assert bytes(ExamRow.objects.get(record=user.record).document_fingerprint) == current_fingerprint(document)


def heads() -> dict[str, set[bytes]]:
    """How the sealed values of each table begin: version and suite."""
    found: dict[str, set[bytes]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            for field in fields_of(model):
                cursor.execute(
                    f"SELECT DISTINCT substring({field.column} FROM 1 FOR 2) FROM {model._meta.db_table}"
                    f" WHERE {field.column} IS NOT NULL"
                )
                found.setdefault(model._meta.db_table, set()).update(bytes(head) for (head,) in cursor)
    return {table: begins for table, begins in found.items() if begins}


def told(number: int) -> InboxMessage:
    """What the hub told, under a key of its own."""
    return InboxMessage.objects.create(
        number=number,
        message_id=uuid7(),
        received_at=clock.now(),
        person_key=PersonKey.objects.make(),
        envelope=b"told",
    )


ONLY_GROW = {"audit_event", "accountants_recordversion"}


@pytest.mark.django_db
@pytest.mark.parametrize("suite", SUITES)
def test_values_of_an_old_version_or_another_suite_are_sealed_anew(
    suite: str, use: UseRing, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = bytes([1, SUITES.index(keyring().suite)]), bytes([2, SUITES.index(suite)])
    with monkeypatch.context() as before:
        before.setattr(ciphers, "current_head", lambda name: bytes([1, SUITES.index(name)]))
        user = collected(1)
        kept, erased = (told(number) for number in (1, 2))
        draft = DraftFactory.create(person=make_person(random.Random(3), status="1"), until=SectionSlug.EDUCATION)
    answers = {row.step: row.data for row in draft.answers.select_related("person_key")}
    was = heads()
    assert set(was) >= {"identity_user", "collection_stepanswers", *ONLY_GROW}
    assert all(begins == {old} for begins in was.values())
    erased.person_key.destroy(at=clock.now())
    use(suite=suite)
    said = rotate(capsys)
    assert "（identity_user）：换了 2 条" in said and "（exchange_inboxmessage）：换了 1 条" in said
    InboxMessage.objects.filter(pk=erased.pk).delete()
    assert {table for table, begins in heads().items() if begins != {new}} == ONLY_GROW
    assert InboxMessage.objects.select_related("person_key").get(pk=kept.pk).envelope == b"told"
    again = User.objects.select_related("person_key").get(pk=user.pk)
    assert (again.document_number, again.phone) == (user.document_number, user.phone)
    assert current_version(again.record).content == current_version(user.record).content
    assert {row.step: row.data for row in draft.answers.select_related("person_key")} == answers
    assert "（identity_user）：换了 0 条" in rotate(capsys)


@pytest.mark.django_db
def test_who_is_on_the_way_here_is_found_by_the_new_key_and_proves_with_the_same_phone(
    use: UseRing, capsys: pytest.CaptureFixture[str]
) -> None:
    """The digest of the phone is made under a key of its message: no ring has it, and none may touch it."""
    story = Story(origin="440300", destination="440000", division="440103")
    phone = PhoneDigest.made_of("15900000001", algorithm="hmac-sm3")
    message = story.released_2().model_copy(update={"proofs": ClaimProofs(renewal=1, phone=phone, code=None)})
    envelope = Envelope.of(message, id=uuid7(), sent_at=wire_samples.NOW)
    row = told(1)
    InboxMessage.objects.filter(pk=row.pk).update(message_id=envelope.id)
    row.message_id, row.envelope = envelope.id, canonical.dump(envelope.plain())
    row.save()
    use(current=OLD)
    store_release(Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE), message, envelope.id)
    use()
    assert Release.objects.get().document_key_id == "f1"
    rotate(capsys)
    assert Release.objects.get().document_key_id == "f2"
    use(old=RETIRED)
    rotate(capsys)
    use(old=GONE)
    coming = release_of(message.person.document)
    assert coming and coming.pk == story.transfer_id
    assert has_bound_phone(coming, "15900000001") and not has_bound_phone(coming, "15900000002")


@pytest.mark.django_db
def test_three_people_of_one_phone_keep_three_places(use: UseRing, capsys: pytest.CaptureFixture[str]) -> None:
    people = [make_user(seed=seed) for seed in (1, 2, 3)]
    shared = phone_fingerprints(people[0].phone)
    for user in people[1:]:
        user.phone = people[0].phone
        user.save()
        replace_fingerprints(user, FingerprintKind.PHONE, shared, people=3)
    use()
    rotate(capsys)
    anew = Fingerprint.objects.filter(kind=FingerprintKind.PHONE, key_id="f2")
    assert sorted(anew.values_list("slot", flat=True)) == [1, 2, 3]


@pytest.mark.django_db
def test_an_erased_person_stays_erased(use: UseRing, capsys: pytest.CaptureFixture[str]) -> None:
    user = make_user(seed=1)
    user.fingerprints.all().delete()
    key = user.person_key
    key.destroy(at=user.joined_at)
    use()
    rotate(capsys)
    key.refresh_from_db()
    assert key.wrapped is None and key.wrapping_key == "w1" and not user.fingerprints.exists()


@pytest.mark.django_db
def test_what_is_under_way_goes_on(use: UseRing) -> None:
    """Sessions, browsers, codes, messages and papers of before a change of the current keys are good after it."""
    user = make_user(seed=1)
    session = SessionStore()
    session["kept"] = "yes"
    session.create()
    cookie = session.session_key
    value = "A" * 22
    client = Client()
    request = client.get("/").wsgi_request
    request.COOKIES[browser_cookie_name()] = value
    remember_browser(user.pk, browser_of(request))
    message = send_message(
        template_key=TemplateKey.CLOSED, phone=user.phone, parameters={"time": "今天"}, expires_at=user.joined_at
    )
    paper = check_codes.new_code()
    kept = check_codes.code_fingerprint(paper)
    use()
    again = SessionStore(cookie)
    assert again["kept"] == "yes"
    again["more"] = "yes"
    again.save()
    assert SessionStore(cookie)["more"] == "yes"
    assert is_known_to_any(value, [user.pk])
    assert OutgoingSms.objects.get(pk=message).phone == user.phone
    use(old=RETIRED)
    assert kept in check_codes.code_fingerprints(paper)


def test_a_current_key_cannot_be_retired() -> None:
    text = json.loads(RINGS.text())
    text["fingerprint"]["keys"]["f2"]["retired"] = True
    with pytest.raises(KeyringError, match="retired"):
        parse_keyring(json.dumps(text))


@pytest.mark.race
def test_what_others_hold_is_left_and_said(use: UseRing, capsys: pytest.CaptureFixture[str]) -> None:
    user = make_user(seed=1)
    use()
    held = connection.copy()
    try:
        held.set_autocommit(False)
        with held.cursor() as cursor:
            cursor.execute("SELECT 1 FROM identity_user WHERE id = %s FOR NO KEY UPDATE", [user.pk])
        with pytest.raises(CommandError, match="正被占用"):
            rotate(capsys)
        assert Fingerprint.objects.filter(user=user, key_id="f2").count() == 0
    finally:
        held.rollback()
        held.close()
    rotate(capsys)
    assert Fingerprint.objects.filter(user=user, key_id="f2").count() == 3


REGISTER = """
import random, sys, django
django.setup()
from django.db import transaction
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.people.details import Details
from kuaiji.identity.registration.services import make_user
from people.factories import DraftFactory
from people.persons import make_person
PASSWORD = "mulan-9-tigers-hill"
print("ready", flush=True)
sys.stdin.readline()
for seed in range(20):
    person = make_person(random.Random(seed), status="1")
    details = Details.from_flat(person.details)
    try:
        with transaction.atomic():
            make_user(details, works_in_accounting=True, holds_qualification=True, password=PASSWORD, is_confirmed=True)
        print("made", flush=True)
    except RuleBroken as broken:
        print(broken.code, flush=True)
"""


@pytest.mark.race
def test_processes_that_differ_about_the_current_key_make_one_person(server: Server, cloned_database: str) -> None:
    url = server.url(server.app, cloned_database)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", REGISTER],
            cwd=ROOT,
            env=os.environ | {"KUAIJI_KEYRING": RINGS.text(current), "DATABASE_URL": url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for current in (OLD, NEW)
    ]
    for process in both:
        assert process.stdout and process.stdout.readline() == "ready\n"
    said = [process.communicate("go\n", timeout=60)[0].split() for process in both]
    for one, other in zip(*said, strict=True):
        assert sorted((one, other)) == ["already_registered", "made"]
    assert User.objects.count() == 20
    assert Fingerprint.objects.count() == 20 * 3 * 2
