"""Every cell of a record's table: each status, each action, each actor, legal or not."""

import dataclasses
import datetime as dt
import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from kuaiji.accountants import workflow
from kuaiji.accountants.enums import (
    CollectionStatus,
    EndReason,
    HoldKind,
    RecordAction,
    RecordEffect,
    SectionSlug,
    VersionKind,
)
from kuaiji.accountants.models import ExamRow, Record, RecordVersion
from kuaiji.accountants.reporting.reports import archive_of
from kuaiji.accountants.services.changing import change_name, change_section, confirm_record
from kuaiji.accountants.services.correcting import correct_record
from kuaiji.accountants.services.ending import Ending, end_record, reopen_record
from kuaiji.accountants.services.holding import lift_hold, place_hold
from kuaiji.accountants.services.mending import mend_person
from kuaiji.accountants.services.opening import open_record
from kuaiji.accountants.services.transferring import (
    begin_transfer_out,
    cancel_transfer_out,
    complete_record,
    finish_transfer_out,
    import_record,
)
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.models import User
from kuaiji.identity.people.locks import lock_user
from people import numbers
from people.records.drafts import attachment
from people.records.users import make_user
from people.records.versioned_records import make_record, standing

STATUSES: list[workflow.Status] = [None, *CollectionStatus]
# Of who has no record only what makes one can be asked: the other services are given a record.
CELLS: list[tuple[workflow.Status, RecordAction]] = [(None, RecordAction.COLLECT), (None, RecordAction.IMPORT)]
CELLS += [(status, action) for status in workflow.OF_RECORDS for action in RecordAction]
HOLDS: list[tuple[HoldKind, ...]] = [(), (HoldKind.CONTINUING_EDUCATION,), (HoldKind.TRANSFER,)]
SOURCE = uuid7()
LATER = dt.timedelta(days=3)
DIED = Ending(EndReason.DEATH, dt.date(2026, 1, 5))
NUMBER = numbers.resident_id(random.Random(20), born=dt.date(1980, 4, 5), gender="2")


@pytest.mark.parametrize("action", list(RecordAction))
@pytest.mark.parametrize("status", STATUSES)
def test_a_cell_leads_where_the_table_says_and_all_others_are_refused(
    status: workflow.Status, action: RecordAction
) -> None:
    wanted = workflow.TABLE.get((status, action))
    for actor, holds in itertools.product(ActorKind, HOLDS):
        refused = refusal_of(status, action, actor, holds)
        if refused is None:
            assert wanted is not None and workflow.transition(status, action, actor, holds) == wanted
            continue
        with pytest.raises(RuleBroken) as broken:
            workflow.transition(status, action, actor, holds)
        assert broken.value.code == refused


def refusal_of(
    status: workflow.Status, action: RecordAction, actor: ActorKind, holds: tuple[HoldKind, ...]
) -> str | None:
    """The code that the cell is refused with, if it is."""
    wanted, locked = workflow.TABLE.get((status, action)), HoldKind.TRANSFER in holds
    if actor not in workflow.ACTORS[action]:
        return "not_yours"
    if wanted and not (wanted.unless_held and locked):
        return None
    if status is None or (status == CollectionStatus.COLLECTED and not locked):
        return "not_now"
    for_good = status in (CollectionStatus.TRANSFERRED_OUT, CollectionStatus.ENDED)
    return "locked_by_transfer" if locked and not for_good else "not_changeable"


def test_the_table_is_whole() -> None:
    assert {action for _, action in workflow.TABLE} == set(RecordAction) == set(workflow.ACTORS)
    assert {found.to for found in workflow.TABLE.values()} == set(workflow.OF_RECORDS)
    assert {status for status, _ in workflow.TABLE} == {None, *workflow.OF_RECORDS}
    used = {effect for found in workflow.TABLE.values() for effect in found.effects}
    assert used == set(RecordEffect)
    of_versions = {
        action for (_, action), found in workflow.TABLE.items() if RecordEffect.WRITE_VERSION in found.effects
    }
    assert of_versions == set(workflow.VERSION_KINDS) and set(workflow.VERSION_KINDS.values()) == set(VersionKind)
    for (status, _), found in workflow.TABLE.items():
        if found.to == CollectionStatus.TRANSFERRING_OUT:  # locked from here on, and only here
            assert (RecordEffect.PLACE_LOCK in found.effects) == (status != found.to)
        if status == CollectionStatus.TRANSFERRING_OUT and found.to != status:
            assert (RecordEffect.LIFT_LOCK in found.effects) == (found.to != CollectionStatus.TRANSFERRED_OUT)


