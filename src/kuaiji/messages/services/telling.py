"""Telling a person: the one road of everything that is sent but codes (docs/adr/0080)."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists

from kuaiji.common import clock
from kuaiji.common.once import insert_once
from kuaiji.common.profile import profile
from kuaiji.keys.models import PersonKey
from kuaiji.messages.catalogue import CATALOGUE, HIDDEN, may_be_switched_off
from kuaiji.messages.enums import Channel, DeliveryState, MessageClass
from kuaiji.messages.models import Delivery, Message, StoppedMessage, Unwanted
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.services import send_message

ORIGIN = "messages"  # of what the SMS app sends for this one


@transaction.atomic(savepoint=False)
def tell(
    event: TemplateKey,
    *,
    to: PersonKey | None,
    phone: str,
    parameters: Mapping[str, str],
    once: str,
    at: dt.datetime,
    subject_id: uuid.UUID | None = None,
) -> uuid.UUID | None:
    """Put a message into the inbox of ``to`` and send it to ``phone``, in the transaction that makes it true.

    Once for an ``event`` and ``once``, however often it is called: the database sees to it. ``to`` None: somebody who
    has no inbox here, or none any more. An empty ``phone``, or a class that the person does not want, leaves the inbox
    alone. Gives the message's id; None when it was made before, or the event is switched off or stopped here.
    """
    entry = CATALOGUE[event]
    owner = to if entry.kept else None
    on, wanted = _asked(event, owner)
    if not on:
        return None
    made = new_message(event, to=owner, parameters=parameters, once=once, at=at, subject_id=subject_id)
    if not insert_once(made):
        return None
    if phone and wanted:
        delivery = Delivery(message=made, channel=Channel.SMS, state=DeliveryState.QUEUED, due_at=at, changed_at=at)
        delivery.sms_id = send_message(
            template_key=event,
            phone=phone,
            parameters=parameters,
            expires_at=made.useful_until,
            origin=ORIGIN,
            once_only=entry.of != MessageClass.MUST,
        )
        Delivery.objects.bulk_create([delivery])
    return made.pk


def _asked(event: TemplateKey, owner: PersonKey | None) -> tuple[bool, bool]:
    """``is_on``, and whether ``owner`` wants it on the phone, in one question."""
    if not may_be_switched_off(event) or owner is None:
        return is_on(event), True
    stopped = Exists(StoppedMessage.objects.filter(event=event))
    unwanted = Exists(Unwanted.objects.filter(person_key=owner, message_class=CATALOGUE[event].of))
    is_stopped, is_unwanted = PersonKey.objects.filter(pk=owner.pk).values_list(stopped, unwanted).get()
    return event not in profile().messages_off and not is_stopped, not is_unwanted


def new_message(
    event: TemplateKey,
    *,
    to: PersonKey | None,
    parameters: Mapping[str, str],
    once: str,
    at: dt.datetime,
    subject_id: uuid.UUID | None,
) -> Message:
    """The row of a message, not saved, with its words as the person reads them."""
    entry, template = CATALOGUE[event], profile().sms[event]
    shown = {name: HIDDEN if name in entry.secret else value for name, value in parameters.items()}
    return Message(
        person_key=to,
        event=event,
        once=once,
        subject_id=subject_id,
        words_version=template.version,
        words=template.text.format_map(shown) if to else None,
        made_at=at,
        useful_until=at + entry.life,
    )


def is_on(event: TemplateKey) -> bool:
    """Whether this platform sends it: neither its profile nor an operator has switched it off."""
    if not may_be_switched_off(event):
        return True
    return event not in profile().messages_off and not StoppedMessage.objects.filter(event=event).exists()


def wants_no(person_key_id: uuid.UUID, message_class: MessageClass) -> bool:
    """Whether the person does not want this class on the phone."""
    if message_class == MessageClass.MUST:
        return False
    return Unwanted.objects.filter(person_key_id=person_key_id, message_class=message_class).exists()


def moment_words(at: dt.datetime) -> str:
    """A moment as messages say it: 11月30日14:05."""
    here = at.astimezone(clock.CHINA)
    return f"{here.month}月{here.day}日{here:%H:%M}"


def day_words(day: dt.date) -> str:
    """A day as messages say it: 2026年11月30日."""
    return f"{day.year}年{day.month}月{day.day}日"
