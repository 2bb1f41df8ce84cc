"""Jobs: seal new audit rows, every minute; forget old counts."""

from procrastinate.contrib.django import app

from kuaiji.audit import refusals, seals


@app.periodic(cron="* * * * *", periodic_id="audit.seal")
@app.task(name="audit.seal", queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    """Seal the rows of all transactions that are over."""
    seals.seal_waiting()


@app.periodic(cron="20 3 * * *", periodic_id="audit.sweep")
@app.task(name="audit.sweep", queueing_lock="audit.sweep")
def sweep(timestamp: int) -> None:
    """Forget counts of refusals after half a year."""
    refusals.sweep_refusals()
