"""Job: delete evaluations that were kept long enough."""

from procrastinate.contrib.django import app

from kuaiji.common import clock
from kuaiji.feedback.services import sweep_evaluations


@app.periodic(cron="25 3 * * *", periodic_id="feedback.sweep")
@app.task(name="feedback.sweep", queueing_lock="feedback.sweep")
def sweep(timestamp: int) -> None:
    """Once a night, China time or not."""
    sweep_evaluations(today=clock.today())
