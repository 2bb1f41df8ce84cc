"""Sending a message, and forgetting it.

A code is handed over by a job of its own. Notices, which somebody else had sent (``origin``), need no job: their rows
are the queue, and workers hand them over in batches (docs/adr/0100).
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Count, F, Min

from kuaiji.common import clock, jobs
from kuaiji.common.locks import lock
from kuaiji.sms.enums import PARAMETERS, Report, TemplateKey, TryOutcome
from kuaiji.sms.models import DeliveryReport, MessageState, OutgoingSms, ProviderCount
from kuaiji.sms.origins import note_outcomes, unwanted_of
from kuaiji.sms.providers.chain import Try

DELIVER = "kuaiji.sms.tasks.deliver"
SMS_QUEUE = "sms"
FIRST_WAIT, LONGEST_WAIT = 2, 30  # seconds between tries
TAKEN = dt.timedelta(minutes=2)  # longer than a batch of notices takes, whatever its providers do
SWEPT_AT_ONCE = 100
RETENTION = dt.timedelta(days=30)  # how long it stays known that a message went out
REPORT_RETENTION = dt.timedelta(days=7)  # carriers report within three days

# One row an outcome; of what is over number and parameters go. Rows are locked in one order.
_SETTLE = """
WITH outcome AS (
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
    AS told (id, state, provider, serial, error, due_at)
), open AS (
    SELECT id FROM sms_message JOIN outcome USING (id) WHERE sms_message.state = 'waiting'
    ORDER BY id FOR UPDATE OF sms_message
)
UPDATE sms_message AS row SET
    state = told.state, provider = told.provider, serial = told.serial, error = told.error, due_at = told.due_at,
    sent_at = CASE told.state WHEN 'sent' THEN %s::timestamptz END,
    phone = CASE told.state WHEN 'waiting' THEN row.phone END,
    parameters = CASE told.state WHEN 'waiting' THEN row.parameters END
FROM open JOIN outcome AS told USING (id) WHERE row.id = told.id
RETURNING row.id
"""


@dataclasses.dataclass(slots=True)
class Handed:
    """What came of a message that was taken: its state from now on, WAITING where no provider could take it; who was
    asked last, that provider's number for it (empty where nobody knows it), and the code of a refusal."""

    message: OutgoingSms
    state: MessageState = MessageState.WAITING
    provider: str = ""
    serial: str = ""
    error: str = ""
    tries: Sequence[Try] = ()


def send_message(
    *,
    template_key: TemplateKey,
    phone: str,
    parameters: Mapping[str, str],
    expires_at: dt.datetime,
    origin: str = "",
    once_only: bool = False,
) -> uuid.UUID:
    """Queue one message in the transaction of the caller; it goes out once that commits. Returns its id.

    ``expires_at``: useless after that. ``origin``, of ORIGINS, hears what becomes of it; without one it is a code, and
    more urgent. ``once_only``: a provider that took the question and gave no answer is not asked again, nor is another
    one (ADR 0081). Raises ValueError for parameters that are not the template's.
    """
    if set(parameters) != PARAMETERS[template_key]:
        raise ValueError(f"{template_key} takes {', '.join(sorted(PARAMETERS[template_key]))}")
    with transaction.atomic(savepoint=False):
        message = OutgoingSms.objects.create(
            template_key=template_key,
            phone=phone,
            parameters=dict(parameters),
            expires_at=expires_at,
            origin=origin,
            once_only=once_only,
            due_at=clock.now() if origin else None,
        )
        if not origin:
            jobs.defer(DELIVER, queue=SMS_QUEUE, message_id=str(message.pk))
    return message.pk


def take_message(*, message_id: uuid.UUID) -> OutgoingSms | None:
    """The message if it still waits and is still of use, with its number and parameters."""
    with transaction.atomic():
        rows = OutgoingSms.objects.select_for_update().filter(pk=message_id, state=MessageState.WAITING)
        taken = _still_of_use(list(rows))
        _count_attempt(taken, {})
    return taken[0] if taken else None


