"""People who have something coming up."""

import datetime as dt
import uuid
from typing import Any

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.reminders import last_confirmed
from kuaiji.common.clock import CHINA
from people.factories import UserFactory

NOON = dt.datetime(2027, 3, 15, 12, tzinfo=CHINA)


def record_until(day: dt.date, **columns: Any) -> Record:
    """A row that is up to date until ``day``; what reminders look at, without its sections."""
    user = UserFactory.create()
    confirmed = dt.datetime.combine(last_confirmed(day), dt.time(10), CHINA)
    return Record.objects.create(
        **{
            "user": user,
            "person_key": user.person_key,
            "reference_number": uuid.uuid4().hex[:20],
            "status": CollectionStatus.COLLECTED,
            "division_code": "440106",
            "version": 1,
            "collected_at": confirmed,
            "confirmed_at": confirmed,
        }
        | columns
    )
