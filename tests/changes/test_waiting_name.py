"""A change of name without an answer of the identity check (docs/adr/0054): it waits, the record stays (R4.2)."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from kuaiji.accountants.models import ExamRow, Record, RecordVersion
from kuaiji.accountants.services.transferring import begin_transfer_out
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.changes.enums import NameState
from kuaiji.changes.models import WaitingName
from kuaiji.changes.services import answer_name, rename_person, withdraw_name
from kuaiji.changes.tasks import ask_about_names
from kuaiji.closing.services import close_user
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.partners import clients
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import User
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from kuaiji.keys.fields import Sealed
from kuaiji.sms.models import OutgoingSms
from people.houses.loopback import Loopback, loopback, raw, reply
from people.persons import make_picture
from people.records.drafts import operation
from people.records.versioned_records import make_record
from tests.support.record_pages import browser_of
from tests.support.together import together

NEW = "新名字"
WHY = "户口簿登记的姓名已变更"
SILENCES = {
    "down": reply(503, {}),
    "throttling": reply(429, {}),
    "nonsense": raw(200, b"no json"),
    "an unknown word": reply(200, {"result": "perhaps"}),
}


@pytest.fixture
def checker() -> Iterator[Loopback]:
    """Whoever compares names with numbers; is down."""
    with loopback(SILENCES["down"]) as partner, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUAIJI_IDENTITY_URL", partner.url)
        clients.identity_checker.cache_clear()
        yield partner
    clients.identity_checker.cache_clear()


def fields(name: str = NEW) -> dict[str, Any]:
    proof = SimpleUploadedFile("户口簿.jpg", make_picture(random.Random(5), 800, 600), "image/jpeg")
    return {"name": name, "reason": WHY, "name_proof": proof}


def asked_for(checker: Loopback) -> Record:
    """A record whose confirmed person has asked for another name while nobody answered."""
    record = make_record()
    first_check(record.user, CheckKind.IDENTITY, PartnerFinding(CheckOutcome.CLEAR)).save()
    response = browser_of(record).post("/changes/name/", fields())
    assert (response.status_code, response.headers["Location"]) == (302, "/changes/name/")
    return record


def stands_as_before(record: Record) -> bool:
    record.refresh_from_db()
    name = User.objects.get(pk=record.user_id).name
    return (
        name == record.user.name == current_version(record).content["identity"]["name"] != NEW
        and record.version == RecordVersion.objects.count() == 1
        and not ExamRow.objects.get(record=record).name_change_pending
        and record.user.checks.get(kind=CheckKind.IDENTITY).outcome == CheckOutcome.CLEAR
    )


def told(record: Record) -> list[str]:
    """Messages to the person, but that the record was collected."""
    sent = OutgoingSms.objects.exclude(template_key="collected")
    return [message.template_key for message in sent if message.phone == record.user.phone]


def run_later(minutes: int = 6) -> None:
    with time_machine.travel(clock.now() + dt.timedelta(minutes=minutes), tick=False):
        ask_about_names(0)


@pytest.mark.django_db
@pytest.mark.parametrize("silence", SILENCES)
def test_without_an_answer_the_record_stays_and_the_change_waits(checker: Loopback, silence: str) -> None:
    checker.behaviour = SILENCES[silence]
    reports = OutboxMessage.objects.count()
    record = asked_for(checker)
    assert stands_as_before(record) and OutboxMessage.objects.count() == reports + 1  # of the collection
    row = WaitingName.objects.select_related("person_key").get()
    assert (row.state, row.name, row.reason) == ("waiting", NEW, WHY)
    assert isinstance(WaitingName.objects.get().__dict__["name"], Sealed)
    event = Event.objects.get(kind="NameHeldBack")
    assert event.personal == {"name": NEW, "reason": WHY} and not Event.objects.filter(kind="NameChanged").exists()
    client = browser_of(record)
    for path in ("/changes/", "/me/", "/changes/name/"):
        page = client.get(path).content.decode()
        assert "待核验" in page and NEW in page and record.user.name in page, path
    assert "撤回修改" in client.get("/changes/name/").content.decode()
    assert client.get("/changes/personal/").status_code == 200  # everything else may be changed
    assert client.post("/changes/name/", fields("又一个")).headers["Location"] == "/changes/name/"
    assert WaitingName.objects.count() == 1 and len(checker.requests) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("result", ["match", "not_covered"])
def test_a_yes_changes_the_name_once(checker: Loopback, result: str) -> None:
    record = asked_for(checker)
    run_later()
    assert stands_as_before(record) and WaitingName.objects.get().attempts == 2
    checker.behaviour = reply(200, {"result": result})
    run_later(2)
    assert len(checker.requests) == 2  # not before its time
    run_later(30)
    run_later(60)
    record.refresh_from_db()
    assert checker.requests[-1].json()["name"] == NEW and len(checker.requests) == 3
    version = current_version(record)
    assert (record.version, version.content["identity"]["name"], version.actor_kind) == (2, NEW, ActorKind.SYSTEM)
    assert User.objects.get(pk=record.user_id).name == NEW and ExamRow.objects.get(record=record).name_change_pending
    row = WaitingName.objects.get()
    assert (row.state, row.next_attempt_at) == (NameState.APPLIED, None) and told(record) == ["name_changed"]
    assert Attachment.objects.get(pk=row.proof_id).claimed_at
    assert Event.objects.get(kind="NameChanged").personal["reason"] == WHY
    outcome = {"match": CheckOutcome.CLEAR, "not_covered": CheckOutcome.NOT_COVERED}[result]
    assert record.user.checks.get(kind=CheckKind.IDENTITY).outcome == outcome
    assert "待核验" not in browser_of(record).get("/me/").content.decode()


@pytest.mark.django_db
def test_a_no_leaves_the_record_and_says_why(checker: Loopback) -> None:
    record = asked_for(checker)
    checker.behaviour = reply(200, {"result": "mismatch"})
    run_later()
    assert stands_as_before(record) and WaitingName.objects.get().state == NameState.REFUSED
    assert told(record) == ["waiting_returned"]
    client = browser_of(record)
    for path in ("/changes/", "/me/"):
        page = client.get(path).content.decode()
        assert "姓名没有变更" in page and "核验不一致" in page and "财政部门" in page
    page = client.get("/changes/name/").content.decode()
    assert f'value="{NEW}"' in page and WHY in page and "已收到 姓名变更证明" in page  # nothing is typed twice
    checker.behaviour = reply(200, {"result": "match"})
    assert client.post("/changes/name/", {"name": NEW, "reason": WHY}).headers["Location"] == "/changes/?done=2"
    assert "姓名没有变更" not in client.get("/me/").content.decode()


@pytest.mark.django_db
def test_taken_back_it_is_never_applied(checker: Loopback) -> None:
    record = asked_for(checker)
    client, row = browser_of(record), WaitingName.objects.get()
    for _ in range(2):
        assert client.post("/changes/name/withdraw/").headers["Location"] == "/changes/"
    assert client.get("/changes/name/withdraw/").status_code == 405
    checker.behaviour = reply(200, {"result": "match"})
    run_later()
    answer_name(waiting_id=row.pk, finding=PartnerFinding(CheckOutcome.CLEAR))
    assert stands_as_before(record) and WaitingName.objects.get().state == NameState.WITHDRAWN
    assert Attachment.objects.get(pk=row.proof_id).claimed_at is None and told(record) == []
    assert [event.data["after"] for event in Event.objects.filter(kind="NameDecided")] == ["withdrawn"]
    assert f'value="{NEW}"' in client.get("/changes/name/").content.decode()


@pytest.mark.django_db
def test_a_yes_for_a_record_that_a_transfer_locks_is_given_back_in_words(checker: Loopback) -> None:
    record = asked_for(checker)
    begin_transfer_out(
        operation=operation(record.user, OperationKind.TRANSFER_OUT), record_id=record.pk, source_id=uuid7()
    )
    row = WaitingName.objects.get()
    answer_name(waiting_id=row.pk, finding=PartnerFinding(CheckOutcome.CLEAR))
    row.refresh_from_db()
    assert row.state == NameState.REFUSED and "调出" in row.words
    assert User.objects.get(pk=record.user_id).name != NEW and not Event.objects.filter(kind="NameChanged").exists()


@pytest.mark.django_db
def test_who_closes_leaves_no_change_behind_and_nobody_else_takes_one_back(checker: Loopback) -> None:
    record, other = asked_for(checker), make_record(seed=2)
    browser_of(other).post("/changes/name/withdraw/")
    assert WaitingName.objects.get().state == NameState.WAITING
    close_user(operation=operation(record.user, OperationKind.CLOSING), user_id=record.user_id)
    assert not WaitingName.objects.exists()
    ask_about_names(0)


@pytest.mark.django_db
def test_the_database_lets_one_wait_for_each_record(checker: Loopback) -> None:
    record = asked_for(checker)
    row = WaitingName.objects.select_related("person_key").get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    with pytest.raises(RuleBroken, match="name_waiting"):
        rename_person(
            operation=operation(record.user, OperationKind.RECORD_CHANGING),
            record=record,
            name="又一个",
            proof_id=row.proof_id,
            reason=WHY,
        )


@pytest.mark.race
def test_of_a_yes_and_a_withdrawal_at_once_one_counts(checker: Loopback) -> None:
    record = asked_for(checker)
    row = WaitingName.objects.get()
    by_person = Operation(kind=OperationKind.RECORD_CHANGING, actor_kind=ActorKind.CITIZEN, actor_id=record.user_id)
    together(
        [
            lambda: answer_name(waiting_id=row.pk, finding=PartnerFinding(CheckOutcome.CLEAR)),
            lambda: withdraw_name(operation=by_person, record_id=record.pk),
            lambda: answer_name(waiting_id=row.pk, finding=PartnerFinding(CheckOutcome.CLEAR)),
        ]
    )
    row.refresh_from_db()
    versions, name = RecordVersion.objects.count(), User.objects.get(pk=record.user_id).name
    assert (row.state, versions, name == NEW) in {(NameState.APPLIED, 2, True), (NameState.WITHDRAWN, 1, False)}
    assert Event.objects.filter(kind="NameDecided").count() == 1