def take_notices(*, limit: int, twice_is_once: bool) -> list[OutgoingSms]:
    """Notices that are due, those that everybody has to be told first; others leave them alone for ``TAKEN``.

    ``twice_is_once``: the provider knows a message again. Where it does not, one that may go out once only and that
    somebody was handing over who died counts as sent: it may have arrived.
    """
    now = clock.now()
    due = OutgoingSms.objects.filter(state=MessageState.WAITING, due_at__lte=now).order_by("once_only", "due_at")
    with transaction.atomic():
        found = _still_of_use(list(due.select_for_update(skip_locked=True)[:limit]))
        taken = [row for row in found if twice_is_once or not _is_in_doubt(row)]
        _write([Handed(row, MessageState.SENT) for row in found if row not in taken])
        _count_attempt(taken, {"due_at": now + TAKEN, "error": ""})
    return taken


def settle(*, handed: Sequence[Handed]) -> None:
    """Note what came of messages, all in one transaction. What somebody else has noted meanwhile stands; what no
    provider could take is tried again, each time later, until it expires.

    A report that was faster than this note is taken up here.
    """
    if not handed:
        return
    waits = {each.message.pk: _wait(each) for each in handed if each.state == MessageState.WAITING}
    with transaction.atomic():
        written = _write(handed)
        for each in handed:
            if each.state == MessageState.WAITING and each.message.due_at is None and each.message.pk in written:
                wait, key = waits[each.message.pk], str(each.message.pk)
                jobs.defer(DELIVER, queue=SMS_QUEUE, wait=wait, message_id=key)
        count_tries(tries=[one for each in handed for one in each.tries])


def take_reports(*, provider: str, reports: Iterable[tuple[str, Report, str]]) -> None:
    """Keep what a provider says became of messages: (serial, report, the carrier's code), each in a transaction.

    The same report again changes nothing; one that a message arrived stands above one that it did not. What is not
    known yet is taken up when it is.
    """
    for serial, report, reason in reports:
        with transaction.atomic():
            _lock_serials([(provider, serial)])
            kept, is_new = DeliveryReport.objects.get_or_create(
                provider=provider,
                serial=serial,
                defaults={"report": report, "reason": reason, "came_at": clock.now()},
            )
            if not is_new and (kept.report == report or kept.report == Report.DELIVERED):
                continue
            if not is_new:
                kept.report, kept.reason = report, reason
                kept.save(update_fields=["report", "reason"])
            messages = OutgoingSms.objects.select_for_update().filter(serial=serial, provider=provider)
            if message := messages.first():
                _apply(message, kept)


def count_tries(*, tries: Iterable[Try]) -> None:
    """Add what came of asking providers to the figures: workers answer no ``/metrics``, so the database counts."""
    sums: dict[tuple[str, str], list[float]] = {}
    for each in tries:
        sums.setdefault((each.provider, each.outcome), []).append(each.seconds)
    for (provider, outcome), seconds in sorted(sums.items()):  # in one order: they are rows that everybody writes
        counted = ProviderCount.objects.filter(provider=provider, outcome=outcome)
        more = {"count": F("count") + len(seconds), "seconds": F("seconds") + sum(seconds)}
        if not counted.update(**more):
            ProviderCount.objects.get_or_create(provider=provider, outcome=outcome)
            counted.update(**more)


def sweep_messages() -> None:
    """Give up what waits past its time, whatever became of its job, and remove old rows."""
    now = clock.now()
    late = OutgoingSms.objects.filter(state=MessageState.WAITING, expires_at__lte=now).order_by("pk")
    more = True
    while more:
        with transaction.atomic():
            found = list(late.select_for_update(skip_locked=True)[:SWEPT_AT_ONCE])
            _still_of_use(found)
        more = len(found) == SWEPT_AT_ONCE
    OutgoingSms.objects.filter(created_at__lt=now - RETENTION).delete()
    DeliveryReport.objects.filter(came_at__lt=now - REPORT_RETENTION).delete()


def notices_due() -> tuple[int, float]:
    """How many notices are due, and for how many seconds the oldest has been."""
    now = clock.now()
    due = OutgoingSms.objects.filter(state=MessageState.WAITING, due_at__lte=now)
    found = due.aggregate(count=Count("pk"), oldest=Min("due_at"))
    return found["count"], max(0.0, (now - found["oldest"]).total_seconds()) if found["oldest"] else 0.0


