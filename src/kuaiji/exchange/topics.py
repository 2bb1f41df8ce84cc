"""Handlers of messages by topic. Apps above register theirs here, so that the exchange imports none of them."""

import dataclasses
import uuid
from collections.abc import Callable

from kuaiji.audit.services import Operation
from kuaiji.exchange.models import OutboxMessage
from kuaiji_wire.answers import Answer
from kuaiji_wire.messages import Message, Topic

Render = Callable[[OutboxMessage], Message]
Answered = Callable[[Operation, OutboxMessage, Answer], None]
Handler = Callable[[Operation, Message, uuid.UUID], None]


class OutOfOrder(Exception):
    """A message that does not fit what is known here: it is parked for people. ``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclasses.dataclass(frozen=True, slots=True)
class OutgoingTopic:
    """How a topic is told. ``render`` gives the same message whenever it is called, in the row's version of the wire,
    so it reads only what never changes; ``answered`` belongs to the transaction that marks the message as done."""

    render: Render
    answered: Answered


_telling: dict[Topic, OutgoingTopic] = {}
_handlers: dict[Topic, Handler] = {}


def register_topic(topic: Topic, *, render: Render, answered: Answered) -> None:
    """Say how messages of ``topic`` are written, and what their answers do. Once, in AppConfig.ready."""
    _telling[topic] = OutgoingTopic(render, answered)


def register_handler(topic: Topic, handler: Handler) -> None:
    """Say what a message of ``topic`` from the hub does; ``handler`` gets it once, in its own transaction.

    It may raise OutOfOrder.
    """
    _handlers[topic] = handler


def outgoing_topic(topic: str) -> OutgoingTopic:
    """How ``topic`` is told; raises KeyError when nobody said."""
    return _telling[Topic(topic)]


def handler_of(topic: str) -> Handler:
    """Who works through ``topic``; raises OutOfOrder when nobody does."""
    try:
        return _handlers[Topic(topic)]
    except (KeyError, ValueError):
        raise OutOfOrder("unknown_topic") from None
