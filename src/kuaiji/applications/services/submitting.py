"""What every application has on its way in: a number, a day it is due, and how it is found again."""

import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from kuaiji.accountants.models import Record
from kuaiji.applications import rules
from kuaiji.applications.enums import ApplicationKind, ApplicationState
from kuaiji.applications.events import RequestSubmitted, RequestWithdrawn
from kuaiji.applications.models import Application
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.models import ANY_BUREAU
from kuaiji.cases.services.opening import close_case, open_case
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from kuaiji.keys.models import PersonKey
from kuaiji.regions.calendar import working_day_after


def applications_of(user: User) -> QuerySet[Application]:
    """Every application that concerns ``user``, the newest first."""
    return Application.objects.filter(user=user).select_related("person_key")


def add_application(
    *, operation: Operation, kind: ApplicationKind, person_key: PersonKey, **columns: Any
) -> Application:
    """Write an application with its event, in the caller's transaction. The database refuses a second open one."""
    days = {
        ApplicationKind.CORRECTION: profile().correction_days,
        ApplicationKind.PHONE_LOST: profile().phone_lost_days,
        ApplicationKind.ENDING: profile().correction_days,
        ApplicationKind.REOPENING: profile().correction_days,
    }
    made = Application.objects.create(
        kind=kind,
        person_key=person_key,
        reference_number=_reference_number(),
        submitted_at=operation.at,
        due_on=working_day_after(operation.day, days[kind]),
        **columns,
    )
    event = RequestSubmitted(
        subject_id=made.pk,
        request_kind=kind,
        reference_number=made.reference_number,
        field=made.field,
        due_on=made.due_on,
        details=made.details,
    )
    record_events(operation, event, person_key=person_key)
    open_case(
        operation=operation,
        kind=made.kind,
        subject_id=made.pk,
        number=made.reference_number,
        division_code=region_of_application(made),
        user_id=made.user_id,
        due_on=made.due_on,
    )
    return made


@transaction.atomic
def withdraw_application(*, operation: Operation, user: User, application_id: uuid.UUID) -> Application | None:
    """Take back an application, or object to one made in one's name; None when there is none that concerns ``user``.

    Once more changes nothing. Raises RuleBroken ``already_decided``.
    """
    made = Application.objects.select_for_update(no_key=True).filter(user=user, pk=application_id).first()
    if made is None or made.state == ApplicationState.WITHDRAWN:
        return made
    rules.check_open(ApplicationState(made.state))
    made.state, made.decided_at = ApplicationState.WITHDRAWN, operation.at
    made.save(update_fields=["state", "decided_at"])
    record_events(operation, RequestWithdrawn(subject_id=made.pk, request_kind=made.kind))
    settle_case(operation, made)
    return made


def settle_case(operation: Operation, application: Application) -> None:
    """It waits for nobody any more."""
    close_case(operation=operation, kind=application.kind, subject_id=application.pk)


def region_of_application(application: Application) -> str:
    """Where the record of whom it concerns belongs; any bureau's while nobody, or nobody with a record, is known."""
    record = Record.objects.of(application.user).first() if application.user else None
    return record.division_code if record else ANY_BUREAU


def _reference_number() -> str:
    """GD-SQ-2026-0000-0123: registry, 申请, year, and a number from a sequence (gaps mean nothing)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('requests_reference_number')")
        digits = f"{cursor.fetchone()[0]:08}"
    return f"{profile().reference_prefix}-SQ-{clock.today().year}-{digits[:-4]}-{digits[-4:]}"