def _still_of_use(rows: Sequence[OutgoingSms]) -> list[OutgoingSms]:
    """Of the locked ``rows`` those that are neither late nor unwanted; the others are given up."""
    now = clock.now()
    late = {row.pk for row in rows if row.expires_at <= now}
    unwanted: set[uuid.UUID] = set()
    for origin in {row.origin for row in rows if row.origin}:
        unwanted |= unwanted_of(origin, [row.pk for row in rows if row.origin == origin and row.pk not in late])
    given_up = [Handed(row, MessageState.EXPIRED) for row in rows if row.pk in late]
    given_up += [Handed(row, MessageState.UNWANTED) for row in rows if row.pk in unwanted]
    _write(given_up)
    return [row for row in rows if row.pk not in late | unwanted]


def _is_in_doubt(row: OutgoingSms) -> bool:
    """Whether it may go out once only, and was taken without anybody noting what came of that."""
    return row.once_only and row.attempts > 0 and not row.error


def _count_attempt(rows: Collection[OutgoingSms], also: Mapping[str, object]) -> None:
    if not rows:
        return
    OutgoingSms.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1, **also)
    for row in rows:
        row.attempts += 1


def _wait(each: Handed) -> int:
    """Seconds until ``each`` is tried again; one that would be late by then expires instead."""
    wait = min(FIRST_WAIT << min(each.message.attempts - 1, 10), LONGEST_WAIT)
    again = clock.now() + dt.timedelta(seconds=wait)
    each.error = "unavailable"
    if again >= each.message.expires_at:
        each.state = MessageState.EXPIRED
    elif each.message.due_at:
        each.message.due_at = again
    return wait


def _write(handed: Sequence[Handed]) -> set[uuid.UUID]:
    """Write outcomes of messages that still wait, and tell who had them sent; the ids of those that did."""
    if not handed:
        return set()
    now = clock.now()
    rows = [(each.message.pk, *_told(each), each.message.due_at) for each in handed]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [*(list(column) for column in zip(*rows, strict=True)), now])
        written = {key for (key,) in cursor.fetchall()}
    over: dict[tuple[str, str, str], list[uuid.UUID]] = {}
    for each in handed:
        if each.message.pk in written and each.state != MessageState.WAITING:
            over.setdefault((each.message.origin, each.state, each.error), []).append(each.message.pk)
    for (origin, state, error), ids in over.items():
        note_outcomes(origin, ids, state, error)
    _take_up_reports([each for each in handed if each.message.pk in written and each.serial], now)
    return written


def _told(each: Handed) -> tuple[str, ...]:
    return str(each.state), each.provider, each.serial, str(each.error)


def _take_up_reports(sent: Sequence[Handed], now: dt.datetime) -> None:
    """Apply reports of messages whose numbers there have just become known, where they came already."""
    if not sent:
        return
    by_number = {(each.provider, each.serial): each.message for each in sent}
    _lock_serials(by_number)
    for report in DeliveryReport.objects.filter(serial__in=[serial for _, serial in by_number]):
        if message := by_number.get((report.provider, report.serial)):
            message.provider, message.serial, message.sent_at = report.provider, report.serial, now
            _apply(message, report)


def _lock_serials(numbers: Iterable[tuple[str, str]]) -> None:
    """Whoever comes second, report or note, sees the first."""
    lock("sms_serial", *(f"{provider} {serial}".encode() for provider, serial in numbers))


def _apply(message: OutgoingSms, report: DeliveryReport) -> None:
    now = clock.now()
    message.report, message.report_reason, message.reported_at = report.report, report.reason, now
    message.save(update_fields=["report", "report_reason", "reported_at"])
    seconds = max(0.0, (now - message.sent_at).total_seconds()) if message.sent_at else 0.0
    count_tries(tries=[Try(message.provider, TryOutcome(report.report), seconds)])
    note_outcomes(message.origin, [message.pk], report.report, report.reason)
