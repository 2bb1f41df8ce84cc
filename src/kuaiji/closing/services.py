"""注销: what is deleted at once, and what has to be kept by law.

Who has a record keeps it, for it is an archive: sign-in is closed, the phone's number and what belongs to no record go,
the fingerprints stay, so that the same person comes back as the same user. Of anybody else nothing stays but events
whose personal values nobody can open. What that means for an app, it registers (identity.closing_steps).
"""

import uuid

from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.closing.events import UserClosed
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.closing_steps import CLOSING_STEPS, Obstacle, erase_user, forget_person
from kuaiji.identity.models import User
from kuaiji.identity.notices import send_notice
from kuaiji.identity.people.locks import lock_user
from kuaiji.sms.enums import TemplateKey


def something_stays(user: User) -> bool:
    """Does something stay when this person closes?"""
    return any(step.keeps(user) for step in CLOSING_STEPS.values())


def obstacle_for(user: User) -> Obstacle | None:
    """What forbids this person to close now."""
    return next((found for step in CLOSING_STEPS.values() if (found := step.obstacle(user))), None)


@transaction.atomic
def close_user(*, operation: Operation, user_id: uuid.UUID) -> None:
    """Close, all or nothing, and tell the phone. Once more changes nothing.

    Raises RuleBroken with the code of the obstacle (``transfer_open``), or ``closed`` when nothing is left.
    """
    user = lock_user(user_id)
    if user.closed_at:
        return
    if obstacle := obstacle_for(user):
        raise RuleBroken(obstacle.code, obstacle.message)
    stays = something_stays(user)
    send_notice(user, TemplateKey.CLOSED)
    record_events(operation, UserClosed(subject_id=user.pk, keeps_record=stays))
    forget_person(user)
    if stays:
        _shut(operation, user)
    else:
        erase_user(user, at=operation.at)


def _shut(operation: Operation, user: User) -> None:
    """Keep the record and the fingerprints by which it is found."""
    user.phone, user.is_active, user.closed_at = "", False, operation.at
    user.save(update_fields=["phone", "is_active", "closed_at"])
