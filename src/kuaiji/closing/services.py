"""注销: what goes at once, and what the law keeps.

Who has a record keeps it, for it is an archive: sign-in is closed, the phone's number and what belongs to no record go,
the fingerprints stay, so that the same person comes back as the same user. Of anybody else nothing stays but events
whose personal values nobody can open.
"""

import uuid

from django.db import transaction

from kuaiji.accountants.enums import HoldKind
from kuaiji.accountants.models import Hold, Record
from kuaiji.attachments.services import discard_attachments
from kuaiji.audit.services import Operation, record_events
from kuaiji.closing.events import UserClosed
from kuaiji.collection.models import Draft, Submission
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import PhoneChange, Recovery, Registration, User
from kuaiji.identity.notices import send_notice
from kuaiji.identity.people.locks import lock_user
from kuaiji.identity.sessions.known_browsers import forget_browsers
from kuaiji.identity.sessions.store import end_sessions
from kuaiji.sms.enums import TemplateKey
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.workflow import OPEN_IN


def keeps_record(user: User) -> bool:
    """Does something stay when this person closes?"""
    return Record.objects.of(user).exists()


def transfer_is_open(user: User) -> bool:
    """Is the person on the way to another platform, or to this one?"""
    kept = Record.objects.of(user).in_force()  # who has left keeps the lock for good
    leaving = Hold.objects.filter(record__in=kept, kind=HoldKind.TRANSFER, lifted_at=None)
    return leaving.exists() or TransferIn.objects.filter(user=user, state__in=OPEN_IN).exists()


@transaction.atomic
def close_user(*, operation: Operation, user_id: uuid.UUID) -> None:
    """Close, all or nothing, and tell the phone. Once more changes nothing.

    Raises RuleBroken ``transfer_open``, or ``closed`` when nothing is left.
    """
    user = lock_user(user_id)
    if user.closed_at:
        return
    if transfer_is_open(user):
        raise RuleBroken("transfer_open", "调转办理中不能注销，请等待办结，或先撤回调出")
    stays = keeps_record(user)
    send_notice(user.phone, TemplateKey.CLOSED)
    record_events(operation, UserClosed(subject_id=user.pk, keeps_record=stays))
    discard_attachments(person_key=user.person_key)
    Submission.objects.of(user).delete()  # what waits is no record, and has lost its pictures
    end_sessions(user.pk)
    if stays:
        _shut(operation, user)
    else:
        _erase(operation, user)


def _shut(operation: Operation, user: User) -> None:
    """Leave the record and what finds it again."""
    forget_browsers(user.pk)
    for unfinished in (PhoneChange, Recovery, Registration):
        unfinished.objects.filter(user=user).delete()
    user.phone, user.is_active, user.closed_at = "", False, operation.at
    user.save(update_fields=["phone", "is_active", "closed_at"])


def _erase(operation: Operation, user: User) -> None:
    """Leave nothing: fingerprints, checks, browsers and agreements go with the user's row."""
    Draft.objects.filter(user=user).delete()
    user.delete()
    user.person_key.destroy(at=operation.at)
