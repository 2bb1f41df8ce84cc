"""What nobody claimed is thrown away once a night."""

import datetime as dt

from procrastinate.contrib.django import app

from kuaiji.attachments import services
from kuaiji.common import clock
from kuaiji.common.profile import profile

STRAY_AFTER = dt.timedelta(days=1)


@app.periodic(cron="40 3 * * *", periodic_id="attachments.sweep")
@app.task(name="attachments.sweep", queueing_lock="attachments.sweep")
def sweep(timestamp: int) -> None:
    """Delete pictures unclaimed for the profile's ``draft_days``, and files whose row never came."""
    now = clock.now()
    services.sweep_unclaimed(before=now - dt.timedelta(days=profile().draft_days))
    services.sweep_strays(before=now - STRAY_AFTER)
