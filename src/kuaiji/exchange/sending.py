"""Sends the outbox to the hub: take some rows, render them, send them without connection or lock, store the answers.

A message that was taken is left alone by others for a while; who dies in between loses nothing, for whatever is sent
twice under its id has one effect and gets the same answer.
"""

import dataclasses
import datetime as dt
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import connection, transaction
from django.db.models import Q

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.models import FIRST_COME, OutboxMessage, Waiting
from kuaiji.exchange.parking import park, tell_gone
from kuaiji.exchange.partners import clients
from kuaiji.exchange.topics import outgoing_topic
from kuaiji.switches.services.standing import hub_is_paused
from kuaiji_wire import messages
from kuaiji_wire.answers import Answer
from kuaiji_wire.errors import HubOverQuota, HubRefused, HubUnavailable, HubUntrusted, OverQuota

log = structlog.get_logger(__name__)

AT_ONCE = 16  # messages taken together
CHOICE = 4  # candidates for each of them
SENDERS = 4
TAKEN = dt.timedelta(seconds=30)
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=5), dt.timedelta(hours=1)
MOST_ATTEMPTS = 12  # while the hub answers others
NOW_SECONDS = 6.0
BREAKER_OPEN = "breaker_open"
_ANSWERED = ("done_at", "answer_code", "next_attempt_at", "last_error", "parked_at", "digest")


@dataclasses.dataclass(slots=True)
class SendAttempt:
    """One message on its way, and what came of it: an answer, a refusal for good, or nothing (``error``)."""

    row: OutboxMessage
    body: messages.Message | None = None
    answer: Answer | None = None
    refusal: str = ""
    error: str = ""


def send_waiting() -> int:
    """Send one batch of what may be sent now; how many messages the hub took or refused."""
    if breaker.is_open or hub_is_paused():
        return 0
    attempts = _take(OutboxMessage.objects.all(), limit=1 if breaker.is_trying else AT_ONCE)
    if not attempts:
        return 0
    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(_talk, attempts))
    return _settle(attempts)


def send_now(stream_id: uuid.UUID) -> bool:
    """Send what waits in one stream while a person waits; whether nothing of it waits any more.

    Call it outside transactions. What is not answered in time stays in the queue.
    """
    stream = OutboxMessage.objects.filter(stream_id=stream_id)
    if hub_is_paused():
        return not stream.open().exists()
    deadline = time.monotonic() + NOW_SECONDS
    while stream.open().exists():
        if breaker.is_open or time.monotonic() > deadline or stream.open().filter(parked_at__isnull=False).exists():
            return False
        attempts = _take(stream, limit=1)
        for attempt in attempts:
            _talk(attempt)
        if attempts and not _settle(attempts):
            return False
        if not attempts:
            connection.close()
            time.sleep(0.1)  # somebody else is at it
    return True


def _take(rows: Waiting[OutboxMessage], *, limit: int) -> list[SendAttempt]:
    """Heads of streams that are due, taken and rendered."""
    now = clock.now()
    # More than are wanted: other workers may be taking some of them in this moment.
    heads = rows.heads(now=now, limit=limit * CHOICE).filter(Q(next_attempt_at=None) | Q(next_attempt_at__lte=now))
    with transaction.atomic():
        taken = list(heads.select_for_update(no_key=True, skip_locked=True).order_by(*FIRST_COME)[:limit])
        OutboxMessage.objects.filter(pk__in=[row.pk for row in taken]).update(next_attempt_at=now + TAKEN)
    attempts = [SendAttempt(row) for row in taken]
    for attempt in attempts:
        _render(attempt)
    if attempts:  # else nobody is talked to: a worker with nothing to do keeps its connection
        connection.close()
    return attempts


def _render(attempt: SendAttempt) -> None:
    try:
        attempt.body = outgoing_topic(attempt.row.topic).render(attempt.row)
    except Exception as error:  # one message that cannot be written must not stop the others
        log.exception("message_not_rendered", topic=attempt.row.topic, message_id=str(attempt.row.message_id))
        attempt.refusal = f"not_rendered:{type(error).__name__}"[:60]


