"""Jobs of identity: codes to draw, questions left open, things whose time is over."""

import datetime as dt
import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.identity.enums import CheckOutcome
from kuaiji.identity.late_forms.services import sweep_late_forms
from kuaiji.identity.models import Check
from kuaiji.identity.partner_checks.services import ask_once_more, due_checks
from kuaiji.identity.sessions.known_browsers import sweep_known_browsers
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.identity.sms_codes.services import draw_requested_code, release_unsent_codes, sweep_codes
from kuaiji.identity.unfinished.services import sweep_unfinished
from kuaiji.sms.services import SMS_QUEUE

CHECKS_AT_ONCE = 200
CHECK_SECONDS = dt.timedelta(seconds=50)  # the next run is a minute later

# Jobs queued when each app drew its own codes and swept its own forms.
_DRAWN_BEFORE = [f"kuaiji.{app}.tasks.draw_code" for app in ("applications", "requests", "transfers")]
_SWEPT_BEFORE = ["requests.sweep", "transfers.sweep"]


@app.task(queue=SMS_QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=2), aliases=_DRAWN_BEFORE)
def draw_code(code_id: str) -> None:
    """Draw one code and send it."""
    draw_requested_code(code_id=uuid.UUID(code_id))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="identity_watch")
def watch(timestamp: int) -> None:
    """Give back what codes cost that could not be sent."""
    release_unsent_codes()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="identity_checks")
def ask_again(timestamp: int) -> None:
    """Ask what is due; a partner that does not answer one question is left alone until the next minute."""
    until = clock.now() + CHECK_SECONDS
    silent: set[str] = set()
    for check_id in due_checks(limit=CHECKS_AT_ONCE):
        kind = Check.objects.values_list("kind", flat=True).filter(pk=check_id).first()
        if kind is None or kind in silent or clock.now() > until:
            continue
        operation = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
        if ask_once_more(operation=operation, check_id=check_id) == CheckOutcome.PENDING:
            silent.add(kind)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="identity_sweep", aliases=_SWEPT_BEFORE)
def sweep(timestamp: int) -> None:
    """Forget unfinished forms, old codes, and sessions that are over."""
    sweep_unfinished()
    sweep_late_forms()
    sweep_known_browsers()
    sweep_codes()
    SessionStore.clear_expired()
