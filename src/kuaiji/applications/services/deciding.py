"""A bureau decides (R9.2): one person refuses; one or two approve, and what was asked for is done with it."""

import dataclasses
import uuid

from django.db import transaction

from kuaiji.applications import rules
from kuaiji.applications.enums import ApplicationKind, ApplicationState
from kuaiji.applications.events import RequestApproved, RequestRefused, RequestReviewed
from kuaiji.applications.models import Application
from kuaiji.applications.services.corrections import carry_out_correction
from kuaiji.applications.services.phone_lost import compared_items, details_of
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import DomainEvent, Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.identity.security.services import replace_phone
from kuaiji.identity.sessions.services import end_sessions
from kuaiji.messages.services.telling import tell
from kuaiji.sms.enums import TemplateKey


@transaction.atomic
def approve_application(*, operation: Operation, application_id: uuid.UUID, reviewer: str) -> Application:
    """Agree. Where two have to, the first one's word leaves the application open (``first_reviewer``).

    Raises RuleBroken ``already_decided``, ``same_reviewer``, ``no_such_person``, ``person_closed``, and what
    ``correct`` and ``replace_phone`` raise.
    """
    application = _locked(application_id)
    if application.user is None:
        raise RuleBroken("no_such_person", "没有找到与姓名、证件都一致的用户，不能通过")
    if not application.user.is_active:
        raise RuleBroken("person_closed", "申请人已注销或停用，不能通过")
    if rules.needs_two(ApplicationKind(application.kind), matches=_matches(application)):
        if not application.first_reviewer:
            application.first_reviewer, application.first_reviewed_at = reviewer, operation.at
            application.save(update_fields=["first_reviewer", "first_reviewed_at"])
            record_events(operation, RequestReviewed(subject_id=application.pk, request_kind=application.kind))
            return application
        rules.check_other_reviewer(application.first_reviewer, reviewer)
    _carry_out(operation, application)
    event = RequestApproved(subject_id=application.pk, request_kind=application.kind)
    return _close(operation, application, ApplicationState.APPROVED, reviewer, "", event)


@transaction.atomic
def refuse_application(*, operation: Operation, application_id: uuid.UUID, reviewer: str, reason: str) -> Application:
    """Disagree, for a reason that the person is shown. Raises RuleBroken ``already_decided``."""
    application = _locked(application_id)
    event = RequestRefused(subject_id=application.pk, request_kind=application.kind)
    return _close(operation, application, ApplicationState.REFUSED, reviewer, reason, event)


def _locked(application_id: uuid.UUID) -> Application:
    applications = Application.objects.select_related("person_key", "user__person_key")
    application = applications.select_for_update(of=("self",), no_key=True).get(pk=application_id)
    rules.check_open(ApplicationState(application.state))
    return application


def _matches(application: Application) -> bool:
    return application.kind == ApplicationKind.PHONE_LOST and all(compared_items(application).values())


def _carry_out(operation: Operation, application: Application) -> None:
    """What the decision brings about is an operation of its own, by the same people."""
    assert application.user is not None
    if application.kind == ApplicationKind.CORRECTION:
        carry_out_correction(operation=_another(operation, OperationKind.RECORD_CORRECTING), application=application)
    else:
        replace_phone(
            operation=_another(operation, OperationKind.PHONE_CHANGING),
            user_id=application.user.pk,
            phone=details_of(application).phone,
        )
        end_sessions(application.user.pk)  # whoever holds the old phone may hold a browser of the person


def _another(operation: Operation, kind: OperationKind) -> Operation:
    return dataclasses.replace(operation, kind=kind, id=uuid7())


def _close(
    operation: Operation,
    application: Application,
    state: ApplicationState,
    reviewer: str,
    reason: str,
    event: DomainEvent,
) -> Application:
    application.state, application.reason = state, reason
    application.decided_by, application.decided_at = reviewer, operation.at
    application.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record_events(operation, event)
    _tell(operation, application, state)
    return application


def _tell(operation: Operation, application: Application, state: ApplicationState) -> None:
    """A message to the person; of a lost phone to the new one, which the applicant has proven. Who asked in vain for
    another phone may be a stranger, who has no inbox here."""
    is_lost, user = application.kind == ApplicationKind.PHONE_LOST, application.user
    phone = details_of(application).phone if is_lost else user and user.phone
    is_stranger = is_lost and state == ApplicationState.REFUSED
    templates = {
        ApplicationState.APPROVED: TemplateKey.REQUEST_APPROVED,
        ApplicationState.REFUSED: TemplateKey.REQUEST_REFUSED,
    }
    tell(
        templates[state],
        to=None if is_stranger or user is None else user.person_key,
        phone=phone or "",
        parameters={"kind": ApplicationKind(application.kind).label, "number": application.reference_number},
        once=str(application.pk),
        at=operation.at,
    )
