"""Jobs: find whom to remind, send what is due, forget what is old."""

from procrastinate.contrib.django import app

from kuaiji.messages.services.delivering import BATCH, send_due
from kuaiji.messages.services.reading import SWEEP, sweep_messages
from kuaiji.messages.services.reminding import remind_in_hours

MOST_BATCHES = 20  # of one job, so that it ends before the next begins


@app.periodic(cron="*/10 * * * *", periodic_id="messages.remind")
@app.task(name="messages.remind", queueing_lock="messages.remind")
def remind(timestamp: int) -> None:
    """Make the reminders that are due: people are looked for by an index, so what has been found costs nothing."""
    remind_in_hours()


@app.periodic(cron="* * * * *", periodic_id="messages.send_due")
@app.task(name="messages.send_due", queueing_lock="messages.send_due")
def send_planned(timestamp: int) -> None:
    """Hand over reminders whose time has come."""
    for _ in range(MOST_BATCHES):
        if send_due() < BATCH:
            break


@app.periodic(cron="40 3 * * *", periodic_id="messages.sweep")
@app.task(name="messages.sweep", queueing_lock="messages.sweep")
def sweep(timestamp: int) -> None:
    """Forget messages of two years ago."""
    while sweep_messages() == SWEEP:
        pass
