"""Jobs of applications: owners to tell."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kuaiji.applications.services.phone_lost import find_application_owner
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.sms.services import SMS_QUEUE

RETRY = RetryStrategy(max_attempts=5, exponential_wait=2)


@app.task(queue=SMS_QUEUE, retry=RETRY, aliases=["kuaiji.requests.tasks.find_owner"])  # jobs queued before
def find_owner(request_id: str) -> None:
    """Find whom an application is about, and tell the bound phone."""
    operation = Operation(kind=OperationKind.REQUEST_SUBMITTING, actor_kind=ActorKind.SYSTEM)
    find_application_owner(operation=operation, application_id=uuid.UUID(request_id))
