"""Collects the feed of the hub: entries are stored first, in order, and each is worked through once."""

import time
import uuid

import structlog
from django.db import connection, transaction
from django.db.models import Max

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.models import InboxMessage
from kuaiji.exchange.parking import park
from kuaiji.exchange.partners import clients
from kuaiji.exchange.sending import FIRST_WAIT, LONGEST_WAIT, NOW_SECONDS
from kuaiji.exchange.topics import OutOfOrder, handler_of
from kuaiji.keys.models import PersonKey
from kuaiji.switches.services.standing import hub_is_paused
from kuaiji_signed import canonical
from kuaiji_wire import messages
from kuaiji_wire.answers import Feed
from kuaiji_wire.errors import HubRefused, HubUnavailable, HubUntrusted, WireError
from kuaiji_wire.messages import Envelope

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 5


def fetch_feed(*, connected: bool = False) -> bool:
    """Store what follows the last entry we have; whether there is more.

    ``connected`` keeps the connection while the hub is asked: for a loop whose connection nobody else waits for.
    """
    if breaker.is_open or hub_is_paused():
        return False
    after = InboxMessage.objects.aggregate(last=Max("number"))["last"] or 0
    if not connected:
        connection.close()
    try:
        feed = clients.hub().feed(after=after)
    except HubUnavailable as away:
        breaker.failed(away.reason)
        return False
    except (HubUntrusted, HubRefused) as error:
        reason = error.reason if isinstance(error, HubUntrusted) else error.code
        breaker.failed(reason, untrusted=True)
        log.error("hub_untrusted", reason=reason)
        return False
    breaker.answered()
    if feed.entries:
        _store(feed)
    return feed.more


def fetch_now() -> None:
    """Collect what the hub has for us and work through it while a person waits for it; outside transactions.

    What is not done in time is left to the worker.
    """
    deadline = time.monotonic() + NOW_SECONDS
    while fetch_feed() and time.monotonic() < deadline:
        pass
    while time.monotonic() < deadline and process_next():
        pass


@transaction.atomic
def _store(feed: Feed) -> None:
    now = clock.now()
    rows = []
    keys: dict[uuid.UUID, PersonKey] = {}
    for entry in feed.entries:
        stream_id = _stream_of(entry.envelope)
        keys[stream_id] = keys.get(stream_id) or _key_of(stream_id)
        rows.append(
            InboxMessage(
                number=entry.number,
                message_id=entry.envelope.id,
                stream_id=stream_id,
                topic=entry.envelope.topic,
                digest=messages.digest(entry.envelope),
                received_at=now,
                person_key=keys[stream_id],
                envelope=canonical.dump(entry.envelope.plain()),
            )
        )
    InboxMessage.objects.bulk_create(rows, ignore_conflicts=True)  # another worker may have asked as well


def _stream_of(envelope: Envelope) -> uuid.UUID:
    """The transfer a message is about; of another kind of message, itself."""
    try:
        return uuid.UUID(str(envelope.body["transfer_id"]))
    except (KeyError, ValueError):
        return envelope.id


def _key_of(stream_id: uuid.UUID) -> PersonKey:
    told = InboxMessage.objects.filter(stream_id=stream_id, person_key__destroyed_at=None)
    known = told.select_related("person_key").first()
    return known.person_key if known else PersonKey.objects.make()


def process_next() -> bool:
    """Work through the first message that may be; whether there was one."""
    number = InboxMessage.objects.heads(now=clock.now(), limit=1).values_list("number", flat=True).first()
    if number is None:
        return False
    try:
        _process(number)
    except OutOfOrder as error:
        _fail(number, error.reason, parks=True)
    except WireError as error:
        _fail(number, error.code, parks=True)
    except Exception as error:  # one message that cannot be used must not stop the others
        log.exception("message_not_processed", number=number)
        _fail(number, f"failed:{type(error).__name__}", parks=False)
    return True


@transaction.atomic
def _process(number: int) -> None:
    """Once: whoever comes second finds it done."""
    rows = InboxMessage.objects.open().filter(pk=number, parked_at=None).select_related("person_key")
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        return
    operation = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    envelope = messages.read_envelope(bytes(row.envelope))
    handler_of(envelope.topic)(operation, messages.parse(envelope), envelope.id)
    row.done_at, row.last_error, row.next_attempt_at = operation.at, "", None
    row.save(update_fields=["done_at", "last_error", "next_attempt_at"])


def _fail(number: int, code: str, *, parks: bool) -> None:
    row = InboxMessage.objects.get(pk=number)
    attempts = row.attempts + 1
    if parks or attempts >= MOST_ATTEMPTS:
        park(row, code)
        return
    wait = min(FIRST_WAIT * 2**attempts, LONGEST_WAIT)
    InboxMessage.objects.open().filter(pk=number).update(
        attempts=attempts, last_error=code[:60], next_attempt_at=clock.now() + wait
    )
