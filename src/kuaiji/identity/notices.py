"""Messages about what was done: the phone's owner may be somebody else than who did it (ASVS 6.3.7)."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.identity.models import User
from kuaiji.messages.services.reading import forget_messages
from kuaiji.messages.services.telling import moment_words, tell
from kuaiji.sms.enums import TemplateKey


def tell_returned(user: User, *, kind: str, subject_id: uuid.UUID, at: dt.datetime) -> None:
    """Tell ``user`` that what waited for somebody outside came back; ``kind`` says in words what it was."""
    tell_user(
        user,
        TemplateKey.WAITING_RETURNED,
        parameters={"kind": kind},
        once=str(subject_id),
        at=at,
        subject_id=subject_id,
    )


def send_notice(
    user: User, event: TemplateKey, *, phone: str = "", once: str = "", subject_id: uuid.UUID | None = None
) -> None:
    """Tell ``user`` when something was done, in the transaction that does it; by the bound phone, or by ``phone``.

    ``once`` tells what is done now from the same done again; left out, each call is a message.
    """
    now = clock.now()
    tell_user(
        user,
        event,
        parameters={"time": moment_words(now)},
        once=once or str(uuid7()),
        at=now,
        subject_id=subject_id,
        phone=phone,
    )


def tell_user(
    user: User,
    event: TemplateKey,
    *,
    parameters: Mapping[str, str],
    once: str,
    at: dt.datetime,
    subject_id: uuid.UUID | None = None,
    phone: str = "",
) -> None:
    """``messages.services.telling.tell`` for a user: the inbox, and the bound phone or ``phone``."""
    tell(
        event,
        to=user.person_key,
        phone=phone or user.phone,
        parameters=parameters,
        once=once,
        at=at,
        subject_id=subject_id,
    )


def forget_told(user: User) -> None:
    """Delete the inbox of a person who closes."""
    forget_messages(user.person_key_id)


def phones_of(person_key_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The bound phones of people who can sign in, by the ids of their keys."""
    users = User.objects.filter(person_key__in=person_key_ids, is_active=True).select_related("person_key")
    return {user.person_key_id: user.phone for user in users}