# --- on the database --------------------------------------------------------------------------------------------------


def person_at(status: workflow.Status) -> User:
    """A person whose record stands there, reached through the table."""
    if status is None:
        return make_user(seed=21)
    record = make_record(seed=21)
    if status == CollectionStatus.ENDED:
        end_record(operation=by(RecordAction.END), record_id=record.pk, ending=DIED)
    elif status != CollectionStatus.COLLECTED:
        begin_transfer_out(operation=by(RecordAction.BEGIN_TRANSFER_OUT), record_id=record.pk, source_id=SOURCE)
    if status in (CollectionStatus.TRANSFERRED_OUT, CollectionStatus.TO_COMPLETE):
        finish_transfer_out(operation=by(RecordAction.FINISH_TRANSFER_OUT), record_id=record.pk)
    if status == CollectionStatus.TO_COMPLETE:
        bring(record.user)
    return record.user


def by(action: RecordAction) -> Operation:
    """The last actor who may do it."""
    kind = OperationKind.RECORD_CHANGING
    return Operation(kind=kind, actor_kind=[one for one in ActorKind if one in workflow.ACTORS[action]][-1])


def bring(user: User) -> Record:
    """An archive comes: that of another person's record, under this name."""
    with time_machine.travel(clock.now() - LATER / 2, tick=False):
        pattern = make_record(seed=40 + Record.objects.count())
    came = archive_of(current_version(pattern))
    pictures = {name: attachment(user, name).pk for name in ("photo", "id_card_front", "id_card_back")}
    return import_record(
        operation=by(RecordAction.IMPORT),
        user=user,
        record_id=uuid7(),
        origin="440300",
        division_code="440106",
        archive=came,
        history=(),
        pictures=pictures,
    )


def whole(user: User) -> dict[SectionSlug, dict[str, Any]]:
    """Answers for all sections, with pictures of the person's own."""
    record = Record.objects.filter(user=user).first()
    answers = answers_of(current_version(record or make_record(seed=23)))
    own = {name: str(attachment(user, name).pk) for name in ("photo", "id_card_front", "id_card_back")}
    answers[SectionSlug.PERSONAL] = answers[SectionSlug.PERSONAL] | own
    if record:
        answers[SectionSlug.EMPLOYMENT]["division_code"] = record.division_code
    return answers


def follow_region(record: Record) -> None:
    """A lock on the region is lifted while the work section names another place."""
    kind, operation = HoldKind.CONTINUING_EDUCATION, by(RecordAction.FOLLOW_REGION)
    place_hold(operation=operation, record_id=record.pk, kind=kind, source_id=SOURCE)
    Record.objects.filter(pk=record.pk).update(division_code="440103-OLD")
    lift_hold(operation=operation, record_id=record.pk, kind=kind, source_id=SOURCE)


def mend(operation: Operation, user: User) -> None:
    """The name was kept before blanks were left out of it."""
    User.objects.filter(pk=user.pk).update(name="王 明")
    mend_person(operation=operation, user=lock_user(user.pk))


