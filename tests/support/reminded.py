"""People who have something coming up."""

import datetime as dt
import uuid
from typing import Any

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.accountants.services.reminders import last_confirmed
from kuaiji.common.clock import CHINA
from people.factories import UserFactory
from tests.support.exam_rules import schooled

NOON = dt.datetime(2027, 3, 15, 12, tzinfo=CHINA)


def record_until(day: dt.date, **columns: Any) -> Record:
    """A row that is up to date until ``day``, and that of the exam check: 大学本科, no work. Without its sections."""
    user = UserFactory.create()
    confirmed = dt.datetime.combine(last_confirmed(day), dt.time(10), CHINA)
    record = Record.objects.create(
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
    ExamRow.objects.create(
        record=record,
        document_fingerprint=record.pk.bytes,
        name=user.name,
        status=record.status,
        division_code=record.division_code,
        confirmed_at=confirmed,
        updated_at=confirmed,
        version=1,
        qualifications=[],
        education={"full_time": schooled()},
        accounting_periods=[],
    )
    return record
