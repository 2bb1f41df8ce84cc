"""Whether a record is up to date (R4.6): changed or confirmed lately, and nothing left to complete."""

import dataclasses
import datetime as dt

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.common.dates import months_after
from kuaiji.common.profile import profile
from kuaiji.exams.judging.standing import current_until


@dataclasses.dataclass(frozen=True, slots=True)
class UpToDate:
    """``until`` is the last day the newest change or confirmation counts; ``is_current`` whether it counts today."""

    until: dt.date
    is_current: bool


def up_to_date(record: Record, today: dt.date) -> UpToDate:
    """Counted from the last change or 信息无变化，确认, over the profile's months."""
    until = current_until(record.confirmed_at, profile().up_to_date_months)
    return UpToDate(until, today <= until and record.status != CollectionStatus.TO_COMPLETE)


def current_from(today: dt.date) -> dt.date:
    """The first day on which a change or confirmation still counts ``today``, whatever the lengths of the months."""
    months = profile().up_to_date_months
    day = months_after(today, -months)
    while months_after(day, months) >= today:
        day -= dt.timedelta(days=1)
    return day + dt.timedelta(days=1)
