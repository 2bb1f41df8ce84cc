"""Whom the identity check confirms comes before a claim on the same document that nobody confirmed (docs/adr/0055)."""

import dataclasses
import datetime as dt

from django.db.models import OuterRef, Subquery

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.closing_steps import CLOSING_STEPS, erase_user, forget_person
from kuaiji.identity.enums import CheckKind, CheckOutcome, FingerprintKind
from kuaiji.identity.events import RegistrationCorrected, UserDisplaced
from kuaiji.identity.models import Check, User
from kuaiji.identity.notices import send_notice
from kuaiji.identity.people.fingerprints import document_fingerprints, users_with
from kuaiji.identity.people.locks import lock_user
from kuaiji.identity.recovery.services import renew_sign_in
from kuaiji.sms.enums import TemplateKey
from kuaiji_wire.names import same_name
from kuaiji_wire.people import Document, Person


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """Who is registered with a document, and whether that was ever confirmed. Who was never asked about counts as
    confirmed: made before there was a check."""

    user: User
    confirmed: bool


def claim_on(document: Document) -> Claim | None:
    """Who is registered with ``document``: one query, whether there is somebody or not (S-24)."""
    outcome = Check.objects.filter(user=OuterRef("pk"), kind=CheckKind.IDENTITY).values("outcome")
    users = users_with(FingerprintKind.DOCUMENT, document_fingerprints(document))
    user = users.annotate(identity=Subquery(outcome)).first()
    return Claim(user, user.identity in (None, CheckOutcome.CLEAR)) if user else None


def refuse_disputed(user: User) -> None:
    """Raises RuleBroken ``number_disputed`` when something of this claim stands: a record, or a transfer on its way.

    A bureau decides then, and no program.
    """
    if any(step.keeps(user) or step.obstacle(user) for step in CLOSING_STEPS.values()):
        raise RuleBroken("number_disputed", "该证件号已由他人登记，请带证件联系当地财政部门核对", "document_number")


def make_way(*, operation: Operation, person: Person, phone: str) -> User | None:
    """Clear the document of ``person``, whom the identity check confirms, of a claim that nobody has confirmed.

    Gives the user to go on with where that claim was made from the same ``phone``: it was this person, under a name
    typed wrong, and what was filled in stays. None where a new user is to be made. Somebody else's claim is erased, and
    its phone is told. Who was confirmed stays, whoever comes.

    Belongs into the transaction that makes the user, before it locks number and phone. Raises RuleBroken
    ``number_disputed``.
    """
    claim = claim_on(person.document)
    if claim is None or claim.confirmed or same_name(claim.user.name, person.name):
        return None
    try:
        user = lock_user(claim.user.pk)
    except RuleBroken:  # closed in this moment
        return None
    check = Check.objects.select_for_update().get(user=user, kind=CheckKind.IDENTITY)
    if check.outcome == CheckOutcome.CLEAR or same_name(user.name, person.name):
        return None
    refuse_disputed(user)
    if user.phone == phone:
        return user
    _displace(user, at=operation.at)
    return None


def correct_registration(*, operation: Operation, user: User, name: str, password: str) -> None:
    """Give the user that ``make_way`` found the confirmed name and the new password; every session ends.

    Raises RuleBroken ``password_…``.
    """
    event = RegistrationCorrected(subject_id=user.pk, before=user.name, after=name)
    user.name = name
    user.save(update_fields=["name"])
    record_events(operation, event, person_key=user.person_key)
    renew_sign_in(operation=operation, user=user, phone=user.phone, password=password)


def _displace(user: User, *, at: dt.datetime) -> None:
    """An operation of its own: the answer of the identity check does this, not who registers."""
    operation = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM, at=at)
    send_notice(user, TemplateKey.DISPLACED)
    record_events(operation, UserDisplaced(subject_id=user.pk))
    forget_person(user)
    erase_user(user, at=at)
