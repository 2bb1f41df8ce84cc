"""Sending a message, and forgetting it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F

from kuaiji.common import clock, jobs
from kuaiji.sms.enums import PARAMETERS, TemplateKey
from kuaiji.sms.models import MessageState, OutgoingSms, ProviderCount
from kuaiji.sms.providers.chain import Try

DELIVER = "kuaiji.sms.tasks.deliver"
SMS_QUEUE = "sms"
FIRST_WAIT, LONGEST_WAIT = 2, 30  # seconds between tries
RETENTION = dt.timedelta(days=30)  # how long it stays known that a message went out


def send_message(
    *, template_key: TemplateKey, phone: str, parameters: Mapping[str, str], expires_at: dt.datetime
) -> uuid.UUID:
    """Queue one message in the transaction of the caller; it goes out once that commits. Returns its id.

    ``expires_at``: useless after that. Raises ValueError for parameters that are not the template's.
    """
    if set(parameters) != PARAMETERS[template_key]:
        raise ValueError(f"{template_key} takes {', '.join(sorted(PARAMETERS[template_key]))}")
    with transaction.atomic():
        message = OutgoingSms.objects.create(
            template_key=template_key, phone=phone, parameters=dict(parameters), expires_at=expires_at
        )
        jobs.defer(DELIVER, queue=SMS_QUEUE, message_id=str(message.pk))
    return message.pk


def open_for_delivery(*, message_id: uuid.UUID) -> OutgoingSms | None:
    """The message if it still waits and is still of use, with its number and parameters opened."""
    with transaction.atomic():
        message = OutgoingSms.objects.select_for_update().filter(pk=message_id, state=MessageState.WAITING).first()
        if message is None:
            return None
        if message.expires_at <= clock.now():
            _finish(message, MessageState.EXPIRED)
            return None
        message.attempts += 1
        message.save(update_fields=["attempts"])
    return message


def record_sent(*, message_id: uuid.UUID, provider: str, serial: str) -> None:
    """The message was sent: number and parameters are erased."""
    with transaction.atomic():
        if message := _waiting(message_id):
            message.provider, message.serial, message.sent_at = provider, serial, clock.now()
            _finish(message, MessageState.SENT)


def record_refused(*, message_id: uuid.UUID, provider: str, error: str) -> None:
    """The message was refused for good: it is not tried again."""
    with transaction.atomic():
        if message := _waiting(message_id):
            message.provider, message.error = provider, error
            _finish(message, MessageState.REFUSED)


def record_unavailable(*, message_id: uuid.UUID) -> None:
    """No provider could take the message: it is tried again, each time later, until it expires."""
    with transaction.atomic():
        if not (message := _waiting(message_id)):
            return
        wait = min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT)
        if clock.now() + dt.timedelta(seconds=wait) >= message.expires_at:
            message.error = "unavailable"
            _finish(message, MessageState.EXPIRED)
            return
        jobs.defer(DELIVER, queue=SMS_QUEUE, wait=wait, message_id=str(message_id))


def count_tries(*, tries: Iterable[Try]) -> None:
    """Add what came of asking providers to the figures: workers answer no ``/metrics``, so the database counts."""
    for each in tries:
        counted = ProviderCount.objects.filter(provider=each.provider, outcome=each.outcome)
        more = {"count": F("count") + 1, "seconds": F("seconds") + each.seconds}
        if not counted.update(**more):
            ProviderCount.objects.get_or_create(provider=each.provider, outcome=each.outcome)
            counted.update(**more)


def sweep_messages() -> None:
    """Give up what waits past its time, whatever became of its job, and remove old rows."""
    now = clock.now()
    for message in OutgoingSms.objects.filter(state=MessageState.WAITING, expires_at__lte=now):
        open_for_delivery(message_id=message.pk)
    OutgoingSms.objects.filter(created_at__lt=now - RETENTION).delete()


def _waiting(message_id: uuid.UUID) -> OutgoingSms | None:
    return OutgoingSms.objects.select_for_update().filter(pk=message_id, state=MessageState.WAITING).first()


def _finish(message: OutgoingSms, state: MessageState) -> None:
    message.state, message.phone, message.parameters = state, None, None
    message.save()