def act(user: User, action: RecordAction) -> None:
    """Do it through its service."""
    operation, record = by(action), Record.objects.filter(user=user).first()
    if action == RecordAction.COLLECT:
        open_record(operation=operation, user=user, answers=whole(user))
        return
    if action == RecordAction.IMPORT:
        bring(user)
        return
    assert record
    acts: dict[RecordAction, Callable[[], object]] = {
        RecordAction.CHANGE_SECTION: lambda: change_section(
            operation=operation,
            record_id=record.pk,
            slug=SectionSlug.PERSONAL,
            answers=standing(record, SectionSlug.PERSONAL) | {"email": "other@example.com"},
            based_on=record.version,
        ),
        RecordAction.CHANGE_NAME: lambda: change_name(
            operation=operation,
            record_id=record.pk,
            name="陈新名",
            proof_id=attachment(user, "name_proof").pk,
            reason="更名",
        ),
        RecordAction.CONFIRM: lambda: confirm_record(operation=operation, record_id=record.pk),
        RecordAction.CORRECT: lambda: correct_record(
            operation=operation, record_id=record.pk, values={"document_number": NUMBER}
        ),
        RecordAction.MEND_TEXTS: lambda: mend(operation, user),
        RecordAction.FOLLOW_REGION: lambda: follow_region(record),
        RecordAction.BEGIN_TRANSFER_OUT: lambda: begin_transfer_out(
            operation=operation, record_id=record.pk, source_id=SOURCE
        ),
        RecordAction.CANCEL_TRANSFER_OUT: lambda: cancel_transfer_out(
            operation=operation, record_id=record.pk, source_id=SOURCE
        ),
        RecordAction.FINISH_TRANSFER_OUT: lambda: finish_transfer_out(operation=operation, record_id=record.pk),
        RecordAction.END: lambda: end_record(operation=operation, record_id=record.pk, ending=DIED),
        RecordAction.REOPEN: lambda: reopen_record(operation=operation, record_id=record.pk),
        RecordAction.COMPLETE: lambda: complete_record(operation=operation, record_id=record.pk, answers=whole(user)),
    }
    acts[action]()


@dataclasses.dataclass(frozen=True)
class Seen:
    """What stands of a person's record."""

    status: workflow.Status
    exam_status: str | None
    versions: int
    reports: int
    collected_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    locks: int
    changes: int


def seen(user: User) -> Seen:
    record = Record.objects.filter(user=user).first()
    if record is None:
        return Seen(None, None, 0, 0, None, None, 0, 0)
    exam_row = ExamRow.objects.get(record=record)
    assert (exam_row.confirmed_at, exam_row.version) == (record.confirmed_at, record.version)
    return Seen(
        CollectionStatus(record.status),
        exam_row.status,
        RecordVersion.objects.filter(record=record).count(),
        OutboxMessage.objects.filter(subject_id=record.pk, topic="record.reported").count(),
        record.collected_at,
        record.confirmed_at,
        record.holds.filter(kind=HoldKind.TRANSFER, lifted_at=None).count(),
        Event.objects.filter(kind="StatusChanged", subject_id=record.pk).count(),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "action"), CELLS, ids=lambda value: str(getattr(value, "value", value)))
def test_services_do_what_the_cell_says_and_refusals_leave_no_trace(
    status: workflow.Status, action: RecordAction
) -> None:
    user = person_at(status)
    before, wanted = seen(user), workflow.TABLE.get((status, action))
    assert before.status == status
    with time_machine.travel(clock.now() + LATER, tick=False):
        now = clock.now()
        if wanted is None:
            # A second record of somebody is refused by the database itself.
            refused = IntegrityError if action == RecordAction.COLLECT else RuleBroken
            with pytest.raises(refused), transaction.atomic():
                act(user, action)
            assert seen(user) == before
            return
        act(user, action)
    after = seen(user)
    made = int(RecordEffect.WRITE_VERSION in wanted.effects)
    assert after.status == after.exam_status == wanted.to
    assert (after.versions, after.reports) == (before.versions + made, before.reports + made)
    assert (after.collected_at == now) == (RecordEffect.COUNT_AS_COLLECTED in wanted.effects)
    assert (after.confirmed_at == now) == (RecordEffect.COUNT_AS_CONFIRMED in wanted.effects)
    if RecordEffect.PLACE_LOCK in wanted.effects or RecordEffect.LIFT_LOCK in wanted.effects:
        assert after.locks == int(RecordEffect.PLACE_LOCK in wanted.effects)
    else:
        assert after.locks == before.locks
    told = made == 0 and wanted.to != status  # a version has an event of its own
    assert after.changes == before.changes + int(told)
    if made:
        newest = RecordVersion.objects.filter(record__user=user).latest("number")
        assert newest.kind == workflow.VERSION_KINDS[action] and newest.number == after.versions
