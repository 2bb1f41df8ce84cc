"""What the exam system was told, for the person: as it was then, newest first, and nothing of anybody else."""

import random
import re
import time

import pytest

from kuaiji.accountants.models import ExamRow, Record
from kuaiji.examchecks.services.lookups import look_up
from people.factories.records import RecordFactory
from people.persons import make_person
from people.records.asked import asked, candidate, signed
from tests.support.record_pages import browser_of

pytestmark = pytest.mark.django_db


def told(record: Record) -> str:
    """The part of the page."""
    answer = browser_of(record).get("/me/exam/")
    assert answer.status_code == 200
    return answer.content.decode().partition('id="told"')[2].partition("</section>")[0]


def ask(record: Record, *, level: str = "2", year: int = 2027, name: str = "") -> None:
    look_up(signed(), asked(level=level, year=year), [candidate(record.user, name=name)])


def test_nothing_was_asked_yet() -> None:
    assert "还没有核对过您的信息" in told(RecordFactory.create())


def test_what_was_told_stands_as_it_was_told() -> None:
    record = RecordFactory.create()
    ask(record)
    before = told(record)
    assert "2027年度中级" in before and "当时的结果" in before and before.count("<li>") == 7
    ExamRow.objects.filter(pk=record.pk).update(accounting_periods=[], education={}, qualifications=[])
    assert told(record) == before, "what is so now is no matter of what was told then"


@pytest.mark.parametrize("level", ["1", "2", "3"])
def test_the_exam_system_was_told_what_the_page_says(level: str) -> None:
    record = RecordFactory.create()
    ask(record, level=level)
    page = browser_of(record).get(f"/me/exam/?level={level}&year=2027").content.decode()
    answer, _, told_then = page.partition('id="told"')
    said = re.findall(r"<h3>([^<]+)<span.*?</h3>\s*<p>([^<]+)</p>", answer)
    assert said == re.findall(r"<li><b>([^<]+)</b>：([^<（]+)", told_then.partition("</details>")[0]) and len(said) >= 6


def test_another_name_got_nothing_and_the_person_is_told_so() -> None:
    record = RecordFactory.create()
    ask(record, name="欧阳示例")
    page = told(record)
    assert "姓名不符" in page and "姓名与档案中的不一致" in page and "<details" not in page


def test_the_newest_come_first_and_older_ones_are_led_to() -> None:
    record = RecordFactory.create()
    for year in range(2026, 2038):
        ask(record, year=year)
        time.sleep(0.002)  # answers are in order to the millisecond
    page = told(record)
    shown = [int(part[:4]) for part in page.split("<b>")[1:] if "年度" in part[:8]]
    assert shown == list(range(2037, 2027, -1))
    older = page.partition('href="?before=')[2].partition('#told"')[0]
    rest = browser_of(record).get(f"/me/exam/?before={older}").content.decode()
    assert "2027年度中级</b>" in rest and "2026年度中级</b>" in rest and "更早的核对" not in rest


def test_nobody_sees_what_was_told_of_another() -> None:
    record = RecordFactory.create()
    other = RecordFactory.create(person=make_person(random.Random(7), status="1"))
    ask(other)
    assert "还没有核对过您的信息" in told(record)
    [row] = look_up(signed(), asked(year=2031), [candidate(other.user)])
    page = browser_of(record).get(f"/me/exam/?before={row.id}").content.decode()
    assert "2031年度" not in page and "还没有核对过您的信息" in page


@pytest.mark.parametrize("before", ["", "x", "00000000-0000-0000-0000-000000000000", "0" * 5000])
def test_a_place_that_is_none_is_none(before: str) -> None:
    client = browser_of(RecordFactory.create())
    assert client.get("/me/exam/", {"before": before}).status_code == 200
