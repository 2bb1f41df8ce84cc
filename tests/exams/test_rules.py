"""Which registration comes next, for whom, and in which words."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.errors import RuleBroken
from kuaiji.exams.rules import Window, check_window, levels_ahead, next_window, places_above, words
from tests.support.exam_windows import at, window

GUANGZHOU = ("440103", "440100", "440000", "")


JANUARY = {"first": "2027-01-05", "last": "2027-01-27", "by": "2027-01-23T12:00"}


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-05-01T09:00", "中级报名 6月12日开始，信息须在7月1日12:00前更新"),
        ("2026-06-11T23:59", "中级报名 6月12日开始，信息须在7月1日12:00前更新"),
        ("2026-06-12T00:00", "中级报名 7月2日截止，信息须在7月1日12:00前更新"),
        ("2026-07-01T11:59", "中级报名 7月2日截止，信息须在7月1日12:00前更新"),
        ("2026-07-01T12:00", "中级报名 7月2日截止，信息更新已于7月1日12:00截止"),
        ("2025-12-31T23:59", "中级报名 2026年6月12日开始，信息须在2026年7月1日12:00前更新"),
    ],
)
def test_a_window_is_told_by_where_one_stands(now: str, said: str) -> None:
    assert words(window(), at(now)) == said


def test_midnight_is_told_as_the_end_of_the_day_before() -> None:
    told = words(window(by="2026-07-01T00:00"), at("2026-05-01T09:00"))
    assert told == "中级报名 6月12日开始，信息须在6月30日24:00前更新"


def test_levels_with_the_same_times_are_told_together() -> None:
    windows = [window(**JANUARY, level=3), window(**JANUARY, level=1), window()]
    found = next_window(windows, places=("",), levels=(1, 2, 3), at=at("2026-12-01T08:00"))
    assert found is not None
    assert words(found, at("2026-12-01T08:00")) == ("初级、高级报名 2027年1月5日开始，信息须在2027年1月23日12:00前更新")


@pytest.mark.parametrize(
    ("places", "by"),
    [
        (GUANGZHOU, "2026-06-30T12:00"),
        (("440305", "440300", ""), "2026-07-01T12:00"),
        (("110101", "110000", ""), "2026-07-02T12:00"),
    ],
)
def test_the_nearest_place_holds(places: tuple[str, ...], by: str) -> None:
    windows = [
        window(by="2026-07-02T12:00"),
        window(by="2026-06-30T12:00", place="440000"),
        window(by="2026-07-01T12:00", place="440300"),
    ]
    found = next_window(windows, places=places, levels=(2,), at=at("2026-05-01T08:00"))
    assert found is not None and found.collect_by == at(by)


def test_a_nearer_window_that_is_over_does_not_bring_the_wider_one_back() -> None:
    windows = [window(), window(last="2026-06-20", by="2026-06-19T12:00", place="440000")]
    assert next_window(windows, places=GUANGZHOU, levels=(2,), at=at("2026-06-25T08:00")) is None


@pytest.mark.parametrize("levels", [(), (1,), (1, 3)])
def test_other_levels_are_not_told(levels: tuple[int, ...]) -> None:
    assert next_window([window()], places=("",), levels=levels, at=at("2026-05-01T08:00")) is None


@given(st.integers(0, 40), st.integers(0, 60))
def test_what_is_told_is_never_over(begins: int, now: int) -> None:
    day = dt.date(2026, 6, 1)
    some = [
        window(
            str(day + dt.timedelta(days=begins + more)), str(day + dt.timedelta(days=begins + more + 10)), level=level
        )
        for more, level in ((0, 1), (7, 2), (30, 3))
    ]
    moment = at("2026-06-01T12:00") + dt.timedelta(days=now)
    found = next_window(some, places=("",), levels=(1, 2, 3), at=moment)
    ahead = [one for one in some if not one.is_over(moment)]
    assert (found is None) == (not ahead)
    assert found is None or found.registration_from == min(one.registration_from for one in ahead)


@pytest.mark.parametrize(
    ("place", "territory", "above"),
    [
        ("440103", "440000", GUANGZHOU),
        ("440100-00", "440000", ("440100", "440000", "")),
        ("440000-00", "440000", ("440000", "")),
        ("440305", "440300", ("440305", "440300", "")),
        ("440300-00", "440300", ("440300", "")),
        ("430102", "440000", ("",)),
    ],
)
def test_nothing_above_the_registry_counts_but_the_country(place: str, territory: str, above: tuple[str, ...]) -> None:
    assert places_above(place, territory=territory) == above


@pytest.mark.parametrize(
    ("held", "ahead"),
    [(None, (1, 2)), (1, (2,)), (2, (3,)), (3, ()), (4, ())],
)
def test_who_holds_a_title_is_told_of_the_next(held: int | None, ahead: tuple[int, ...]) -> None:
    assert levels_ahead(held) == ahead


@pytest.mark.parametrize(
    ("wrong", "code", "said"),
    [
        (window(last="2026-06-11"), "window_backwards", "报名结束日期2026年6月11日早于开始日期2026年6月12日"),
        (window(by="2026-07-03T12:00"), "collected_too_late", "采集截止时间7月3日12:00晚于报名结束日期2026年7月2日"),
    ],
)
def test_a_window_that_contradicts_itself_is_refused(wrong: Window, code: str, said: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_window(wrong)
    assert (broken.value.code, broken.value.message) == (code, said)
