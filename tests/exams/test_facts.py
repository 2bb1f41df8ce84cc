"""Facts of the row that the exam check reads, and of the version behind it, are the same."""

import random

import pytest

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.services.versions import current_version
from kuaiji.exams.enums import ExamStatus
from kuaiji.exams.judging.facts import Facts, Period, of_row, of_version
from people.factories.records import RecordFactory
from people.persons import make_person
from tests.support.exam_rules import schooled

BARE = Facts(ExamStatus.COLLECTED)
LISTED = {CollectionStatus.AWAITING_CHECK: "under_verification"}


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["1", "2", "3", "4"])
def test_row_and_version_tell_the_same(status: str) -> None:
    record = RecordFactory.create(person=make_person(random.Random(1), status=status))
    row = record.exam_row
    told = of_row(BARE, qualifications=row.qualifications, education=row.education, periods=row.accounting_periods)
    assert of_version(BARE, current_version(record).content) == told
    assert len(told.education) == len(row.education) > 0 and len(told.periods) == record.periods.count()
    assert len(told.qualifications) == record.qualifications.count()


def test_rows_of_before_say_their_days() -> None:
    told = of_row(BARE, qualifications=[], education={"full_time": schooled()}, periods=[["2015-03-01", None]])
    whole = [["2015-03-01", None, "day", None]]
    assert told == of_row(BARE, qualifications=[], education={"full_time": schooled()}, periods=whole)
    [period] = told.periods
    assert isinstance(period, Period) and period.end is None


def test_versions_of_before_lack_members() -> None:
    content = {
        "education": {"full_time_level": "21", "full_time_degree": "0", "full_time_graduated_on": "2010-07-01"},
        "employment": {"accounting_start_date": "2011-01-01"},
        "professional": {},
    }
    told = of_version(BARE, content)
    assert [one.level for one in told.education] == ["21"] and len(told.periods) == 1 and not told.qualifications


def test_the_words_of_the_exam_check_are_those_of_the_record_but_for_one() -> None:
    assert [LISTED.get(status, status.value) for status in CollectionStatus] == [one.value for one in ExamStatus]
