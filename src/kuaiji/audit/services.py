"""Recording operations and events, in the transaction of the write they belong to; and accesses."""

import dataclasses
import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from kuaiji.audit import models
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.refusals import count_refusal
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.common.registry import AppRegistry
from kuaiji.keys.models import PersonKey

# What other apps do in the transaction that records events, after these are written. By the name of the app.
FOLLOWERS: "AppRegistry[str, Callable[[Operation, Sequence[DomainEvent]], None]]" = AppRegistry("follower of events")
OK = "ok"  # the outcome of an access that was no refusal


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Made at the door (access.operation_of), passed to the one service that does the work."""

    kind: OperationKind
    actor_kind: ActorKind
    actor_id: uuid.UUID | None = None
    reason: str = ""
    id: uuid.UUID = dataclasses.field(default_factory=uuid7)
    at: dt.datetime = dataclasses.field(default_factory=clock.now)

    @property
    def day(self) -> dt.date:
        """The Chinese date it happens on."""
        return clock.day_of(self.at)


@dataclasses.dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Base of every event: past tense, frozen, with before and after where something changed."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    subject_id: uuid.UUID


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """One look at somebody's data, or one refusal (``outcome`` is its code)."""

    action: str
    subject_id: uuid.UUID | None
    outcome: str


def record_events(operation: Operation, *events: DomainEvent, person_key: PersonKey | None = None) -> None:
    """Store ``events`` under ``operation``; call it inside the write's transaction, at least once per write.

    Fields an event names in ``PERSONAL`` are sealed under ``person_key``.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record_events belongs inside the transaction of the write")
    models.Operation.objects.bulk_create(
        [
            models.Operation(
                id=operation.id,
                kind=operation.kind,
                actor_kind=operation.actor_kind,
                actor_id=operation.actor_id,
                at=operation.at,
                reason=operation.reason,
                request_id=request_id(),
            )
        ],
        ignore_conflicts=True,
    )
    models.Event.objects.bulk_create([_row(operation, event, person_key) for event in events])
    for follow in FOLLOWERS.values():
        follow(operation, events)


def record_accesses(
    accesses: Iterable[Access], *, actor_kind: ActorKind, actor_id: uuid.UUID | None, network: bytes
) -> None:
    """Store what one request looked at, or was refused: a row each, but refusals of a stranger that concern nobody are
    counted for the ``network`` (refusals.py).
    """
    concern_somebody = []
    for access in accesses:
        if actor_id is None and access.subject_id is None and access.outcome != OK:
            count_refusal(action=access.action, outcome=access.outcome, network=network)
        else:
            concern_somebody.append(access)
    rows = [
        models.AccessLog(
            at=clock.now(),
            actor_kind=actor_kind,
            actor_id=actor_id,
            action=access.action,
            subject_id=access.subject_id,
            outcome=access.outcome,
            request_id=request_id(),
        )
        for access in concern_somebody
    ]
    if len(rows) == 1:
        rows[0].save(force_insert=True)  # one statement; a bulk would be a transaction around it
    elif rows:
        models.AccessLog.objects.bulk_create(rows)


def request_id() -> str:
    """The id that logs of this request carry."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:40]


def _row(operation: Operation, event: DomainEvent, person_key: PersonKey | None) -> models.Event:
    values = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    subject_id = values.pop("subject_id")
    personal = _plain({name: values.pop(name) for name in event.PERSONAL})
    if personal and person_key is None:
        raise RuntimeError(f"{type(event).__name__} has personal values and no key to seal them under")
    return models.Event(
        operation_id=operation.id,
        kind=type(event).__name__,
        subject_id=subject_id,
        person_key=person_key,
        data=_plain(values),
        personal=personal or None,
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(values, cls=DjangoJSONEncoder)))
