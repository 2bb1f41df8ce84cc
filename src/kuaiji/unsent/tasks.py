"""Jobs: delete what nobody went on with."""

from procrastinate.contrib.django import app

from kuaiji.unsent.services import sweep_forms as sweep


@app.periodic(cron="10 3 * * *", periodic_id="unsent.sweep_forms")
@app.task(name="unsent.sweep_forms", queueing_lock="unsent.sweep_forms")
def sweep_forms(timestamp: int) -> None:
    """Delete drafts of forms that were left alone for the profile's ``draft_days``."""
    sweep()
