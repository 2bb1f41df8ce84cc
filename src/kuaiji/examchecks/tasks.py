"""Jobs of the exam check: forget used nonces."""

from procrastinate.contrib.django import app

from kuaiji.common import clock
from kuaiji.examchecks.services import nonces


@app.periodic(cron="*/5 * * * *", periodic_id="examchecks.sweep_nonces")
@app.task(name="examchecks.sweep_nonces", queueing_lock="examchecks.sweep_nonces")
def sweep_nonces(timestamp: int) -> None:
    """Empty the parts of the table of nonces that no signature can reach any more."""
    nonces.sweep_nonces(at=clock.now())
