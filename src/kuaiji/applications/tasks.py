"""Jobs of applications: codes to draw, owners to tell, forms whose time is over."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kuaiji.applications.services.phone_lost import (
    draw_phone_lost_code,
    find_application_owner,
    sweep_phone_lost_drafts,
)
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.identity.models import SmsCode
from kuaiji.sms.services import SMS_QUEUE

RETRY = RetryStrategy(max_attempts=5, exponential_wait=2)


@app.task(queue=SMS_QUEUE, retry=RETRY, aliases=["kuaiji.requests.tasks.draw_code"])  # jobs queued before
def draw_code(code_id: str) -> None:
    """Draw one code and send it."""
    if code := SmsCode.objects.filter(pk=uuid.UUID(code_id)).first():
        draw_phone_lost_code(code=code)


@app.task(queue=SMS_QUEUE, retry=RETRY, aliases=["kuaiji.requests.tasks.find_owner"])  # jobs queued before
def find_owner(request_id: str) -> None:
    """Find whom an application is about, and tell the bound phone."""
    operation = Operation(kind=OperationKind.REQUEST_SUBMITTING, actor_kind=ActorKind.SYSTEM)
    find_application_owner(operation=operation, application_id=uuid.UUID(request_id))


@app.periodic(cron="*/10 * * * *", periodic_id="requests.sweep")
@app.task(name="requests.sweep", queueing_lock="requests.sweep")
def sweep(timestamp: int) -> None:
    """Forget unfinished forms."""
    sweep_phone_lost_drafts()
