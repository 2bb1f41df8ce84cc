"""Jobs of the limits: the alarm, and deleting acts that no window counts any more."""

import structlog
from procrastinate.contrib.django import app

from kuaiji.limits import kinds, services

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="limits_watch")
def watch(timestamp: int) -> None:
    """Raise the alarm when codes or guesses run wild."""
    for kind in kinds.registered():
        free = kinds.free_in_total(kind)
        if free and services.over_total(kind):
            log.error("over_total_allowance", kind=str(kind), count=free.most)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="limits_sweep")
def sweep(timestamp: int) -> None:
    """Forget old acts."""
    services.sweep()
