"""Jobs of identity: codes to draw, questions left open, things whose time is over."""

import datetime as dt
import uuid

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.identity import checks, codes, known_browsers, limits
from kuaiji.identity.enums import CheckOutcome, CodePurpose
from kuaiji.identity.models import Check, SmsCode
from kuaiji.identity.services import phones, recovery, registration
from kuaiji.identity.session_store import SessionStore
from kuaiji.sms.services import QUEUE as SMS_QUEUE

log = structlog.get_logger(__name__)

CHECKS_AT_ONCE = 200
CHECK_SECONDS = dt.timedelta(seconds=50)  # the next run is a minute later

_DRAW = {
    CodePurpose.REGISTRATION: registration.draw_code,
    CodePurpose.RECOVERY: recovery.draw_code,
    CodePurpose.PHONE_CHANGE_OLD: phones.draw_code,
    CodePurpose.PHONE_CHANGE_NEW: phones.draw_code,
}


@app.task(queue=SMS_QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=2))
def draw_code(code_id: str) -> None:
    """Draw one code and send it."""
    if code := SmsCode.objects.filter(pk=uuid.UUID(code_id)).first():
        _DRAW[CodePurpose(code.purpose)](code=code)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="identity_watch")
def watch(timestamp: int) -> None:
    """Give back what codes cost that could not be sent, and raise the alarm when codes or guesses run wild."""
    codes.release_unsent()
    for kind in limits.FREE_IN_TOTAL:
        if limits.over_total(kind):
            log.error("over_total_allowance", kind=str(kind), count=limits.FREE_IN_TOTAL[kind].most)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="identity_checks")
def ask_again(timestamp: int) -> None:
    """Ask what is due; a partner that does not answer one question is left alone until the next minute."""
    until = clock.now() + CHECK_SECONDS
    silent: set[str] = set()
    for check_id in checks.due(limit=CHECKS_AT_ONCE):
        kind = Check.objects.values_list("kind", flat=True).get(pk=check_id)
        if kind in silent or clock.now() > until:
            continue
        operation = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
        if checks.check_again(operation=operation, check_id=check_id) == CheckOutcome.PENDING:
            silent.add(kind)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="identity_sweep")
def sweep(timestamp: int) -> None:
    """Forget unfinished forms, old codes and attempts, and sessions that are over."""
    registration.sweep()
    recovery.sweep()
    phones.sweep()
    known_browsers.sweep()
    codes.sweep()
    limits.sweep()
    SessionStore.clear_expired()
