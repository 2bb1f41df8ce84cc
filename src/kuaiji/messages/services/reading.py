"""The inbox of a person: what is in it, that it was opened, and what goes in time."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Exists, OuterRef

from kuaiji.common import clock
from kuaiji.messages.models import Message, MessageQuerySet, Unwanted

KEPT = dt.timedelta(days=730)
SWEEP = 1000


def inbox_of(person_key_id: uuid.UUID) -> MessageQuerySet:
    """All messages of a person, the newest first, with their deliveries."""
    rows = Message.objects.filter(person_key_id=person_key_id).select_related("person_key")
    return rows.prefetch_related("deliveries").order_by("-made_at", "-pk")


def has_unread(person_key_column: str) -> Exists:
    """For a query over people: whether the owner of the key in that column has a message that she has not opened."""
    return Exists(Message.objects.unread().filter(person_key=OuterRef(person_key_column)))


def mark_read(*, person_key_id: uuid.UUID, ids: Collection[uuid.UUID]) -> None:
    """The inbox was opened, and these messages were on the page."""
    Message.objects.unread().filter(person_key_id=person_key_id, pk__in=ids).update(read_at=clock.now())


def forget_messages(person_key_id: uuid.UUID) -> None:
    """Delete the inbox of a person who closes, and what she did not want."""
    Message.objects.filter(person_key_id=person_key_id).delete()
    Unwanted.objects.filter(person_key_id=person_key_id).delete()


def sweep_messages(*, limit: int = SWEEP) -> int:
    """Delete messages that are older than they are kept, at most ``limit``; gives how many."""
    old = Message.objects.filter(made_at__lt=clock.now() - KEPT).order_by("made_at").values_list("pk", flat=True)
    found = list(old[:limit])
    Message.objects.filter(pk__in=found).delete()
    return len(found)
