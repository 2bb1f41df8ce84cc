"""冲突: people about whom the identity check or the national hub says something else, as cases of a queue (R1.4, R9.2,
ADR 0129)."""

import uuid
from collections.abc import Iterator, Sequence

from kuaiji.accountants.models import Record
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import DomainEvent, Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.kinds import CASE_KINDS, CaseKind, OpenSubject, Stage
from kuaiji.cases.models import ANY_BUREAU, Case, Decision
from kuaiji.cases.services.opening import close_case, open_case
from kuaiji.common.profile import profile
from kuaiji.identity.enums import CheckOutcome
from kuaiji.identity.events import CheckAnswered, CheckSettled, RegistrationCorrected, UserRegistered
from kuaiji.identity.models import Check
from kuaiji.identity.partner_checks.services import settle_check
from kuaiji.reconciliation.enums import CONFLICT_CASE
from kuaiji.staff.enums import Role

_SEES = frozenset({Role.CLERK, Role.REVIEWER, Role.MANAGER})
_TAKES = frozenset({Role.CLERK, Role.REVIEWER})
_TELLS_OF_CHECKS = (CheckAnswered, CheckSettled, RegistrationCorrected, UserRegistered)  # subject: the user


def register_conflicts() -> None:
    """Say how conflicts wait. Once, in AppConfig.ready."""
    CASE_KINDS.register(
        CONFLICT_CASE,
        CaseKind(
            order=40,
            label="冲突",
            folder="conflicts",
            stages=(Stage("查明", _SEES, _TAKES),),
            page=lambda case: f"/staff/conflicts/{case.subject_id}/",
            days=lambda: profile().correction_days,
            subjects=_open_subjects,
            operation_kind=OperationKind.CHECK_RECORDING,
            carry_out=carry_out_conflict,
            lock=_lock,
            verdicts=frozenset({Verdict.SETTLE}),
        ),
    )


def carry_out_conflict(operation: Operation, case: Case, decision: Decision) -> None:
    """It is found out how the contradiction comes about; it stands, and is nobody's work until an answer differs."""
    settle_check(operation=operation, check_id=case.subject_id)


def follow_checks(operation: Operation, events: Sequence[DomainEvent]) -> None:
    """Open and close the cases of people about whom another system answered, in the transaction that records it."""
    for event in events:
        if isinstance(event, _TELLS_OF_CHECKS):
            for check in Check.objects.filter(user=event.subject_id).select_related("user"):
                _follow(operation, check)


def _follow(operation: Operation, check: Check) -> None:
    if check.outcome != CheckOutcome.CONFLICT or check.settled_at:
        close_case(operation=operation, kind=CONFLICT_CASE, subject_id=check.pk)
        return
    record = Record.objects.of(check.user).first()
    open_case(
        operation=operation,
        kind=CONFLICT_CASE,
        subject_id=check.pk,
        number=_number(record),
        division_code=record.division_code if record else ANY_BUREAU,
        user_id=check.user_id,
    )


def _number(record: Record | None) -> str:
    return record.reference_number if record else "尚无档案"


def _open_subjects(one: uuid.UUID | None) -> Iterator[OpenSubject]:
    rows = Check.objects.filter(outcome=CheckOutcome.CONFLICT, settled_at=None).select_related("user")
    for check in rows if one is None else rows.filter(pk=one):
        record = Record.objects.of(check.user).first()
        assert check.checked_at, "the table asks for it"
        yield OpenSubject(
            subject_id=check.pk,
            number=_number(record),
            opened_at=check.checked_at,
            division_code=record.division_code if record else ANY_BUREAU,
            user_id=check.user_id,
        )


def _lock(check_id: uuid.UUID) -> None:
    list(Check.objects.select_for_update(no_key=True).values_list("pk").filter(pk=check_id))
