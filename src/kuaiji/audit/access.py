"""What a request does in the audit: its actor, the operations made for it, and the accesses to personal data.

The door's own middleware says who acts (``set_actor``); views make operations with ``operation_of`` and nothing else,
so that a gate can stop them in one place (ADR 0049).
"""

import dataclasses
import uuid
from collections.abc import Callable

from django.http import HttpRequest

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.labels import label_of
from kuaiji.audit.services import OK, Access, Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.common.registry import AppRegistry


@dataclasses.dataclass(frozen=True, slots=True)
class Actor:
    """For whom a request acts; ``id`` is None while the person, member of staff or machine is not known."""

    kind: ActorKind
    id: uuid.UUID | None = None


class OperationStopped(RuleBroken):
    """Operations of this kind are stopped for now. A form shows it; elsewhere it becomes a page of its own."""


OperationGate = Callable[[Operation], None]
"""Looks at an operation before it begins and may raise OperationStopped."""

GATES: AppRegistry[str, OperationGate] = AppRegistry("gate of operations")


def set_actor(request: HttpRequest, who: Callable[[], Actor]) -> None:
    """Say who acts; for the middleware of a door.

    ``who`` is called when it matters, not before: a person is read from the database only for the pages that need to
    know, and signing in or out changes the answer.
    """
    request.__dict__["_actor"] = who


def actor_of(request: HttpRequest) -> Actor:
    """For whom this request acts now; raises RuntimeError when its door has not said."""
    who: Callable[[], Actor] | None = request.__dict__.get("_actor")
    if who is None:
        raise RuntimeError("no middleware of this door has said who acts (audit.access.set_actor)")
    return who()


def operation_of(request: HttpRequest, kind: OperationKind) -> Operation:
    """An operation of whoever this request acts for; raises OperationStopped when a gate lets none of them through."""
    actor = actor_of(request)
    operation = Operation(kind=kind, actor_kind=actor.kind, actor_id=actor.id)
    for gate in GATES.values():
        gate(operation)
    return operation


def note(request: HttpRequest, action: str, *, subject_id: uuid.UUID | None = None, outcome: str = OK) -> None:
    """Remember an access; it is stored after the view's transaction and before the answer leaves.

    Raises Unregistered when no app has a label for ``action``: people are shown what was read.
    """
    label_of(action)
    request.__dict__.setdefault("_accesses", []).append(Access(action, subject_id, outcome))


def noted(request: HttpRequest) -> list[Access]:
    return list(request.__dict__.get("_accesses", []))
