"""报名资格自查 as a page: the person's own facts, the question that was asked, what mends it, for everybody alike."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from kuaiji.accountants.models import ExamRow, Record
from kuaiji.audit.models import AccessLog
from kuaiji.common import clock
from kuaiji.exams.enums import ExamLevel, ExamStatus
from kuaiji.exams.judging.judge import judge
from kuaiji.exams.judging.rules import Question
from kuaiji.exams.models import ExamWindow
from kuaiji.exams.services.rulebook import rulebook
from kuaiji.standing.exam.display import REMEDIES
from kuaiji.standing.exam.standing import facts_from, own_facts
from kuaiji.transfers.display import transfer_summary
from people.factories.records import DraftFactory, RecordFactory
from people.factories.transfers import TransferOutFactory
from people.factories.users import UserFactory
from tests.support.exam_rules import schooled, titled
from tests.support.record_pages import browser_of

pytestmark = pytest.mark.django_db
YEAR = clock.today().year + 1
JUNIOR_TITLE = [titled(level="1", on="2015-05-01")]


def with_row(**columns: Any) -> Record:
    """Somebody of whom the exam check has these columns."""
    record = RecordFactory.create()
    ExamRow.objects.filter(pk=record.pk).update(**columns)
    return record


def page_of(record: Record, query: str = "") -> str:
    answer = browser_of(record).get(f"/me/exam/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def texts(page: str) -> list[str]:
    """What stands under the heading of each condition."""
    return re.findall(r"<h3>[^<]+<span.*?</h3>\s*<p>([^<]+)</p>", page)


def soon() -> ExamWindow:
    """中级 of this place, a month from now."""
    day = clock.today() + dt.timedelta(days=30)
    return ExamWindow.objects.create(
        year=day.year,
        level=ExamLevel.MIDDLE,
        place="440000",
        registration_from=day,
        registration_to=day + dt.timedelta(days=20),
        collect_by=dt.datetime.combine(day + dt.timedelta(days=18), dt.time(12), clock.CHINA),
        source="示例",
    )


@pytest.mark.parametrize("level", ExamLevel)
def test_the_page_says_the_verdicts_word_for_word(level: ExamLevel) -> None:
    record = with_row(qualifications=JUNIOR_TITLE)
    page = page_of(record, f"?level={level.value}&year={YEAR}")
    book = rulebook()
    told = judge(own_facts(record.user, book.here), Question(level, YEAR), book.ruleset, at=clock.now(), here=book.here)
    assert texts(page) == [one.text for one in told.verdicts]
    assert f"可以报名{YEAR}年度{level.label}吗？" in page
    assert AccessLog.objects.filter(action="portal.exam", subject_id=record.user_id).count() == 1


def test_what_is_missing_and_the_first_year_are_told_with_the_page_that_mends_it() -> None:
    start = f"{YEAR - 1}-01-01"
    education = {"full_time": schooled("21", graduated="2010-06-30")}
    record = with_row(education=education, accounting_periods=[[start, None]], qualifications=JUNIOR_TITLE)
    page = page_of(record, f"?level=2&year={YEAR}")
    assert "还差：<b>年限2年</b>" in page and f"最早可以报名{YEAR + 2}年度" in page
    assert '<a class="btn" href="/changes/employment/">变更工作信息</a>' in page
    assert f"计入</dt><dd>{YEAR - 1}年1月1日至{YEAR}年12月31日，2年（今天以后的按继续工作推算）" in page
    assert 'class="k-axis-counted"' in page and 'class="k-phone"' in page


def test_what_has_been_mended_is_judged_at_once() -> None:
    record = with_row(accounting_periods=[], qualifications=JUNIOR_TITLE)
    assert "还不能报名" in page_of(record, f"?level=2&year={YEAR}")
    ExamRow.objects.filter(pk=record.pk).update(accounting_periods=[["2010-01-01", None]])
    assert "各项条件都符合" in page_of(record, f"?level=2&year={YEAR}")


@pytest.mark.parametrize("draft", [False, True])
def test_who_has_submitted_nothing_is_told_what_is_missing(draft: bool) -> None:
    user = DraftFactory.create().user if draft else UserFactory.create()
    client = Client()
    client.force_login(user)
    page = client.get("/me/exam/").content.decode()
    assert ("还没有提交" if draft else "还没有开始信息采集") in page
    assert page.count('href="/collection/">去信息采集') == 1, "offered once"
    assert page.count("还不能判断") == 4


def test_an_open_transfer_is_one_of_the_reasons() -> None:
    record = TransferOutFactory.create().record
    ExamRow.objects.filter(pk=record.pk).update(status=ExamStatus.TRANSFERRING_OUT)
    page = page_of(record)
    assert "正在办理调出" in page and '<a class="btn" href="/transfers/out/">查看调出</a>' in page


@pytest.mark.parametrize("query", ["?level=4", "?level=x&year=1999", "?year=", f"?year={YEAR + 20}"])
def test_a_question_that_is_not_offered_is_refused_at_its_field(query: str) -> None:
    answer = browser_of(RecordFactory.create()).get(f"/me/exam/{query}")
    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="error-summary"' in page and "k-verdicts" not in page


def test_a_stranger_is_asked_in_first() -> None:
    assert Client().get("/me/exam/").headers["Location"] == "/login/?next=/me/exam/"


@pytest.mark.parametrize("path", ["/", "/me/"])
@pytest.mark.parametrize(("since", "own"), [("2010-01-01", "您目前可以报名"), (None, "您还差：年限")])
def test_the_next_registration_comes_with_the_own_verdict(path: str, since: str | None, own: str) -> None:
    soon()
    record = with_row(qualifications=JUNIOR_TITLE, accounting_periods=[[since, None]] if since else [])
    page = browser_of(record).get(path).content.decode()
    assert "中级报名" in page and own in page and 'href="/me/exam/"' in page


def test_where_no_registration_is_known_the_row_stands_on_the_own_page() -> None:
    ExamWindow.objects.all().delete()
    page = browser_of(RecordFactory.create()).get("/me/").content.decode()
    assert "报名资格自查" in page and "您还差" not in page and "您目前可以报名" not in page


def test_a_stranger_s_home_says_nothing_of_anybody() -> None:
    soon()
    page = Client().get("/").content.decode()
    assert "中级报名" in page and "/me/exam/" not in page and "您目前" not in page


@pytest.mark.parametrize("path", REMEDIES)
def test_every_page_that_mends_something_is_there(path: str) -> None:
    assert resolve(path)


@pytest.mark.parametrize("make", [RecordFactory.create, DraftFactory.create], ids=["record", "draft"])
def test_what_a_page_has_read_makes_the_same_facts(make: Any) -> None:
    user = make().user
    record = Record.objects.of(user).select_related("exam_row").first()
    read = facts_from(user, record, transfer_summary(user, record), None)
    assert read == own_facts(user, rulebook().here)


def test_so_does_a_transfer_that_is_open() -> None:
    record = TransferOutFactory.create().record
    ExamRow.objects.filter(pk=record.pk).update(status=ExamStatus.TRANSFERRING_OUT)
    record = Record.objects.select_related("exam_row").get(pk=record.pk)
    read = facts_from(record.user, record, transfer_summary(record.user, record), None)
    asked = own_facts(record.user, rulebook().here)
    assert (read.status, read.transfer and read.transfer.platform) == (
        asked.status,
        asked.transfer and asked.transfer.platform,
    )
