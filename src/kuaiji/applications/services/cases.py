"""Applications as cases of the bureau's queues: which are open, how one is locked, and what a decision does (R9.2)."""

import uuid
from collections.abc import Callable, Iterator

from kuaiji.applications.enums import ApplicationKind, ApplicationState
from kuaiji.applications.models import Application
from kuaiji.applications.services.deciding import (
    Deciders,
    approve_application,
    check_person,
    locked_application,
    needs_two,
    refuse_application,
)
from kuaiji.applications.services.submitting import region_of_application
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.kinds import CASE_KINDS, CaseKind, OpenSubject, Stage
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.telling import told_reasons
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from kuaiji.staff.enums import Role

SEES = frozenset({Role.CLERK, Role.REVIEWER, Role.MANAGER})
FIRST = Stage("初审", SEES, frozenset({Role.CLERK}))
SECOND = Stage("复核", SEES, frozenset({Role.REVIEWER}))


def register_cases() -> None:
    """Say how applications wait. Once, in AppConfig.ready."""
    CASE_KINDS.register(
        ApplicationKind.PHONE_LOST,
        _kind(ApplicationKind.PHONE_LOST, 10, "手机号丢失", lambda: profile().phone_lost_days, window=False),
    )
    CASE_KINDS.register(
        ApplicationKind.CORRECTION,
        _kind(ApplicationKind.CORRECTION, 20, "更正", lambda: profile().correction_days, window=True),
    )
    for order, kind in ((22, ApplicationKind.ENDING), (24, ApplicationKind.REOPENING)):
        CASE_KINDS.register(kind, _kind(kind, order, str(kind.label), lambda: profile().correction_days, window=True))


def carry_out_application(operation: Operation, case: Case, decision: Decision) -> None:
    """Approve or refuse as ``decision`` says. Raises what those raise."""
    by = Deciders(decision.maker_id, decision.second_id)
    if decision.verdict == Verdict.APPROVE:
        approve_application(operation=operation, application_id=case.subject_id, by=by)
    else:
        refuse_application(
            operation=operation,
            application_id=case.subject_id,
            by=by,
            reasons=told_reasons(decision.reasons),
            words=decision.words,
        )


def _kind(kind: ApplicationKind, order: int, label: str, days: Callable[[], int], *, window: bool) -> CaseKind:
    return CaseKind(
        order=order,
        label=label,
        folder="applications",
        stages=(FIRST, SECOND),
        page=lambda case: f"/staff/applications/{case.subject_id}/",
        days=days,
        subjects=lambda one: _open(kind, one),
        operation_kind=OperationKind.REQUEST_DECIDING,
        carry_out=carry_out_application,
        lock=_lock,
        needs_second=_needs_second,
        window=window,
    )


def _open(kind: ApplicationKind, one: uuid.UUID | None) -> Iterator[OpenSubject]:
    rows = Application.objects.filter(kind=kind, state=ApplicationState.SUBMITTED).select_related("user")
    for row in rows if one is None else rows.filter(pk=one):
        yield OpenSubject(
            subject_id=row.pk,
            number=row.reference_number,
            opened_at=row.submitted_at,
            division_code=region_of_application(row),
            user_id=row.user_id,
            due_on=row.due_on,
        )


def _lock(application_id: uuid.UUID) -> None:
    """Its person first: whoever changes a record has locked the person, and then moves the cases about them."""
    owner = Application.objects.values_list("user_id").filter(pk=application_id)
    list(User.objects.select_for_update(no_key=True).values_list("pk").filter(pk__in=owner))
    locked_application(application_id)


def _needs_second(case: Case, verdict: Verdict) -> bool:
    """Asked before the first of two decides: what cannot be done is refused then, and not by the second."""
    if verdict != Verdict.APPROVE:
        return False
    application = Application.objects.select_related("person_key", "user__person_key").get(pk=case.subject_id)
    check_person(application)
    return needs_two(application)
