"""Jobs of the limits: the alarm, and deleting acts that no window counts any more."""

import structlog
from procrastinate.contrib.django import app

from kuaiji.limits import budgets, kinds, services

log = structlog.get_logger(__name__)

LOW = 5  # less than a fifth of a window is left


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="limits_watch")
def watch(timestamp: int) -> None:
    """Raise the alarm when codes or guesses run wild, and before and when a budget is used up."""
    for kind in kinds.registered():
        free = kinds.free_in_total(kind)
        if free and services.over_total(kind):
            log.error("over_total_allowance", kind=str(kind), count=free.most)
    for kind in budgets.shared():
        for window in kinds.windows(kind):
            left = budgets.left(kind, b"", window)
            if left <= 0:
                log.error("budget_spent", kind=str(kind), count=window.most)
            elif left * LOW < window.most:
                log.warning("budget_low", kind=str(kind), count=left)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="limits_sweep")
def sweep(timestamp: int) -> None:
    """Forget old acts and networks."""
    services.sweep()
    budgets.sweep_networks()
