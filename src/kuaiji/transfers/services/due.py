"""When a review is due: after the profile's working days, in a demonstration after KUAIJI_REVIEW_SECONDS."""

import datetime as dt

from django.conf import settings

from kuaiji.regions.calendar import add_working_days


def due_at(start: dt.datetime, *, days: int) -> dt.datetime:
    """So many working days after ``start`` (R5.3)."""
    if settings.REVIEW_SECONDS is not None:
        return start + dt.timedelta(seconds=settings.REVIEW_SECONDS)
    return add_working_days(start, days)
