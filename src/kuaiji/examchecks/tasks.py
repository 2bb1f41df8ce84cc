"""Jobs of the exam check: forget used nonces and old repairs, and look again where a save and a question met."""

from procrastinate.contrib.django import app

from kuaiji.common import clock
from kuaiji.examchecks.services import nonces, repairs


@app.periodic(cron="*/5 * * * *", periodic_id="examchecks.sweep_nonces")
@app.task(name="examchecks.sweep_nonces", queueing_lock="examchecks.sweep_nonces")
def sweep_nonces(timestamp: int) -> None:
    """Empty the parts of the table of nonces that no signature can reach any more."""
    nonces.sweep_nonces(at=clock.now())


@app.periodic(cron="* * * * *", periodic_id="examchecks.look_again")
@app.task(name="examchecks.look_again", queueing_lock="examchecks.look_again")
def look_again(timestamp: int) -> None:
    """Find the refusals that were being written down while their save looked for them."""
    repairs.look_again(at=clock.now())


@app.periodic(cron="40 3 * * *", periodic_id="examchecks.sweep_repairs")
@app.task(name="examchecks.sweep_repairs", queueing_lock="examchecks.sweep_repairs")
def sweep_repairs(timestamp: int) -> None:
    """Forget repairs that nobody asks for any more."""
    repairs.sweep_repairs(at=clock.now())
