"""Decisions take effect: what they say is done, once, in one transaction with the end of the case."""

import dataclasses
import uuid

import structlog
from django.db import transaction
from django.db.models import Q

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases import rules
from kuaiji.cases.enums import VoidReason
from kuaiji.cases.events import DecisionCarriedOut
from kuaiji.cases.kinds import CASE_KINDS
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.opening import close_case, void_decision
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7

log = structlog.get_logger(__name__)

BATCH = 50


def carry_out(*, operation: Operation, case: Case, decision: Decision) -> None:
    """Do what the decision about the locked ``case`` says, and close the case. Raises what the kind's ``carry_out``
    raises; then nothing of it is written."""
    kind = CASE_KINDS[case.kind]
    if kind.carry_out is None or kind.operation_kind is None:
        raise RuntimeError(f"nothing is decided about {case.kind}")
    with transaction.atomic():
        decision.carried_out_at = operation.at
        decision.save(update_fields=["carried_out_at"])
        kind.carry_out(dataclasses.replace(operation, kind=kind.operation_kind, id=uuid7()), case, decision)
        close_case(operation=operation, kind=case.kind, subject_id=case.subject_id)
        event = DecisionCarriedOut(
            subject_id=case.pk, kind=case.kind, decision=str(decision.pk), verdict=decision.verdict
        )
        record_events(operation, event)


def carry_out_due() -> int:
    """Carry out decisions whose time has come, each in a transaction of its own; how many were looked at.

    Several workers do not get in each other's way, and one that dies leaves its decision as it was. One that breaks
    down is tried again after a while; the others go on.
    """
    now = clock.now()
    fresh = Q(tried_at=None) | Q(tried_at__lt=now - rules.RETRY)
    waiting = Decision.objects.filter(carried_out_at=None, taken_back_at=None, void_at=None, effective_at__lte=now)
    due = list(waiting.filter(fresh).order_by("effective_at").values_list("pk", flat=True)[:BATCH])
    for decision_id in due:
        try:
            _carry_out_one(decision_id)
        except Exception:  # of one kind's services: the decisions of the others do not wait for it
            log.exception("decision_failed", subject_id=str(decision_id))
            Decision.objects.filter(pk=decision_id).update(tried_at=clock.now())
    return len(due)


@transaction.atomic
def _carry_out_one(decision_id: uuid.UUID) -> None:
    seen = Decision.objects.select_related("case").get(pk=decision_id)
    CASE_KINDS[seen.case.kind].lock(seen.case.subject_id)
    cases = Case.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    case = cases.filter(pk=seen.case_id, closed_at=None).first()
    if case is None:  # another worker has it, or it was settled otherwise
        return
    decision = case.decisions.filter(
        pk=decision_id, carried_out_at=None, taken_back_at=None, void_at=None, effective_at__lte=clock.now()
    ).first()
    if decision is None:  # taken back in this moment
        return
    # By who decided, in their name, whoever's hands it goes through.
    operation = Operation(kind=OperationKind.CASE_DECIDING, actor_kind=ActorKind.STAFF, actor_id=decision.last_by)
    try:
        carry_out(operation=operation, case=case, decision=decision)
    except RuleBroken as refused:
        decision.carried_out_at = None
        void_decision(operation=operation, case=case, decision=decision, void_as=VoidReason.REFUSED, code=refused.code)
        case.stage, case.first_by, case.decided_at = 1, None, None
        case.save(update_fields=["stage", "first_by", "decided_at"])
