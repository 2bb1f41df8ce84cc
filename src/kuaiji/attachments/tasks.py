"""Job: delete files that belong to no row, every night. Unclaimed pictures go with their draft (collection)."""

import datetime as dt

from procrastinate.contrib.django import app

from kuaiji.attachments.services import sweep_stray_files
from kuaiji.common import clock

STRAY_AFTER = dt.timedelta(days=1)


@app.periodic(cron="40 3 * * *", periodic_id="attachments.sweep_strays")
@app.task(name="attachments.sweep_strays", queueing_lock="attachments.sweep_strays")
def sweep_strays(timestamp: int) -> None:
    """Delete files whose row never came."""
    sweep_stray_files(before=clock.now() - STRAY_AFTER)
