"""Jobs: open cases that are missing, forget words that nobody went on with."""

from procrastinate.contrib.django import app

from kuaiji.cases.services.filling import fill_cases
from kuaiji.cases.services.words import sweep_words


@app.periodic(cron="17 * * * *", periodic_id="cases.fill")
@app.task(name="cases.fill", queueing_lock="cases.fill")
def fill(timestamp: int) -> None:
    """Nothing open is without a case for longer than an hour; what was missing is a fault of ours and in the log."""
    fill_cases()


@app.periodic(cron="50 3 * * *", periodic_id="cases.sweep")
@app.task(name="cases.sweep", queueing_lock="cases.sweep")
def sweep(timestamp: int) -> None:
    """Forget words typed a week ago and not sent."""
    sweep_words()
