"""Jobs: send messages, and erase them in time."""

import functools
import uuid

import structlog
from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kuaiji.common.profile import profile
from kuaiji.sms.providers import provider_from_settings
from kuaiji.sms.providers.base import ProviderRefused, ProviderUnavailable
from kuaiji.sms.providers.chain import Chain, Try
from kuaiji.sms.services import (
    SMS_QUEUE,
    count_tries,
    open_for_delivery,
    record_refused,
    record_sent,
    record_silence,
    record_unavailable,
    sweep_messages,
)

log = structlog.get_logger(__name__)


@functools.cache
def provider() -> Chain:
    """The providers of this deployment, one set for a process: it remembers who failed."""
    return provider_from_settings(signature=profile().sms_signature, templates=profile().sms)


# Providers being away is no failure of the job; the retries are for our own database.
@app.task(queue=SMS_QUEUE, retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def deliver(message_id: str) -> None:
    """Hand one message over. While the provider is talked to, no database connection is held."""
    key = uuid.UUID(message_id)
    message = open_for_delivery(message_id=key)
    if message is None:
        return
    phone, parameters = message.phone, message.parameters
    connection.close()
    tries: list[Try] = []
    try:
        sent = provider().send(
            message_id=key,
            phone=phone,
            template_key=message.template_key,
            params=parameters,
            tries=tries,
            once_only=message.once_only,
        )
    except ProviderUnavailable as error:
        log.warning("sms_unavailable", provider=error.provider, reason=error.reason)
        if message.once_only and error.unanswered:
            record_silence(message_id=key, provider=error.provider)
        else:
            record_unavailable(message_id=key)
    except ProviderRefused as error:
        log.warning("sms_refused", provider=error.provider, code=str(error.code))
        record_refused(message_id=key, provider=error.provider, error=error.code)
    else:
        record_sent(message_id=key, provider=sent.provider, serial=sent.serial)
    count_tries(tries=tries)


@app.periodic(cron="*/5 * * * *")
@app.task(queue=SMS_QUEUE, queueing_lock="sms_sweep")
def sweep(timestamp: int) -> None:
    """Messages whose time is over are forgotten even when their job was lost."""
    sweep_messages()
