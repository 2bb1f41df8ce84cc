"""The rows: filled in once, kept by operators, and told on pages."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from kuaiji.accountants.models import ExamRow, Record
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.reference import REFERENCE
from kuaiji.exams.enums import ExamLevel
from kuaiji.exams.models import ExamWindow
from kuaiji.exams.rules import Window, words
from kuaiji.exams.services import windows as services
from kuaiji.exams.services.windows import add_exam_window, fill_exam_windows, next_for, shipped_windows
from people.factories.records import RecordFactory
from tests.support.exam_rules import titled
from tests.support.exam_windows import at, window
from tests.support.profiles import served_as
from tests.support.record_pages import browser_of

pytestmark = pytest.mark.django_db

HEAD = "row,year,level,place,registration_from,registration_to,collect_by,source,ended\n"
MIDDLE = "a,2031,2,440000,2031-06-12,2031-07-02,2031-07-01T12:00,one,\n"


JANUARY = {
    "--year": "2031",
    "--level": "1",
    "--place": "440000",
    "--from": "2031-01-05",
    "--to": "2031-01-27",
    "--collect-by": "2031-01-23T12:00",
    "--source": "公告〔2030〕1号",
    "--by": "张三",
}


def _options(given: dict[str, str]) -> list[str]:
    return [part for pair in given.items() for part in pair]


def operation() -> Operation:
    return Operation(kind=OperationKind.EXAM_WINDOW_CHANGING, actor_kind=ActorKind.STAFF, reason="张三")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shipped file of our own, in the place of the release's."""
    path = tmp_path / "exam_windows.csv"
    path.write_text(HEAD + MIDDLE, encoding="utf-8")
    monkeypatch.setattr(services.shipped_windows, "__defaults__", (path,))
    return path


def counting(year: int = 2031) -> list[tuple[int, str, str]]:
    """What counts of a year."""
    rows = ExamWindow.objects.filter(year=year, ended_at=None)
    return [(row.level, row.place, row.source) for row in rows]


def test_every_app_writes_its_reference_data_at_an_update() -> None:
    by_app = ["code_lists", "regions", "exam_windows", "exam_rules", "return_reasons", "cases", "lists"]
    assert list(REFERENCE) == by_app


def test_what_is_shipped_is_there_and_said_so_once() -> None:
    names = [row.name for row in shipped_windows()]
    assert len(names) == len(set(names)) == ExamWindow.objects.exclude(shipped_as=None).count()
    assert all(row.value.source for row in shipped_windows())


def test_filling_twice_adds_nothing(shipped: Path) -> None:
    assert [fill_exam_windows(), fill_exam_windows()] == [1, 0]
    assert counting() == [(2, "440000", "one")]


def test_a_row_that_is_there_is_never_overwritten(shipped: Path) -> None:
    fill_exam_windows()
    shipped.write_text(HEAD + MIDDLE.replace("one", "other"), encoding="utf-8")
    assert fill_exam_windows() == 0
    assert counting() == [(2, "440000", "one")]


def test_an_upgrade_ends_a_row_and_adds_another(shipped: Path) -> None:
    fill_exam_windows()
    later = MIDDLE.replace("a,", "b,").replace("one", "two")
    shipped.write_text(HEAD + MIDDLE.replace("one,", "one,1") + later, encoding="utf-8")
    assert [fill_exam_windows(), fill_exam_windows()] == [2, 0]
    assert counting() == [(2, "440000", "two")]
    assert ExamWindow.objects.get(shipped_as="a").ended_at is not None


def test_an_operators_row_stays_the_one_that_counts(shipped: Path) -> None:
    mine = window("2031-06-12", "2031-07-02", "2031-06-30T12:00", place="440000")
    add_exam_window(operation=operation(), window=mine)
    assert fill_exam_windows() == 0
    assert counting() == [(2, "440000", "")]


def test_what_an_operator_ended_is_not_filled_in_anew(shipped: Path) -> None:
    fill_exam_windows()
    row = ExamWindow.objects.get(shipped_as="a")
    services.end_exam_window(operation=operation(), window_id=row.pk)
    assert fill_exam_windows() == 0
    assert counting() == []


