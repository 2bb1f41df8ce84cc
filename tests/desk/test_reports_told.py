"""What the hub answered to a report stands in the timeline in words, whatever the answer."""

import pytest

from kuaiji.accountants.models import Record
from kuaiji.common import clock
from kuaiji.desk.record.sources import REPORT_ANSWERS
from kuaiji.exchange.models import OutboxMessage
from kuaiji_wire.answers import ACCEPTED, REFUSALS
from kuaiji_wire.messages import Topic
from people.records.versioned_records import make_record
from tests.support.members import make_member, signed_in

ANSWERS = sorted({ACCEPTED, *REFUSALS[Topic.RECORD_REPORTED]})


def test_every_answer_has_words() -> None:
    assert sorted(REPORT_ANSWERS) == ANSWERS


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_told_in_words(answer: str) -> None:
    record = make_record()
    Record.objects.filter(pk=record.pk).update(division_code="440103")
    OutboxMessage.objects.update(done_at=clock.now(), answer_code=answer)
    address = f"/staff/people/{record.reference_number}/timeline/"
    text = signed_in(make_member()).get(address).content.decode()
    assert f"全国平台{REPORT_ANSWERS[answer]}" in text and f"答复 {answer}" not in text
