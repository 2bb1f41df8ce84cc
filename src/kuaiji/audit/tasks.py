"""Job: seal new audit rows, every minute."""

from procrastinate.contrib.django import app

from kuaiji.audit import seals


@app.periodic(cron="* * * * *", periodic_id="audit.seal")
@app.task(name="audit.seal", queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    """Seal the rows of all transactions that are over."""
    seals.seal_waiting()