def test_the_database_takes_one_that_counts_only() -> None:
    [row] = add_exam_window(operation=operation(), window=window())
    row.pk, row._state.adding = None, True
    with pytest.raises(IntegrityError, match="exam_window_one_that_counts"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (window(place="449999"), "unknown_place", "place"),
        (window(last="2026-06-01"), "window_backwards", "registration_to"),
        (window(), "window_known", "level"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_leaves_nothing(wrong: Window, code: str, field: str) -> None:
    add_exam_window(operation=operation(), window=window())
    rows, events = ExamWindow.objects.count(), Event.objects.count()
    with pytest.raises(RuleBroken) as broken:
        add_exam_window(operation=operation(), window=wrong)
    assert (broken.value.code, broken.value.field) == (code, field)
    assert (ExamWindow.objects.count(), Event.objects.count()) == (rows, events)


def test_staff_write_a_notice_down_and_end_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("exam_windows", "add", *_options(JANUARY | {"--level": "1,3"}))
    added = capsys.readouterr().out.splitlines()
    assert [line.split("  ", 1)[1] for line in added] == [
        f"2031年{level}  广东省  报名2031年1月5日至2031年1月27日  采集截止2031-01-23 12:00  公告〔2030〕1号"
        for level in ("初级", "高级")
    ]
    call_command("exam_windows", "end", added[0].split()[0], "--by", "张三")
    assert capsys.readouterr().out.rstrip().endswith("已停用")
    assert counting() == [(3, "440000", "公告〔2030〕1号")]
    kinds = Event.objects.filter(subject_id__in=ExamWindow.objects.filter(year=2031)).values_list("kind", flat=True)
    assert sorted(kinds) == ["ExamWindowAdded", "ExamWindowAdded", "ExamWindowEnded"]
    with pytest.raises(CommandError, match="已经停用"):
        call_command("exam_windows", "end", added[0].split()[0], "--by", "张三")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--level", "4", "不是级别"),
        ("--from", "1月5日", "不是日期"),
        ("--collect-by", "2031-01-23", "不是时间"),
        ("--source", " ", "现在是 0 个"),
    ],
)
def test_the_command_says_what_it_cannot_read(option: str, value: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("exam_windows", "add", *_options(JANUARY | {option: value}))


def test_the_list_ends_with_one_while_nothing_lies_ahead(capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(at("2030-01-01T08:00"), tick=False), pytest.raises(SystemExit):
        call_command("exam_windows", "list")
    add_exam_window(operation=operation(), window=window("2030-06-12", "2030-07-02", "2030-07-01T12:00"))
    with time_machine.travel(at("2030-01-01T08:00"), tick=False):
        call_command("exam_windows", "list")
    assert "全国  报名2030年6月12日至2030年7月2日" in capsys.readouterr().out


@pytest.mark.parametrize(("profile", "by"), [("guangdong", "2026-01-23T12:00"), ("shenzhen", "2026-01-26T12:00")])
def test_what_one_registry_publishes_does_not_hold_for_another(profile: str, by: str) -> None:
    with served_as(profile):
        found = next_for(at=at("2025-12-20T08:00"))
    assert found is not None
    assert (found.collect_by, found.levels) == (at(by), (ExamLevel.JUNIOR, ExamLevel.SENIOR))


@pytest.fixture
def soon() -> Window:
    """A registration of 中级 in 广东 that begins in ten days."""
    day = clock.today()
    first, last, by = (day + dt.timedelta(days=days) for days in (10, 30, 29))
    made = window(str(first), str(last), f"{by}T12:00", place="440000")
    add_exam_window(operation=operation(), window=made)
    return made


def test_home_tells_the_next_registration(soon: Window, client: Client) -> None:
    page = client.get("/").content.decode()
    assert f"{words(soon, clock.now())}。" in page and "报名系统以截止时的信息为准" in page
    with time_machine.travel(soon.collect_by, tick=False):
        late = client.get("/").content.decode()
    assert "信息更新已于" in late and "报名系统以截止时的信息为准" not in late
    with time_machine.travel(soon.collect_by + dt.timedelta(days=2), tick=False):
        assert "信息更新已于" not in client.get("/").content.decode()


@pytest.mark.parametrize(("title", "told"), [(None, True), ("1", True), ("2", False)])
def test_the_own_page_tells_of_levels_ahead(soon: Window, title: str | None, told: bool) -> None:
    record: Record = RecordFactory.create()
    held = [titled(level=title, on="2015-05-01")] if title else []
    ExamRow.objects.filter(pk=record.pk).update(qualifications=held)
    page = browser_of(record).get("/me/").content.decode()
    assert (words(soon, clock.now()) in page) is told
