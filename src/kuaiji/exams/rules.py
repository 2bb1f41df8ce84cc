"""Which registration for the exam comes next for somebody, and how that is said. Pure."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable
from zoneinfo import ZoneInfo

from kuaiji.common.dates import format_date
from kuaiji.common.errors import RuleBroken
from kuaiji.exams.enums import ExamLevel

CHINA = ZoneInfo("Asia/Shanghai")
COUNTRY = ""  # the place of a window that holds everywhere


def local_day(moment: dt.datetime) -> dt.date:
    """The date of ``moment`` on a Chinese wall calendar."""
    return moment.astimezone(CHINA).date()


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """When people of ``place`` register for the exam of ``year``; several levels where their times are the same.

    ``registration_from`` and ``registration_to`` are the first and the last day, on a Chinese calendar; ``collect_by``
    is an aware moment.
    """

    year: int
    levels: tuple[ExamLevel, ...]
    place: str
    registration_from: dt.date
    registration_to: dt.date
    collect_by: dt.datetime
    source: str

    def is_over(self, at: dt.datetime) -> bool:
        """Whether nobody registers any more."""
        return local_day(at) > self.registration_to

    def takes_updates(self, at: dt.datetime) -> bool:
        """Whether what is collected at ``at`` still counts for it."""
        return at < self.collect_by


def check_window(window: Window) -> None:
    """Refuse a window that contradicts itself. Raises ``RuleBroken`` ``window_backwards``, ``collected_too_late``."""
    if window.registration_to < window.registration_from:
        raise RuleBroken(
            "window_backwards",
            f"报名结束日期{format_date(window.registration_to)}早于开始日期{format_date(window.registration_from)}",
            "registration_to",
        )
    if local_day(window.collect_by) > window.registration_to:
        raise RuleBroken(
            "collected_too_late",
            f"采集截止时间{deadline_words(window.collect_by, window.registration_to)}晚于报名结束日期"
            f"{format_date(window.registration_to)}",
            "collect_by",
        )


def places_above(place: str, *, territory: str) -> tuple[str, ...]:
    """The divisions whose windows hold for ``place``, the nearest first; the country last.

    ``place`` is the code of a division or a service area (440100-00). Nothing above ``territory``, the division of the
    registry, counts but the country: what 广东 publishes does not hold for 深圳.
    """
    division = place[:6]
    chain = dict.fromkeys((division, f"{division[:4]}00", f"{division[:2]}0000"))
    if territory not in chain:
        return (COUNTRY,)
    above = list(chain)
    return (*above[: above.index(territory) + 1], COUNTRY)


def levels_ahead(held: int | None) -> tuple[ExamLevel, ...]:
    """The levels that somebody may go for who holds a title of level ``held``; without one 中级 too, by schooling."""
    if held is None:
        return (ExamLevel.JUNIOR, ExamLevel.MIDDLE)
    return (ExamLevel(held + 1),) if held < ExamLevel.SENIOR else ()


def next_window(
    windows: Iterable[Window], *, places: tuple[str, ...], levels: Collection[int], at: dt.datetime
) -> Window | None:
    """The registration that begins first of those that are not over at ``at``; None where none is known.

    Of several windows for one level and year that of the nearest of ``places`` holds. Levels with the same times come
    as one window.
    """
    nearest: dict[tuple[int, ExamLevel], Window] = {}
    for window in windows:
        if window.place not in places:
            continue
        for level in window.levels:
            if level in levels:
                known = nearest.get((window.year, level))
                if known is None or places.index(window.place) < places.index(known.place):
                    nearest[window.year, level] = dataclasses.replace(window, levels=(level,))
    ahead = sorted(
        (window for window in nearest.values() if not window.is_over(at)),
        key=lambda window: (window.registration_from, window.collect_by, window.levels),
    )
    if not ahead:
        return None
    first = ahead[0]
    alike = [window for window in ahead if _times(window) == _times(first)]
    return dataclasses.replace(first, levels=tuple(sorted(level for window in alike for level in window.levels)))


def nearest_window(windows: Iterable[Window], *, places: tuple[str, ...], level: int, year: int) -> Window | None:
    """The registration for that level and year which holds in the nearest of ``places``, over or not; None where none
    is known."""
    found = [window for window in windows if window.year == year and level in window.levels and window.place in places]
    return min(found, key=lambda window: places.index(window.place), default=None)


def words(window: Window, at: dt.datetime) -> str:
    """中级报名 6月12日开始，信息须在7月1日12:00前更新; a date of another year than that of ``at`` has its year."""
    today = local_day(at)
    name = "、".join(level.label for level in window.levels)
    begins, ends = _day(window.registration_from, today), _day(window.registration_to, today)
    when = f"{name}报名 {begins}开始" if today < window.registration_from else f"{name}报名 {ends}截止"
    until = deadline_words(window.collect_by, today)
    return f"{when}，信息须在{until}前更新" if window.takes_updates(at) else f"{when}，信息更新已于{until}截止"


def _times(window: Window) -> tuple[int, dt.date, dt.date, dt.datetime]:
    return window.year, window.registration_from, window.registration_to, window.collect_by


def _day(day: dt.date, today: dt.date) -> str:
    return f"{day.month}月{day.day}日" if day.year == today.year else format_date(day)


def deadline_words(moment: dt.datetime, today: dt.date) -> str:
    """7月1日12:00; midnight belongs to the day before it: 6月30日24:00."""
    local = moment.astimezone(CHINA)
    if (local.hour, local.minute) == (0, 0):
        return f"{_day(local.date() - dt.timedelta(days=1), today)}24:00"
    return f"{_day(local.date(), today)}{local:%H:%M}"
