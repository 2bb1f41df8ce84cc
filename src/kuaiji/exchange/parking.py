"""A message that waits for people, and one that goes on. Apps above say what follows of it, in the same transaction."""

import dataclasses
from collections.abc import Callable

import structlog
from django.db import transaction

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.registry import AppRegistry
from kuaiji.exchange.models import InboxMessage, OutboxMessage

log = structlog.get_logger(__name__)

Stuck = OutboxMessage | InboxMessage
Follow = Callable[[Operation, Stuck], None]


@dataclasses.dataclass(frozen=True, slots=True)
class ParkingFollower:
    """What an app does when a message is ``parked``, and when it is ``gone``: tried again, given up, or answered."""

    parked: Follow
    gone: Follow


PARKING: AppRegistry[str, ParkingFollower] = AppRegistry("follower of parked messages")


@transaction.atomic
def park(row: Stuck, code: str) -> None:
    """The message waits for people, because of ``code``, and all of its stream behind it. Nothing where it is done."""
    found: Stuck | None = type(row).objects.open().select_for_update(no_key=True).filter(pk=row.pk).first()  # type: ignore[misc]
    if found is None:
        return
    operation = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    found.parked_at, found.last_error, found.attempts = operation.at, code[:60], found.attempts + 1
    found.save(update_fields=["parked_at", "last_error", "attempts"])
    for follower in PARKING.values():
        follower.parked(operation, found)
    log.error("message_parked", topic=found.topic, code=code, message_id=str(found.message_id))


def tell_gone(operation: Operation, row: Stuck) -> None:
    """Inside the transaction in which a parked message goes on."""
    for follower in PARKING.values():
        follower.gone(operation, row)
