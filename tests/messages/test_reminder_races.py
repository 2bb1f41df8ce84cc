"""Several workers search for people to remind at the same moment."""

import datetime as dt

import pytest
import time_machine

from kuaiji.messages.models import Message
from kuaiji.messages.services.delivering import send_due
from kuaiji.messages.services.reminding import remind_all
from kuaiji.sms.models import OutgoingSms
from tests.support.reminded import NOON, record_until
from tests.support.together import together


@pytest.mark.race
def test_several_workers_remind_everybody_once() -> None:
    with time_machine.travel(NOON, tick=False):
        records = [record_until(NOON.date() + dt.timedelta(20)) for _ in range(7)]
        together([remind_all] * 4)
        told = Message.objects.filter(event="confirm_soon").values_list("subject_id", flat=True)
        assert sorted(map(str, told)) == sorted(str(record.pk) for record in records)
        together([send_due] * 4)
        assert OutgoingSms.objects.count() == 7
