"""Jobs: send codes, and erase messages in time."""

import functools
import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kuaiji.common.profile import profile
from kuaiji.sms.providers import provider_from_settings
from kuaiji.sms.providers.chain import Chain
from kuaiji.sms.sending import send_one
from kuaiji.sms.services import SMS_QUEUE, sweep_messages


@functools.cache
def provider() -> Chain:
    """The providers of this deployment, one set for a process: it remembers who failed."""
    return provider_from_settings(signature=profile().sms_signature, templates=profile().sms)


# Providers being away is no failure of the job; the retries are for our own database.
@app.task(queue=SMS_QUEUE, retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def deliver(message_id: str) -> None:
    """Hand one message over. While the provider is talked to, no database connection is held."""
    send_one(message_id=uuid.UUID(message_id), provider=provider())


@app.periodic(cron="*/5 * * * *")
@app.task(queue=SMS_QUEUE, queueing_lock="sms_sweep")
def sweep(timestamp: int) -> None:
    """Messages whose time is over are forgotten even when their job was lost."""
    sweep_messages()
