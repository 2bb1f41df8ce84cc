"""A bureau decides (R9.2): one person refuses; one or two approve, and what was asked for is done with it."""

import dataclasses
import uuid
from typing import Any

from django.db import transaction

from kuaiji.applications import rules
from kuaiji.applications.enums import ApplicationKind, ApplicationState
from kuaiji.applications.events import RequestApproved, RequestRefused, RequestReviewed
from kuaiji.applications.models import Application
from kuaiji.applications.services.corrections import carry_out_correction
from kuaiji.applications.services.phone_lost import compared_items
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import DomainEvent, Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.identity.notices import NOTICE_LIFETIME
from kuaiji.identity.security.services import replace_phone
from kuaiji.identity.sessions.store import end_sessions
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.services import send_message


@transaction.atomic
def approve_application(*, operation: Operation, request_id: uuid.UUID, reviewer: str) -> Application:
    """Agree. Where two have to, the first one's word leaves the request open (``first_reviewer``).

    Raises RuleBroken ``already_decided``, ``same_reviewer``, ``no_such_person``, ``person_closed``, and what
    ``correct`` and ``replace_phone`` raise.
    """
    request = _locked(request_id)
    if request.user is None:
        raise RuleBroken("no_such_person", "没有找到与姓名、证件都一致的用户，不能通过")
    if not request.user.is_active:
        raise RuleBroken("person_closed", "申请人已注销或停用，不能通过")
    if rules.needs_two(ApplicationKind(request.kind), matches=_matches(request)):
        if not request.first_reviewer:
            request.first_reviewer, request.first_reviewed_at = reviewer, operation.at
            request.save(update_fields=["first_reviewer", "first_reviewed_at"])
            record_events(operation, RequestReviewed(subject_id=request.pk, request_kind=request.kind))
            return request
        rules.check_other_reviewer(request.first_reviewer, reviewer)
    _carry_out(operation, request)
    event = RequestApproved(subject_id=request.pk, request_kind=request.kind)
    return _close(operation, request, ApplicationState.APPROVED, reviewer, "", event)


@transaction.atomic
def refuse_application(*, operation: Operation, request_id: uuid.UUID, reviewer: str, reason: str) -> Application:
    """Disagree, for a reason that the person is shown. Raises RuleBroken ``already_decided``."""
    request = _locked(request_id)
    event = RequestRefused(subject_id=request.pk, request_kind=request.kind)
    return _close(operation, request, ApplicationState.REFUSED, reviewer, reason, event)


def _locked(request_id: uuid.UUID) -> Application:
    requests = Application.objects.select_related("person_key", "user__person_key")
    request = requests.select_for_update(of=("self",), no_key=True).get(pk=request_id)
    rules.check_open(ApplicationState(request.state))
    return request


def _matches(request: Application) -> bool:
    return request.kind == ApplicationKind.PHONE_LOST and all(compared_items(request).values())


def _carry_out(operation: Operation, request: Application) -> None:
    """What the decision brings about is an operation of its own, by the same people."""
    assert request.user is not None
    if request.kind == ApplicationKind.CORRECTION:
        carry_out_correction(operation=_another(operation, OperationKind.RECORD_CORRECTING), request=request)
    else:
        replace_phone(
            operation=_another(operation, OperationKind.PHONE_CHANGING),
            user_id=request.user.pk,
            phone=request.details["phone"],
        )
        end_sessions(request.user.pk)  # whoever holds the old phone may hold a browser of the person


def _another(operation: Operation, kind: OperationKind) -> Operation:
    return dataclasses.replace(operation, kind=kind, id=uuid7())


def _close(
    operation: Operation,
    request: Application,
    state: ApplicationState,
    reviewer: str,
    reason: str,
    event: DomainEvent,
) -> Application:
    request.state, request.reason = state, reason
    request.decided_by, request.decided_at = reviewer, operation.at
    request.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record_events(operation, event)
    _tell(operation, request, state)
    return request


def _tell(operation: Operation, request: Application, state: ApplicationState) -> None:
    """A message to the person; of a lost phone to the new one, which the applicant has proven."""
    details: dict[str, Any] = request.details
    phone = details["phone"] if request.kind == ApplicationKind.PHONE_LOST else request.user and request.user.phone
    if not phone:
        return
    templates = {
        ApplicationState.APPROVED: TemplateKey.REQUEST_APPROVED,
        ApplicationState.REFUSED: TemplateKey.REQUEST_REFUSED,
    }
    send_message(
        template_key=templates[state],
        phone=phone,
        parameters={"kind": ApplicationKind(request.kind).label, "number": request.reference_number},
        expires_at=operation.at + NOTICE_LIFETIME,
    )
