"""Jobs of changes: names that wait for the identity check are asked about again."""

import datetime as dt

from procrastinate.contrib.django import app

from kuaiji.changes.services import ask_again, due_names
from kuaiji.common import clock
from kuaiji.identity.enums import CheckOutcome

AT_ONCE = 200
SECONDS = dt.timedelta(seconds=50)  # the next run is a minute later


@app.periodic(cron="* * * * *", periodic_id="changes.ask_about_names")
@app.task(name="changes.ask_about_names", queueing_lock="changes.ask_about_names")
def ask_about_names(timestamp: int) -> None:
    """Ask what is due; a check that does not answer one question is left alone until the next minute."""
    until = clock.now() + SECONDS
    for waiting_id in due_names(limit=AT_ONCE):
        if clock.now() > until or ask_again(waiting_id) == CheckOutcome.PENDING:
            return
