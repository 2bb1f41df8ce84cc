"""The drawing of the years: every day at its place, nothing outside, words that do not run into each other."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.spans import Span
from kuaiji.standing.exam.timeline import MOST_TICKS, ROOM, Bar, Day, Kind, Timeline, draw

TODAY = dt.date(2026, 11, 30)
DAYS = st.dates(dt.date(1940, 1, 1), dt.date(2040, 12, 31))
SPANS = st.builds(lambda a, b: (min(a, b), max(a, b)), DAYS, DAYS)


def drawn(*spans: Span, kind: Kind = Kind.COUNTED, marks: dict[Day, dt.date] | None = None) -> Timeline:
    timeline = draw([("计入", {kind: spans})], marks=marks or {}, today=TODAY)
    assert timeline
    return timeline


def percent(words: str) -> float:
    assert words.endswith("%")
    return float(words[:-1])


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw([("会计工作", {Kind.WORK: ()}), ("计入", {})], marks={Day.CUTOFF: TODAY}, today=TODAY) is None


def test_a_lane_without_anything_is_left_out_and_the_others_close_up() -> None:
    year = [(dt.date(2024, 1, 1), dt.date(2024, 12, 31))]
    timeline = draw([("会计工作", {Kind.WORK: ()}), ("计入", {Kind.COUNTED: year})], marks={}, today=TODAY)
    assert timeline and [(lane.name, lane.top) for lane in timeline.lanes] == [("计入", 0)]


def test_a_stretch_stands_where_its_days_are() -> None:
    first, second = (
        (dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
        (dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
    )
    [lane] = drawn(first, second).lanes
    # 2023, 2024, 2025 are 1096 days.
    assert lane.bars == (Bar(Kind.COUNTED, "0.00%", "33.30%"), Bar(Kind.COUNTED, "66.70%", "33.30%"))


def test_what_is_still_to_come_is_a_bar_of_its_own() -> None:
    [lane] = drawn((dt.date(2026, 1, 1), dt.date(2026, 12, 31))).lanes
    assert [bar.kind for bar in lane.bars] == [Kind.COUNTED, Kind.AHEAD]
    assert percent(lane.bars[1].left) == pytest.approx(percent(lane.bars[0].width), abs=0.011)
    assert percent(lane.bars[1].width) == pytest.approx(100 * 31 / 365, abs=0.011)


@pytest.mark.parametrize(
    ("begin", "kinds"),
    [
        (TODAY, [Kind.COUNTED, Kind.AHEAD]),
        (TODAY + dt.timedelta(days=1), [Kind.AHEAD]),
    ],
)
def test_today_itself_has_come(begin: dt.date, kinds: list[Kind]) -> None:
    [lane] = drawn((begin, dt.date(2026, 12, 31))).lanes
    assert [bar.kind for bar in lane.bars] == kinds


def test_told_work_is_never_parted_at_today() -> None:
    [lane] = drawn((dt.date(2026, 1, 1), dt.date(2027, 12, 31)), kind=Kind.WORK).lanes
    assert [bar.kind for bar in lane.bars] == [Kind.WORK]


def test_a_mark_widens_the_axis() -> None:
    timeline = drawn((dt.date(2025, 1, 1), dt.date(2025, 12, 31)), marks={Day.CUTOFF: dt.date(2026, 12, 31)})
    assert timeline.lanes[0].bars[0].width == "50.00%"
    assert percent(timeline.marks[0].left) == pytest.approx(100, abs=0.2)


@given(st.lists(SPANS, min_size=1, max_size=8), st.sampled_from(Kind))
def test_nothing_lies_outside_and_the_years_do_not_run_into_each_other(spans: list[Span], kind: Kind) -> None:
    timeline = drawn(*spans, kind=kind)
    for bar in timeline.lanes[0].bars:
        assert percent(bar.left) >= 0 and percent(bar.width) >= 0
        assert percent(bar.left) + percent(bar.width) <= 100.02
    assert 1 <= len(timeline.ticks) <= MOST_TICKS
    places = [percent(tick.left) for tick in timeline.ticks]
    assert places[0] == 0 and places == sorted(places) and places[-1] < 100
    assert all(right - left >= 19.8 for left, right in itertools.pairwise(places))
    assert all(bool(tick.words) is (percent(tick.left) <= 100 * ROOM) for tick in timeline.ticks)
