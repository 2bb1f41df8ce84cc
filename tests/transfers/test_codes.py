"""调转码 at the origin: drawn with the approval, shown to its owner, told to the destination, renewed."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kuaiji.accountants.models import Record
from kuaiji.accountants.services.transferring import begin_transfer_out
from kuaiji.attachments import storage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import LABEL
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import AccessLog, Event
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.security.services import replace_phone
from kuaiji.sms.models import OutgoingSms
from kuaiji.transfers.enums import Action, Actor, OutState
from kuaiji.transfers.messages import code_renewed, released
from kuaiji.transfers.models import TransferCode, TransferOut
from kuaiji.transfers.services.advancing import advance_transfer
from kuaiji.transfers.services.codes import code_of
from kuaiji_wire.messages import TransferReleased, TransferReleased2
from kuaiji_wire.proofs import CODE_LETTERS, read_code
from people.factories import TransferOutFactory
from people.records.versioned_records import make_record
from tests.support.record_pages import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _speaks_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUAIJI_WIRE_VERSION", "2")


def approved(record: Record) -> TransferOut:
    """A transfer whose review has passed."""
    row = TransferOutFactory.create(record=record)
    by = Operation(kind=OperationKind.TRANSFER_OUT, actor_kind=ActorKind.CITIZEN, actor_id=record.user_id)
    begin_transfer_out(operation=by, record_id=record.pk, source_id=row.pk)
    return step(row, Action.REVIEW_PASSED, Actor.SYSTEM)


def step(row: TransferOut, action: Action, actor: Actor) -> TransferOut:
    found: dict[str, Any] = {"reviewed_at": clock.now()} if actor == Actor.SYSTEM else {}
    operation = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    return advance_transfer(operation=operation, row=row, action=action, actor=actor, **found)


def at_the_hub(record: Record) -> TransferOut:
    return step(approved(record), Action.RELEASE_ACCEPTED, Actor.HUB)


def draw_files(record: Record) -> None:
    """Something behind the rows that stand for pictures."""
    for row in Attachment.objects.filter(person_key=record.person_key).select_related("person_key"):
        storage.write(row.storage_key, row.person_key.box.seal(b"\xff\xd8\xff\xe0 a picture", LABEL, row.pk))


def codes_sent() -> list[tuple[str, str]]:
    """Phone and code of each message, the first first."""
    rows = OutgoingSms.objects.filter(template_key__startswith="transfer_code").order_by("pk")
    return [(row.phone or "", (row.parameters or {})["code"]) for row in rows]


def renew(client: Client, row: TransferOut, renewal: int) -> int:
    return client.post(f"/transfers/out/{row.pk}/code/", {"renewal": renewal}).status_code


def test_the_approval_draws_a_code_and_the_release_carries_both_proofs() -> None:
    record = make_record()
    row = approved(record)
    made = code_of(row)
    assert made and made.code and len(made.code) == 8 and set(made.code) <= set(CODE_LETTERS)
    assert codes_sent() == [] and read_code(made.words) == made.code  # nobody can move in yet
    draw_files(record)
    message = OutboxMessage.objects.get(topic="transfer.released")
    body = released(message)
    assert isinstance(body, TransferReleased2) and body.proofs and body.proofs.phone and body.proofs.code
    assert body.proofs.renewal == 1
    assert body.proofs.phone.is_of(record.user.phone) and not body.proofs.phone.is_of("13800138009")
    assert body.proofs.code.is_of(made.code) and not body.proofs.code.is_of("0" * 8)
    assert released(message) == body, "whenever it is written"
    assert Event.objects.filter(kind="TransferCodeMade", subject_id=row.pk).count() == 1


def test_code_and_proofs_stand_nowhere_in_the_clear() -> None:
    row = approved(make_record())
    made = TransferCode.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, proofs FROM transfers_transfercode")
        columns = [bytes(column) for column in cursor.fetchone()]
    assert made.code and all(made.code.encode() not in column for column in columns)
    events = str(list(Event.objects.filter(subject_id=row.pk).values()))
    assert made.code not in events and made.words not in events


def test_in_version_1_there_is_no_code_and_the_page_says_who_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUAIJI_WIRE_VERSION", "1")
    record = make_record()
    row = at_the_hub(record)
    assert not TransferCode.objects.exists() and not codes_sent()
    draw_files(record)
    assert isinstance(released(OutboxMessage.objects.get(topic="transfer.released")), TransferReleased)
    page = browser_of(record).get(f"/transfers/out/{row.pk}/").content.decode()
    assert "由调入地财政部门核实" in page and "换新调转码" not in page
    assert renew(browser_of(record), row, 1) == 422


def test_only_its_owner_sees_it_and_only_while_it_can_be_used() -> None:
    record, stranger = make_record(), make_record(seed=2)
    row = at_the_hub(record)
    made = code_of(row)
    assert made
    address = f"/transfers/out/{row.pk}/"
    assert made.words in browser_of(record).get(address).content.decode()
    assert made.words not in browser_of(record).get("/transfers/out/").content.decode()
    assert made.words not in browser_of(record).get("/me/data.json").getvalue().decode()
    assert browser_of(stranger).get(address).status_code == 404
    assert renew(browser_of(stranger), row, 1) == 404 and Client().post(f"{address}code/").status_code == 302
    assert AccessLog.objects.filter(subject_id=row.pk, action="transfers.out_code", outcome="not_found").count() == 1
    step(row, Action.TOLD_CLAIMED, Actor.HUB)
    assert made.words not in browser_of(record).get(address).content.decode()


def test_a_new_code_takes_the_place_of_the_old_one_once() -> None:
    record = make_record()
    row, client = at_the_hub(record), browser_of(record)
    before = code_of(row)
    assert before and renew(client, row, 1) == 302 and renew(client, row, 1) == 302  # pressed twice
    after = code_of(row)
    assert after and (after.renewal, after.code != before.code) == (2, True)
    assert TransferCode.objects.get(renewal=1).code is None
    message = OutboxMessage.objects.get(topic="transfer.code_renewed")
    assert (message.wire_version, message.version, message.stream_id) == (2, 2, record.pk)
    told = code_renewed(message).proofs
    assert told.renewal == 2 and told.code and told.code.is_of(after.code or "") and told.phone
    assert not told.code.is_of(before.code or "") and told.phone.is_of(record.user.phone)
    assert codes_sent() == [(record.user.phone, before.words), (record.user.phone, after.words)]
    assert code_of(row) == after and TransferOut.objects.get().state == OutState.RELEASED


NEW_PHONE = "15912340000"


def bind_another(record: Record) -> None:
    by = Operation(kind=OperationKind.PHONE_CHANGING, actor_kind=ActorKind.CITIZEN, actor_id=record.user_id)
    replace_phone(operation=by, user_id=record.user_id, phone=NEW_PHONE)


@pytest.mark.parametrize("later", [(), (Action.RELEASE_ACCEPTED,), (Action.RELEASE_ACCEPTED, Action.TOLD_CLAIMED)])
def test_another_phone_takes_the_place_of_the_one_that_was_told(later: tuple[Action, ...]) -> None:
    """Wherever the transfer stands; the code goes to the new phone where it can be used, and once it can."""
    record = make_record()
    row, old = approved(record), record.user.phone
    for action in later:
        row = step(row, action, Actor.HUB)
    before, told = code_of(row), codes_sent()
    bind_another(record)
    after = code_of(row)
    assert before and after and (after.renewal, after.code != before.code) == (2, True)
    assert TransferCode.objects.get(renewal=1).code is None
    message = OutboxMessage.objects.get(topic="transfer.code_renewed")
    assert (message.version, message.stream_id) == (2, record.pk)
    proofs = code_renewed(message).proofs
    assert proofs.phone and proofs.phone.is_of(NEW_PHONE) and not proofs.phone.is_of(old)
    assert proofs.code and proofs.code.is_of(after.code or "")
    assert TransferOut.objects.get().state == row.state
    is_usable = row.state == OutState.RELEASED
    assert codes_sent()[len(told) :] == ([(NEW_PHONE, after.words)] if is_usable else [])
    if row.state == OutState.APPROVED:
        step(row, Action.RELEASE_ACCEPTED, Actor.HUB)
        assert codes_sent() == [(NEW_PHONE, after.words)]
        assert OutgoingSms.objects.get(template_key__startswith="transfer_code").template_key == "transfer_code"


def test_the_phone_of_who_is_not_told_of_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the approval, after the end, and where the release carries no proofs."""
    waiting = make_record()
    TransferOutFactory.create(record=waiting)
    bind_another(waiting)
    over = make_record(seed=2)
    step(at_the_hub(over), Action.TOLD_RETURNED, Actor.HUB)
    bind_another(over)
    monkeypatch.setenv("KUAIJI_WIRE_VERSION", "1")
    old = make_record(seed=3)
    at_the_hub(old)
    monkeypatch.setenv("KUAIJI_WIRE_VERSION", "2")
    bind_another(old)
    assert not OutboxMessage.objects.filter(topic="transfer.code_renewed").exists()
    assert not TransferCode.objects.filter(code__isnull=False).exists()


def test_five_new_ones_a_day() -> None:
    record = make_record()
    row, client = at_the_hub(record), browser_of(record)
    assert [renew(client, row, renewal) for renewal in range(1, 7)] == [302] * 5 + [422]
    assert code_of(row) == TransferCode.objects.get(renewal=6)


@pytest.mark.parametrize("given", ["", "x", "-1", "0", "9" * 400])
def test_a_button_of_another_page_does_nothing(given: str) -> None:
    record = make_record()
    row = at_the_hub(record)
    answer = browser_of(record).post(f"/transfers/out/{row.pk}/code/", {"renewal": given})
    assert answer.status_code == 302 and TransferCode.objects.count() == 1


@pytest.mark.parametrize(
    "ending", [(Action.TOLD_RETURNED,), (Action.WITHDRAWAL_ACCEPTED,), (Action.TOLD_CLAIMED, Action.TOLD_RECEIVED)]
)
def test_it_is_erased_with_the_end_of_the_transfer(ending: tuple[Action, ...]) -> None:
    row = at_the_hub(make_record())
    for action in ending:
        row = step(row, action, Actor.HUB)
    assert TransferCode.objects.get().code is None
