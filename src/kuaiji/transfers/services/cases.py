"""Transfers as cases of queues: 调入待核实, which two people decide, and 调出, which is looked at (R9.2)."""

import uuid
from collections.abc import Iterator

from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.kinds import CASE_KINDS, CaseKind, OpenSubject, Stage
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.telling import told_reasons
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.staff.enums import Role
from kuaiji.transfers.enums import IN_CASE, OUT_CASE, InState
from kuaiji.transfers.models import TransferIn, TransferOut
from kuaiji.transfers.services.advancing import locked_transfer
from kuaiji.transfers.services.deciding import approve_claim, refuse_claim
from kuaiji.transfers.workflow import OPEN_OUT

SEES = frozenset({Role.CLERK, Role.REVIEWER, Role.MANAGER})


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


def _lock(claim_id: uuid.UUID) -> None:
    locked_transfer(TransferIn.objects.get(pk=claim_id))
