"""Handing messages over to providers: taken in a transaction, told to the provider without a connection, noted."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import connection

from kuaiji.sms.models import MessageState, OutgoingSms
from kuaiji.sms.providers.base import ProviderRefused, ProviderUnavailable
from kuaiji.sms.providers.chain import Chain, Try
from kuaiji.sms.services import Handed, settle, take_message, take_notices

log = structlog.get_logger(__name__)

AT_ONCE = 32  # notices taken together: one connection, one transaction before and one after
SENDERS = 4


def send_one(*, message_id: uuid.UUID, provider: Chain) -> None:
    """Hand one message over: a code, by a job of its own."""
    if message := take_message(message_id=message_id):
        connection.close()
        settle(handed=[_hand_over(message, provider)])


def send_notices(*, provider: Chain) -> int:
    """Hand over one batch of what is due; how many there were. Any number of workers may."""
    taken = take_notices(limit=AT_ONCE, twice_is_once=provider.knows_ids)
    if not taken:
        return 0
    connection.close()
    with ThreadPoolExecutor(SENDERS) as senders:
        handed = list(senders.map(lambda message: _one_of_many(message, provider), taken))
    settle(handed=handed)
    return len(taken)


def _one_of_many(message: OutgoingSms, provider: Chain) -> Handed:
    """One that cannot be handed over must not stop the others."""
    try:
        return _hand_over(message, provider)
    except Exception:
        log.exception("notice_not_handed_over", message_id=str(message.pk))
        return Handed(message)


def _hand_over(message: OutgoingSms, provider: Chain) -> Handed:
    """Ask the provider. No database here: this may take long."""
    tries: list[Try] = []
    handed = Handed(message, tries=tries)
    try:
        sent = provider.send(
            message_id=message.pk,
            phone=message.phone,
            template_key=message.template_key,
            params=message.parameters,
            tries=tries,
            once_only=message.once_only,
        )
    except ProviderUnavailable as error:
        log.warning("sms_unavailable", provider=error.provider, reason=error.reason)
        if message.once_only and error.unanswered:  # it may have arrived, and must not twice
            handed.state, handed.provider = MessageState.SENT, error.provider
    except ProviderRefused as error:
        log.warning("sms_refused", provider=error.provider, code=str(error.code))
        handed.state, handed.provider, handed.error = MessageState.REFUSED, error.provider, error.code
    else:
        handed.state, handed.provider, handed.serial = MessageState.SENT, sent.provider, sent.serial
    return handed
