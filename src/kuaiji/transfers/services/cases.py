"""Transfers as cases of queues: 调入待核实, which two people decide, 待接收, which two may send back, and 调出, to look
at (R9.2)."""

import uuid
from collections.abc import Iterator

from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases import rules
from kuaiji.cases.enums import Verdict
from kuaiji.cases.kinds import CASE_KINDS, CaseKind, OpenSubject, Stage
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.telling import told_reasons
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.staff.enums import Role
from kuaiji.transfers.enums import IN_CASE, OUT_CASE, RELEASE_CASE, InState
from kuaiji.transfers.models import Release, TransferIn, TransferOut
from kuaiji.transfers.services.advancing import locked_transfer
from kuaiji.transfers.services.deciding import approve_claim, refuse_claim
from kuaiji.transfers.services.releases import UNCLAIMED_DAYS, locked_release, release_subject
from kuaiji.transfers.services.sending_back import check_not_claimed, send_back_release
from kuaiji.transfers.workflow import OPEN_OUT

SEES = frozenset({Role.CLERK, Role.REVIEWER, Role.MANAGER})
SENDS_BACK = frozenset({Role.MANAGER})


def register_cases() -> None:
    """Say how transfers wait. Once, in AppConfig.ready."""
    CASE_KINDS.register(
        IN_CASE,
        CaseKind(
            order=30,
            label="调入待核实",
            folder="transfers",
            stages=(Stage("初审", SEES, frozenset({Role.CLERK})), Stage("复核", SEES, frozenset({Role.REVIEWER}))),
            page=_page,
            days=lambda: profile().transfer_review_days[-1],
            subjects=_claims,
            operation_kind=OperationKind.TRANSFER_REVIEWING,
            carry_out=carry_out_claim,
            lock=_lock,
            needs_second=lambda case, verdict: True,
        ),
    )
    CASE_KINDS.register(
        OUT_CASE,
        CaseKind(
            order=60,
            label="调出",
            folder="transfers",
            stages=(Stage("系统审核", SEES, frozenset()),),
            page=_page,
            days=lambda: profile().transfer_review_days[0],
            subjects=_outs,
            verdicts=frozenset(),
        ),
    )
    CASE_KINDS.register(
        RELEASE_CASE,
        CaseKind(
            order=55,
            label="待接收",
            folder="transfers",
            stages=(Stage("查看或退回", SEES, SENDS_BACK), Stage("复核退回", SEES, SENDS_BACK)),
            page=_page,
            days=lambda: UNCLAIMED_DAYS,
            subjects=_releases,
            operation_kind=OperationKind.TRANSFER_REVIEWING,
            carry_out=carry_out_return,
            lock=_lock_release,
            needs_second=_needs_second_for_return,
            verdicts=frozenset({Verdict.RETURN}),
        ),
    )


def carry_out_claim(operation: Operation, case: Case, decision: Decision) -> None:
    """Approve or refuse a claim as ``decision`` says. Raises what those raise."""
    first, second = decision.maker_id, decision.second_id
    if decision.verdict == Verdict.APPROVE:
        approve_claim(operation=operation, claim_id=case.subject_id, first=first, second=second)
    else:
        refuse_claim(
            operation=operation,
            claim_id=case.subject_id,
            first=first,
            second=second,
            reasons=told_reasons(decision.reasons),
            words=decision.words,
        )


def carry_out_return(operation: Operation, case: Case, decision: Decision) -> None:
    """Send somebody back as ``decision`` says; the person is told why. Raises what ``send_back_release`` does."""
    reasons = [reason.words for reason in told_reasons(decision.reasons) if reason.code != rules.OTHER]
    words = "；".join(word for word in (decision.words, *reasons) if word)  # the wire takes 500 characters of it
    send_back_release(operation=operation, transfer_id=case.subject_id, reason=words)


def _page(case: Case) -> str:
    return f"/staff/transfers/{case.subject_id}/"


def _claims(one: uuid.UUID | None) -> Iterator[OpenSubject]:
    rows = TransferIn.objects.filter(state=InState.TO_VERIFY)
    for row in rows if one is None else rows.filter(pk=one):
        yield OpenSubject(
            subject_id=row.pk,
            number=row.number,
            opened_at=row.claimed_at,
            division_code=row.division_code,
            user_id=row.user_id,
        )


def _outs(one: uuid.UUID | None) -> Iterator[OpenSubject]:
    rows = TransferOut.objects.filter(state__in=OPEN_OUT).select_related("record")
    for row in rows if one is None else rows.filter(pk=one):
        yield OpenSubject(
            subject_id=row.pk,
            number=row.number,
            opened_at=row.applied_at,
            division_code=row.record.division_code,
            user_id=row.record.user_id,
            due_on=clock.day_of(row.review_due_at),
        )


def _releases(one: uuid.UUID | None) -> Iterator[OpenSubject]:
    rows = Release.objects.filter(ended_at=None).select_related("person_key")
    for row in rows if one is None else rows.filter(pk=one):
        if not row.refusal:
            yield release_subject(row)


def _lock_release(transfer_id: uuid.UUID) -> None:
    locked_release(transfer_id)


def _needs_second_for_return(case: Case, verdict: Verdict) -> bool:
    """Asked before the first of two decides: whom nobody can send back any more is refused then."""
    check_not_claimed(case.subject_id)
    return True


def _lock(claim_id: uuid.UUID) -> None:
    locked_transfer(TransferIn.objects.get(pk=claim_id))
