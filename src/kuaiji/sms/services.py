"""Sending a message, and forgetting it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F

from kuaiji.common import clock, jobs
from kuaiji.common.locks import lock
from kuaiji.sms.enums import PARAMETERS, Report, TemplateKey, TryOutcome
from kuaiji.sms.models import DeliveryReport, MessageState, OutgoingSms, ProviderCount
from kuaiji.sms.origins import is_wanted, note_outcome
from kuaiji.sms.providers.chain import Try

DELIVER = "kuaiji.sms.tasks.deliver"
SMS_QUEUE = "sms"
FIRST_WAIT, LONGEST_WAIT = 2, 30  # seconds between tries
RETENTION = dt.timedelta(days=30)  # how long it stays known that a message went out
REPORT_RETENTION = dt.timedelta(days=7)  # carriers report within three days


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

    ``expires_at``: useless after that. ``origin``, of ORIGINS, hears what becomes of it. ``once_only``: a provider that
    took the question and gave no answer is not asked again, nor is another one (ADR 0081). Raises ValueError for
    parameters that are not the template's.
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
        )
        jobs.defer(DELIVER, queue=SMS_QUEUE, message_id=str(message.pk))
    return message.pk


def open_for_delivery(*, message_id: uuid.UUID) -> OutgoingSms | None:
    """The message if it still waits and is still of use, with its number and parameters opened."""
    with transaction.atomic():
        message = OutgoingSms.objects.select_for_update().filter(pk=message_id, state=MessageState.WAITING).first()
        if message is None:
            return None
        if message.expires_at <= clock.now():
            _finish(message, MessageState.EXPIRED)
            return None
        if not is_wanted(message.origin, message.pk):
            _finish(message, MessageState.UNWANTED)
            return None
        message.attempts += 1
        message.save(update_fields=["attempts"])
    return message


def record_sent(*, message_id: uuid.UUID, provider: str, serial: str) -> None:
    """The message was sent: number and parameters are erased. ``serial`` is empty where nobody knows it.

    A report that was faster than this note is taken up here.
    """
    with transaction.atomic():
        if message := _waiting(message_id):
            message.provider, message.serial, message.sent_at = provider, serial, clock.now()
            _finish(message, MessageState.SENT)
            if serial:
                take_up_report(message)


def record_refused(*, message_id: uuid.UUID, provider: str, error: str) -> None:
    """The message was refused for good: it is not tried again."""
    with transaction.atomic():
        if message := _waiting(message_id):
            message.provider, message.error = provider, error
            _finish(message, MessageState.REFUSED)


def record_unavailable(*, message_id: uuid.UUID) -> None:
    """No provider could take the message: it is tried again, each time later, until it expires."""
    with transaction.atomic():
        if not (message := _waiting(message_id)):
            return
        wait = min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT)
        if clock.now() + dt.timedelta(seconds=wait) >= message.expires_at:
            message.error = "unavailable"
            _finish(message, MessageState.EXPIRED)
            return
        jobs.defer(DELIVER, queue=SMS_QUEUE, wait=wait, message_id=str(message_id))


def record_silence(*, message_id: uuid.UUID, provider: str) -> None:
    """A provider may have taken a message that must not go out twice: it counts as sent, without a number there."""
    record_sent(message_id=message_id, provider=provider, serial="")


def take_reports(*, provider: str, reports: Iterable[tuple[str, Report, str]]) -> None:
    """Keep what a provider says became of messages: (serial, report, the carrier's code), each in a transaction.

    The same report again changes nothing; one that a message arrived stands above one that it did not. What is not
    known yet is taken up when it is.
    """
    for serial, report, reason in reports:
        with transaction.atomic():
            _lock_serial(provider, serial)
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


def take_up_report(message: OutgoingSms) -> None:
    """Apply the report of a message whose number there has just become known, if it came already."""
    _lock_serial(message.provider, message.serial)
    report = DeliveryReport.objects.filter(provider=message.provider, serial=message.serial).first()
    if report:
        _apply(message, report)


def count_tries(*, tries: Iterable[Try]) -> None:
    """Add what came of asking providers to the figures: workers answer no ``/metrics``, so the database counts."""
    for each in tries:
        counted = ProviderCount.objects.filter(provider=each.provider, outcome=each.outcome)
        more = {"count": F("count") + 1, "seconds": F("seconds") + each.seconds}
        if not counted.update(**more):
            ProviderCount.objects.get_or_create(provider=each.provider, outcome=each.outcome)
            counted.update(**more)


def sweep_messages() -> None:
    """Give up what waits past its time, whatever became of its job, and remove old rows."""
    now = clock.now()
    for message in OutgoingSms.objects.filter(state=MessageState.WAITING, expires_at__lte=now):
        open_for_delivery(message_id=message.pk)
    OutgoingSms.objects.filter(created_at__lt=now - RETENTION).delete()
    DeliveryReport.objects.filter(came_at__lt=now - REPORT_RETENTION).delete()


def _lock_serial(provider: str, serial: str) -> None:
    """Whoever comes second, report or note, sees the first."""
    lock("sms_serial", f"{provider} {serial}".encode())


def _apply(message: OutgoingSms, report: DeliveryReport) -> None:
    now = clock.now()
    message.report, message.report_reason, message.reported_at = report.report, report.reason, now
    message.save(update_fields=["report", "report_reason", "reported_at"])
    seconds = max(0.0, (now - message.sent_at).total_seconds()) if message.sent_at else 0.0
    count_tries(tries=[Try(message.provider, TryOutcome(report.report), seconds)])
    note_outcome(message.origin, message.pk, report.report, report.reason)


def _waiting(message_id: uuid.UUID) -> OutgoingSms | None:
    return OutgoingSms.objects.select_for_update().filter(pk=message_id, state=MessageState.WAITING).first()


def _finish(message: OutgoingSms, state: MessageState) -> None:
    message.state, message.phone, message.parameters = state, None, None
    message.save()
    note_outcome(message.origin, message.pk, state, message.error)
