"""Jobs: delete drafts that nobody went on with, and make records of answered submissions."""

import datetime as dt

from procrastinate.contrib.django import app

from kuaiji.attachments.services import sweep_unclaimed_files
from kuaiji.collection.models import Draft, Submission
from kuaiji.collection.services import deciding
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.unsent.models import UnsentForm


@app.periodic(cron="20 3 * * *", periodic_id="collection.sweep_drafts")
@app.task(name="collection.sweep_drafts", queueing_lock="collection.sweep_drafts")
def sweep_drafts(timestamp: int) -> None:
    """Delete open drafts nobody has touched for the profile's ``draft_days``, and pictures that neither an open draft,
    a waiting submission nor an unsent form needs; the person's user stays."""
    oldest = clock.now() - dt.timedelta(days=profile().draft_days)
    Draft.objects.filter(submitted_at=None, touched_at__lt=oldest).delete()
    wanted = (Draft.objects.filter(submitted_at=None), Submission.objects.waiting(), UnsentForm.objects.all())
    sweep_unclaimed_files(before=oldest, keep=wanted)


@app.periodic(cron="* * * * *", periodic_id="collection.settle_submissions")
@app.task(name="collection.settle_submissions", queueing_lock="collection.settle_submissions")
def settle_submissions(timestamp: int) -> None:
    """Decide submissions whose identity check has been answered since."""
    deciding.settle()
