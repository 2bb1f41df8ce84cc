"""The notice on days off: read as printed, told where it does not fit, entered by who keeps the calendar."""

import datetime as dt
import re
from pathlib import Path

import chinese_calendar
import pytest
import time_machine

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.regions import rules
from kuaiji.regions.calendar import enter_notice, is_working_day, load_workdays, missing_year, preview_notice
from kuaiji.regions.holidays import read_notice
from kuaiji.regions.models import CalendarNotice, Workday
from kuaiji.staff.enums import Role
from tests.support.members import make_member, signed_in

NOTICES = Path(__file__).parent / "notices"  # in the words of those published; the days are the library's
YEARS = sorted(int(path.stem) for path in NOTICES.iterdir())


def printed(year: int) -> str:
    return (NOTICES / f"{year}.txt").read_text("utf-8")


def next_year() -> str:
    """A notice of a year that the library does not know: that of 2026 a year later, days worked at its weekends."""
    text = re.sub("（[^）]*）", "", printed(2026).replace("2026", "2027"))
    for before, after in (
        ("1月4日上班", ""),
        ("2月14日、2月28日", "2月27日"),
        ("5月9日", "5月8日"),
        ("9月20日、10月10日", "10月9日"),
    ):
        assert before in text
        text = text.replace(before, after)
    return text


@pytest.mark.parametrize("year", YEARS)
def test_a_notice_is_read_as_the_whole_year_was_worked(year: int) -> None:
    reading = read_notice(printed(year))
    assert (reading.year, reading.faults) == (year, ())
    exceptions = {day.day: day.is_working for day in reading.days}
    for number in range(365):
        day = dt.date(year, 1, 1) + dt.timedelta(days=number)
        following = day.month == 12 and day.day > 25  # the next year's notice may say more of it
        assert following or rules.is_worked(day, exceptions) == chinese_calendar.is_workday(day), day


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("5月9日（周六）上班", "5月9日（周五）上班"), "5月9日(周五)其实是周六"),
        (("5月9日（周六）上班", "5月8日上班"), "2026-05-08 是周五，本来就上班"),
        (("5月9日（周六）上班", "5月9日、5月9日上班"), "2026-05-09 写了两次"),
        (("10月10日（周六）上班", "10月3日（周六）上班"), "2026-10-03 既放假又上班"),
        (("共9天", "共8天"), "通知说 8 天，日期是 9 天"),
        (("5月9日（周六）", "2月30日"), "没有 2月30日 这一天"),
        (("5月9日（周六）", "2028年5月9日"), "2028-05-09 不在 2026 年"),
        (("2026年", "今年"), "没有读到年份"),
        (("端午节", "端五节"), "没有读到端午节"),
        (("10月1日（周四）至7日（周三）", "10月7日（周三）至1日（周四）"), "起止日期不对"),
    ],
)
def test_what_does_not_fit_is_told(wrong: tuple[str, str], told: str) -> None:
    faults = read_notice(printed(2026).replace(*wrong)).faults
    assert any(told in fault for fault in faults), faults


@pytest.mark.parametrize("text", ["", "2027年", "关于2027年部分节假日安排的通知", "<script>1</script>2027年" * 999])
def test_what_is_no_notice_says_so(text: str) -> None:
    assert read_notice(text).faults and not read_notice(text).days


def entering() -> Operation:
    return Operation(kind=OperationKind.CALENDAR_KEEPING, actor_kind=ActorKind.STAFF)


@pytest.mark.django_db
def test_entered_days_count_and_no_start_puts_them_back() -> None:
    assert read_notice(next_year()).faults == ()
    new = dt.date(2027, 5, 3)  # a Monday
    assert is_working_day(new)
    notice = enter_notice(operation=entering(), text=next_year(), source="国办发明电〔2026〕1号", name="甲员")
    assert not is_working_day(new) and is_working_day(dt.date(2027, 5, 8))
    again = enter_notice(operation=entering(), text=next_year(), source="国办发明电〔2026〕1号", name="乙员")
    assert again == notice and Event.objects.filter(kind="CalendarEntered").count() == 1
    changed = printed(2026).replace("5月9日（周六）上班", "5月10日（周日）上班")
    enter_notice(operation=entering(), text=changed, source="国办发明电〔2026〕2号", name="甲员")
    assert not is_working_day(dt.date(2026, 5, 9)) and is_working_day(dt.date(2026, 5, 10))
    load_workdays()
    assert not is_working_day(dt.date(2026, 5, 9)) and is_working_day(dt.date(2026, 5, 10))
    [told] = Event.objects.filter(kind="CalendarEntered", subject_id=CalendarNotice.objects.get(year=2026).pk)
    assert "2026-05-09 worked" in told.data["removed"] and "2026-05-10 worked" in told.data["added"]


@pytest.mark.django_db
def test_a_notice_with_a_fault_changes_nothing() -> None:
    before = list(Workday.objects.values_list())
    with pytest.raises(RuleBroken, match="notice_faulty"):
        enter_notice(operation=entering(), text=printed(2026).replace("共9天", "共8天"), source="x", name="甲员")
    assert list(Workday.objects.values_list()) == before and not CalendarNotice.objects.exists()


@pytest.mark.django_db
def test_days_of_the_next_notice_stay_when_a_year_is_entered_anew() -> None:
    Workday.objects.create(day=dt.date(2026, 12, 31), is_working=False, name="元旦")
    assert dt.date(2026, 12, 31) not in [day.day for day in preview_notice(printed(2026)).removed]


@pytest.mark.django_db
def test_from_november_on_a_missing_year_is_said() -> None:
    Workday.objects.filter(day__year__gt=2026).delete()
    assert missing_year(dt.date(2026, 10, 31)) is None
    assert missing_year(dt.date(2026, 11, 1)) == 2027
    Workday.objects.create(day=dt.date(2027, 1, 1), is_working=False, name="元旦")
    assert missing_year(dt.date(2026, 11, 1)) is None


@pytest.mark.django_db
def test_the_registrys_manager_sees_what_changes_and_enters_it() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)):
        province = signed_in(make_member(Role.MANAGER, bureau="440000"))
        county = signed_in(make_member(Role.MANAGER, bureau="440103"))
        assert "2027年的节假日安排还没有录入" in province.get("/staff/").content.decode()
        assert "录入" not in county.get("/staff/").content.decode()
        fields = {"text": next_year(), "source": "国办发明电〔2026〕1号", "action": "preview"}
        page = province.post("/staff/calendar/", fields).content.decode()
        assert "改为5月8日（周六）上班" in page and "本来" not in page and not CalendarNotice.objects.exists()
        faulty = province.post("/staff/calendar/", fields | {"text": printed(2026).replace("共9天", "共8天")})
        assert "通知说 8 天" in faulty.content.decode()
        assert county.post("/staff/calendar/", fields | {"action": "enter"}).status_code == 422
        assert province.post("/staff/calendar/", fields | {"action": "enter"}).status_code == 302
        assert CalendarNotice.objects.get().year == 2027
        assert "2027年的节假日安排还没有录入" not in province.get("/staff/").content.decode()
