"""卡住的消息: parked messages of the exchange as cases of a queue, and what is decided about them (R9.2, ADR 0133)."""

import dataclasses
import uuid
from collections.abc import Iterator

from kuaiji.accountants.models import Record
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.kinds import CASE_KINDS, CaseKind, OpenSubject, Stage
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.opening import close_case, open_case
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import short
from kuaiji.common.profile import profile
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.parking import PARKING, ParkingFollower, Stuck
from kuaiji.exchange.services import drop_parked, locked_parked, parked_messages, retry_parked
from kuaiji.reconciliation.enums import STUCK_CASE
from kuaiji.staff.enums import Role
from kuaiji.transfers.models import Release, TransferIn, TransferOut

DUE_DAYS = 1  # what stands behind it waits too
_SEES, _TAKES = frozenset({Role.MANAGER, Role.SYSTEM}), frozenset({Role.MANAGER})


@dataclasses.dataclass(frozen=True, slots=True)
class Owner:
    """Whom a message is about, and where that is: of nobody known the registry's own place, which its bureau sees."""

    division_code: str
    user_id: uuid.UUID | None = None


def register_stuck_messages() -> None:
    """Say how parked messages wait, and follow them. Once, in AppConfig.ready."""
    CASE_KINDS.register(
        STUCK_CASE,
        CaseKind(
            order=50,
            label="卡住的消息",
            folder="messages",
            stages=(Stage("处理", _SEES, _TAKES), Stage("复核放弃", _SEES, _TAKES)),
            page=lambda case: f"/staff/messages/{case.subject_id}/",
            days=lambda: DUE_DAYS,
            subjects=_parked,
            operation_kind=OperationKind.PARKED_DECIDING,
            carry_out=carry_out_stuck,
            lock=_lock,
            needs_second=lambda case, verdict: verdict == Verdict.DROP,
            verdicts=frozenset({Verdict.RETRY, Verdict.DROP}),
            at_once=frozenset({Verdict.RETRY}),
        ),
    )
    PARKING.register("stuck_messages", ParkingFollower(parked=_open, gone=_close))


def carry_out_stuck(operation: Operation, case: Case, decision: Decision) -> None:
    """Try the message again, or give it up. Raises what those raise."""
    if decision.verdict == Verdict.RETRY:
        retry_parked(operation=operation, message_id=case.subject_id)
    else:
        drop_parked(operation=operation, message_id=case.subject_id, reason=decision.words)


def owner_of(row: Stuck) -> Owner:
    """Of a message of a record or of a transfer, by the ids that stand beside its body."""
    ids = {row.stream_id, row.subject_id} if isinstance(row, OutboxMessage) else {row.stream_id}
    record = Record.objects.filter(pk__in=ids).first()
    if record is None and (leaving := TransferOut.objects.select_related("record").filter(pk__in=ids).first()):
        record = leaving.record
    coming = TransferIn.objects.filter(pk__in=ids) | TransferIn.objects.filter(transfer_id__in=ids)
    if found := record or coming.order_by("-claimed_at").first():
        return Owner(found.division_code or profile().code, found.user_id)
    release = Release.objects.filter(pk__in=ids).first()
    return Owner(release.division_code if release and release.division_code else profile().code)


def _open(operation: Operation, row: Stuck) -> None:
    owner = owner_of(row)
    open_case(
        operation=operation,
        kind=STUCK_CASE,
        subject_id=row.message_id,
        number=short(row.message_id),
        division_code=owner.division_code,
        user_id=owner.user_id,
    )


def _close(operation: Operation, row: Stuck) -> None:
    close_case(operation=operation, kind=STUCK_CASE, subject_id=row.message_id)


def _parked(one: uuid.UUID | None) -> Iterator[OpenSubject]:
    for row in parked_messages():
        if (one is None or row.message_id == one) and row.parked_at:
            owner = owner_of(row)
            yield OpenSubject(
                subject_id=row.message_id,
                number=short(row.message_id),
                opened_at=row.parked_at,
                division_code=owner.division_code,
                user_id=owner.user_id,
            )


def _lock(message_id: uuid.UUID) -> None:
    """Nothing where it has gone on: what is decided then is refused when it is to be done."""
    try:
        locked_parked(message_id)
    except RuleBroken:
        return
