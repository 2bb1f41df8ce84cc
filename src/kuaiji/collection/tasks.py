"""Drafts left alone are thrown away after the profile's days, with their pictures; the person's user stays."""

import datetime as dt

from procrastinate.contrib.django import app

from kuaiji.attachments.services import sweep_unclaimed_files
from kuaiji.collection.models import Draft
from kuaiji.common import clock
from kuaiji.common.profile import profile


@app.periodic(cron="20 3 * * *", periodic_id="collection.sweep_drafts")
@app.task(name="collection.sweep_drafts", queueing_lock="collection.sweep_drafts")
def sweep_drafts(timestamp: int) -> None:
    """Delete open drafts nobody has touched for the profile's ``draft_days``, and pictures without an open draft."""
    oldest = clock.now() - dt.timedelta(days=profile().draft_days)
    Draft.objects.filter(submitted_at=None, touched_at__lt=oldest).delete()
    sweep_unclaimed_files(before=oldest, keep=Draft.objects.filter(submitted_at=None).values("person_key"))
