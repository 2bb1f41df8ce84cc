"""What becomes of messages on the phone: sent when their time has come, and noted as the SMS app hears of it."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction

from kuaiji.common import clock
from kuaiji.messages import hooks
from kuaiji.messages.catalogue import CATALOGUE, closing_hour, next_hour
from kuaiji.messages.enums import DeliveryState
from kuaiji.messages.models import Delivery
from kuaiji.messages.services.telling import ORIGIN, is_on, wants_no
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.services import send_message

BATCH = 100

# What the SMS app says of a message, and what it means here.
_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.FAILED,
    "refused": DeliveryState.FAILED,
    "expired": DeliveryState.FAILED,
    "unwanted": DeliveryState.DROPPED,
}


def unwanted(sms_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of messages that are about to be handed over, those that do not say what is so any more. One of a person who has
    closed since still does: its owner is to know."""
    deliveries = Delivery.objects.select_related("message").filter(sms_id__in=sms_ids)
    return {each.sms_id for each in deliveries if each.sms_id and not _still_stands(each)}


def note_outcome(sms_ids: Collection[uuid.UUID], outcome: str, reason: str) -> None:
    """Keep what became of messages on the phone."""
    Delivery.objects.filter(sms_id__in=sms_ids).update(state=_STATES[outcome], reason=reason, changed_at=clock.now())


def send_due(*, limit: int = BATCH) -> int:
    """Hand reminders whose time has come to the SMS app; gives how many were looked at. Any number of workers may."""
    now = clock.now()
    if next_hour(now.astimezone(clock.CHINA)) > now:
        return 0
    with transaction.atomic():
        rows = Delivery.objects.filter(state=DeliveryState.PLANNED, due_at__lte=now).order_by("due_at")
        due = list(rows.select_related("message").select_for_update(of=("self",), skip_locked=True)[:limit])
        for delivery in due:
            _send(delivery, now)
    return len(due)


def waiting() -> int:
    """How many reminders wait though their time has come."""
    return Delivery.objects.filter(state=DeliveryState.PLANNED, due_at__lte=clock.now()).count()


def _send(delivery: Delivery, now: dt.datetime) -> None:
    """One reminder: judged once more, to the phone that is bound now."""
    message = delivery.message
    event = TemplateKey(message.event)
    delivery.changed_at = now
    owner = message.person_key_id
    if owner is None or message.useful_until <= now or not is_on(event) or not _still_stands(delivery):
        delivery.state, delivery.reason = DeliveryState.DROPPED, "out_of_date"
    elif wants_no(owner, CATALOGUE[event].of):
        delivery.state, delivery.reason = DeliveryState.DROPPED, "not_wanted"
    elif phone := hooks.phone_of(owner):
        delivery.state = DeliveryState.QUEUED
        delivery.sms_id = send_message(
            template_key=event,
            phone=phone,
            parameters=delivery.parameters or {},
            expires_at=min(message.useful_until, closing_hour(now.astimezone(clock.CHINA))),
            origin=ORIGIN,
            once_only=True,
        )
    else:
        delivery.state, delivery.reason = DeliveryState.DROPPED, "no_phone"
    delivery.parameters = None
    delivery.save()


def _still_stands(delivery: Delivery) -> bool:
    message = delivery.message
    return hooks.stands(message.event, message.subject_id, message.once)
