"""What another platform hands over with a person: kept unread until the hub says that the person is ours."""

import base64
import contextlib
import hashlib
import uuid
from collections.abc import Mapping

from django.db import transaction

from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.services.transferring import import_record
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import discard_attachments, take_over_picture
from kuaiji.audit.services import Operation
from kuaiji.collection.models import Draft, Submission
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from kuaiji.exchange.models import InboxMessage
from kuaiji.identity.enums import CheckOutcome, FingerprintKind
from kuaiji.identity.models import User
from kuaiji.identity.partner_checks.services import PartnerFinding, record_hub_verdict
from kuaiji.identity.people.fingerprints import document_fingerprints, users_with
from kuaiji.identity.people.services import replace_document
from kuaiji.identity.recovery.services import reopen_user
from kuaiji.identity.security.services import replace_phone
from kuaiji.identity.sessions.known_browsers import forget_browsers
from kuaiji.identity.sessions.services import end_sessions
from kuaiji.keys.models import PersonKey
from kuaiji.transfers.models import Release, TransferIn
from kuaiji.transfers.services.releases import end_release, open_release
from kuaiji_wire.errors import WireError
from kuaiji_wire.messages import AnyTransferReleased, parse, read_envelope
from kuaiji_wire.people import Person


def body_of(release: Release) -> AnyTransferReleased:
    """The message as it came. Raises WireError when it is not what it was."""
    row = InboxMessage.objects.select_related("person_key").get(message_id=release.message_id)
    body = parse(read_envelope(bytes(row.envelope)))
    assert isinstance(body, AnyTransferReleased)
    return body


def user_before(transfer_id: uuid.UUID, person: Person) -> User | None:
    """Who comes back: the user of this document, or of one by which this platform knew the person, if what comes names
    a version that we made (R8.5)."""
    if user := _user_with(person):
        return user
    release = open_release(transfer_id)
    for past in reversed(body_of(release).history if release else ()):
        user = _user_with(past.person) if past.platform == profile().code else None
        ours = RecordVersion.objects.filter(record__user=user, platform="", number=past.number, at=past.made_at)
        if user and ours.exists():
            return user
    return None


def pictures_of(operation: Operation, person_key: PersonKey, body: AnyTransferReleased) -> dict[str, uuid.UUID]:
    """The pictures that came as attachments under ``person_key``; the same ones again are the same rows.

    Takes long the first time: call it outside transactions before. Raises RuleBroken for one that cannot be used.
    """
    return {
        purpose: take_over_picture(
            operation=operation, person_key=person_key, purpose=purpose, jpeg=base64.b64decode(jpeg)
        ).pk
        for purpose, jpeg in body.pictures.items()
    }


def forget_pictures(operation: Operation, row: TransferIn) -> None:
    """The claim came to nothing: what was taken over of the archive is not the claimant's."""
    release = open_release(row.transfer_id)
    if release is None:
        return
    with contextlib.suppress(WireError):  # of what cannot be read nothing was taken over
        received = [hashlib.sha256(base64.b64decode(jpeg)).digest() for jpeg in body_of(release).pictures.values()]
        discard_attachments(person_key=row.person_key, received=received)


def try_arrival(operation: Operation, row: TransferIn, body: AnyTransferReleased) -> None:
    """Make the record and undo it, so that nothing is left that could fail once the hub has said yes.

    The pictures are tried under the key of the transfer, which is no user's: before the review has passed nobody may
    see them. Takes long; outside transactions. Raises RuleBroken for a picture that cannot be used, and what
    ``complete_transfer_in`` raises.
    """
    release = open_release(row.transfer_id)
    if release is None:
        raise RuleBroken("archive_missing", "调出地的档案还没有收到")
    try:
        pictures = pictures_of(operation, release.person_key, body)
        with transaction.atomic():
            Attachment.objects.filter(pk__in=pictures.values()).update(person_key=row.person_key)
            complete_transfer_in(operation, row, pictures)
            transaction.set_rollback(True)
    finally:
        discard_attachments(person_key=release.person_key)


def complete_transfer_in(
    operation: Operation, row: TransferIn, pictures: Mapping[str, uuid.UUID] | None = None
) -> None:
    """The hub said that this platform holds the person: the record is made, or goes on where it was left (R8.5)."""
    release = open_release(row.transfer_id)
    if release is None:
        raise RuleBroken("archive_missing", "调出地的档案还没有收到")
    user, body = row.user, body_of(release)
    _become(operation, row, user, body)
    Draft.objects.filter(user=user, submitted_at=None).delete()
    Submission.objects.of(user).waiting().delete()
    import_record(
        operation=operation,
        user=user,
        record_id=row.record_id,
        origin=body.origin,
        division_code=row.division_code,
        archive=body.archive,
        history=body.history,
        pictures=pictures or pictures_of(operation, user.person_key, body),
    )
    record_hub_verdict(operation=operation, user_id=user.pk, finding=PartnerFinding(CheckOutcome.CLEAR))
    end_release(operation, release)


def record_id_for(user: User | None, chosen: uuid.UUID) -> uuid.UUID:
    """The id of the record that will be the person's: the one there is, or ``chosen``."""
    known = Record.objects.of(user).values_list("pk", flat=True).first() if user else None
    return known or chosen


def _user_with(person: Person) -> User | None:
    return users_with(FingerprintKind.DOCUMENT, document_fingerprints(person.document)).first()


def _become(operation: Operation, row: TransferIn, user: User, body: AnyTransferReleased) -> None:
    """Name and document as they came; phone and password as the claim proved them, where they had to wait for this."""
    person, employment = body.person, body.archive.sections.employment
    if user.name != person.name:
        user.name = person.name
    user.works_in_accounting = employment.employment_status == "1"
    user.holds_qualification = bool(body.archive.sections.professional.qualifications)
    user.save(update_fields=["name", "works_in_accounting", "holds_qualification"])
    if user.document != person.document:
        replace_document(user=user, document=person.document)
    if row.credentials:
        _take_over_sign_in(operation, user, row.credentials)
        row.credentials = None


def _take_over_sign_in(operation: Operation, user: User, credentials: Mapping[str, str]) -> None:
    if user.closed_at:
        reopen_user(operation, user, phone=user.phone)
    try:
        replace_phone(operation=operation, user_id=user.pk, phone=credentials["phone"])
    except RuleBroken as broken:
        # As many people as may share it have it by now: the person is ours all the same, with the phone of before.
        if broken.code != "phone_full":
            raise
    user.refresh_from_db(fields=["phone"])
    user.password = credentials["password"]
    user.save(update_fields=["password"])
    end_sessions(user.pk)
    forget_browsers(user.pk)
