"""What a bureau has decided is done (R9.2): one member refuses; one or two approve, as ``rules.needs_two`` says."""

import dataclasses
import uuid
from collections.abc import Sequence

from django.db import transaction

from kuaiji.accountants.enums import EndReason
from kuaiji.applications import rules
from kuaiji.applications.enums import BY_STAFF, ApplicationKind, ApplicationState
from kuaiji.applications.events import RequestApproved, RequestRefused
from kuaiji.applications.models import Application
from kuaiji.applications.services.corrections import carry_out_correction
from kuaiji.applications.services.endings import carry_out_ending
from kuaiji.applications.services.phone_lost import compared_items, details_of
from kuaiji.applications.services.submitting import settle_case
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import DomainEvent, Operation, record_events
from kuaiji.cases.services.telling import Told
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.identity.security.services import replace_phone
from kuaiji.identity.sessions.services import end_sessions
from kuaiji.messages.services.telling import tell
from kuaiji.sms.enums import TemplateKey


@dataclasses.dataclass(frozen=True, slots=True)
class Deciders:
    """The members who stand behind a decision: who made it, and who agreed where two are asked; ids."""

    maker: uuid.UUID
    second: uuid.UUID | None = None

    @property
    def last(self) -> uuid.UUID:
        """Who decided in the end."""
        return self.second or self.maker


@transaction.atomic
def approve_application(*, operation: Operation, application_id: uuid.UUID, by: Deciders) -> Application:
    """Do what was asked for, agreed to by as many as have to.

    Raises RuleBroken ``already_decided``, ``second_missing``, ``same_reviewer``, ``begun_by_you``,
    ``no_such_person``, ``person_closed``, and what ``correct``, ``carry_out_ending`` and ``replace_phone`` raise.
    """
    application = locked_application(application_id)
    rules.check_open(ApplicationState(application.state))
    check_person(application)
    rules.check_second(by.maker, by.second, needed=needs_two(application))
    rules.check_not_begun(application.begun_member_id, (by.maker, by.second))
    _carry_out(operation, application)
    event = RequestApproved(subject_id=application.pk, request_kind=application.kind)
    return _close(operation, application, ApplicationState.APPROVED, by, event)


@transaction.atomic
def refuse_application(
    *, operation: Operation, application_id: uuid.UUID, by: Deciders, reasons: Sequence[Told], words: str
) -> Application:
    """Disagree, for reasons of the kept list and in words of one's own: the person is shown both. Raises RuleBroken
    ``already_decided``."""
    application = locked_application(application_id)
    rules.check_open(ApplicationState(application.state))
    application.reasons, application.reason = [dataclasses.asdict(reason) for reason in reasons], words
    event = RequestRefused(
        subject_id=application.pk, request_kind=application.kind, reasons=[reason.code for reason in reasons]
    )
    return _close(operation, application, ApplicationState.REFUSED, by, event)


def check_person(application: Application) -> None:
    """Raises RuleBroken ``no_such_person``, ``person_closed``: there is nobody for whom to do it."""
    if application.user is None:
        raise RuleBroken("no_such_person", "没有找到与姓名、证件都一致的用户，不能通过")
    if not application.user.is_active:
        raise RuleBroken("person_closed", "申请人已注销或停用，不能通过")


def needs_two(application: Application) -> bool:
    """Whether two people have to approve this one."""
    kind = ApplicationKind(application.kind)
    matches = kind == ApplicationKind.PHONE_LOST and all(compared_items(application).values())
    return rules.needs_two(kind, matches=matches)


def locked_application(application_id: uuid.UUID) -> Application:
    """The application as it is now, under its lock."""
    applications = Application.objects.select_related("person_key", "user__person_key")
    return applications.select_for_update(of=("self",), no_key=True).get(pk=application_id)


def _carry_out(operation: Operation, application: Application) -> None:
    """What the decision brings about is an operation of its own, by the same people."""
    assert application.user is not None
    if application.kind == ApplicationKind.CORRECTION:
        carry_out_correction(operation=_another(operation, OperationKind.RECORD_CORRECTING), application=application)
    elif application.kind in BY_STAFF:
        carry_out_ending(operation=_another(operation, OperationKind.RECORD_ENDING), application=application)
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
    operation: Operation, application: Application, state: ApplicationState, by: Deciders, event: DomainEvent
) -> Application:
    application.state, application.decided_at = state, operation.at
    application.first_member_id = by.maker if by.second else None
    application.decided_member_id = by.last
    application.save(update_fields=["state", "reason", "reasons", "first_member", "decided_member", "decided_at"])
    record_events(operation, event)
    settle_case(operation, application)
    _tell(operation, application, state)
    return application


def _tell(operation: Operation, application: Application, state: ApplicationState) -> None:
    """A message to the person; of a lost phone to the new one, which the applicant has proven. Who asked in vain for
    another phone may be a stranger, who has no inbox here."""
    if application.kind == ApplicationKind.ENDING and application.details["reason"] == EndReason.DEATH:
        return  # nobody writes to the dead
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