def _talk(attempt: SendAttempt) -> None:
    """Send one message. No database here: this may take long."""
    if attempt.body is None:
        return
    if breaker.is_open:
        attempt.error = BREAKER_OPEN
        return
    try:
        attempt.answer = clients.hub().send(attempt.body, id=attempt.row.message_id, sent_at=clock.now())
    except HubRefused as refused:
        attempt.refusal = refused.code
    except HubOverQuota as over:
        attempt.error = over.reason
    except HubUnavailable as away:
        attempt.error = away.reason
        breaker.failed(away.reason)
    except HubUntrusted as untrusted:
        attempt.error = untrusted.reason
        breaker.failed(untrusted.reason, untrusted=True)
        log.error("hub_untrusted", reason=untrusted.reason)


def _settle(attempts: list[SendAttempt]) -> int:
    """Write down what came of them; how many are settled."""
    settled = [attempt for attempt in attempts if attempt.answer or attempt.refusal]
    if any(attempt.body for attempt in settled):
        breaker.answered()
    answered = [attempt for attempt in attempts if attempt.answer]
    if not _done_together(answered):
        for attempt in answered:
            _done(attempt)
    for attempt in attempts:
        if attempt.answer:
            _warn_of(attempt, attempt.answer)
        elif attempt.refusal:
            park(attempt.row, attempt.refusal)
        else:
            _postpone(attempt.row, attempt.error, others_pass=bool(settled))
    return len(settled)


def _done_together(answered: list[SendAttempt]) -> bool:
    """Use all answers in one transaction; False where one of them cannot be used, and then none is."""
    if not answered:
        return True
    try:
        with transaction.atomic():
            rows = OutboxMessage.objects.open().select_for_update(no_key=True)
            found = {row.pk: row for row in rows.filter(pk__in=[each.row.pk for each in answered]).order_by("pk")}
            for attempt in answered:
                if row := found.get(attempt.row.pk):
                    _use(attempt, row)
            OutboxMessage.objects.bulk_update(found.values(), _ANSWERED)
    except Exception as error:  # noqa: BLE001 - which of them it was is found one by one
        log.warning("answers_not_used_together", error=type(error).__name__)
        return False
    return True


def _done(attempt: SendAttempt) -> None:
    try:
        with transaction.atomic():
            row = OutboxMessage.objects.open().select_for_update(no_key=True).filter(pk=attempt.row.pk).first()
            if row:
                _use(attempt, row)
                row.save(update_fields=_ANSWERED)
    except Exception as error:  # the hub has it: what we make of its answer must not lose the others' answers
        log.exception("answer_not_used", topic=attempt.row.topic, message_id=str(attempt.row.message_id))
        _postpone(attempt.row, f"not_used:{type(error).__name__}", others_pass=True)


def _use(attempt: SendAttempt, row: OutboxMessage) -> None:
    """Do what the answer does, and note it in ``row``, which is locked; saving is the caller's."""
    assert attempt.body and attempt.answer
    operation = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    outgoing_topic(row.topic).answered(operation, row, attempt.answer)
    row.done_at, row.answer_code, row.next_attempt_at, row.last_error = operation.at, attempt.answer.code, None, ""
    if row.parked_at:  # by another worker, which had no answer
        row.parked_at = None
        tell_gone(operation, row)
    row.digest = messages.digest(messages.Envelope.of(attempt.body, id=row.message_id, sent_at=operation.at))


def _warn_of(attempt: SendAttempt, answer: Answer) -> None:
    if answer.status == "refused":
        log.warning("hub_refused", topic=attempt.row.topic, code=answer.code, message_id=str(attempt.row.message_id))


def _postpone(row: OutboxMessage, error: str, *, others_pass: bool) -> None:
    """Later. Only what fails again and again while others pass is at fault itself; else the breaker says when."""
    attempts, wait = row.attempts, dt.timedelta(0)
    if error == OverQuota.code:
        wait = LONGEST_WAIT  # the message is good, and tomorrow is another day
    elif others_pass and error != BREAKER_OPEN:
        attempts += 1
        wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 12), LONGEST_WAIT)
    if attempts >= MOST_ATTEMPTS:
        park(row, error)
        return
    OutboxMessage.objects.open().filter(pk=row.pk).update(
        attempts=attempts, next_attempt_at=clock.now() + wait, last_error=error[:60]
    )
