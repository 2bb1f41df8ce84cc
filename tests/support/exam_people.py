"""People as the exam check may find them, drawn at random: every status, schooling, title and kind of work."""

import datetime as dt
import random
from typing import Any

from kuaiji.exams.enums import ExamStatus
from kuaiji.exams.judging.facts import Facts, Transfer
from tests.support.exam_rules import person, read, schooled, titled

LEVELS = [row["code"] for row in read("codelists/data/education_levels.csv")]
DEGREES = [row["code"] for row in read("codelists/data/degrees.csv")]
FIRST, LAST = dt.date(1970, 1, 1), dt.date(2027, 6, 30)


def drawn(draw: random.Random) -> Facts:
    """Somebody; mostly collected, with an ordinary schooling."""
    return person(
        status=draw.choice([ExamStatus.COLLECTED] * 20 + list(ExamStatus)),
        division_code=draw.choice(["440103", "440100", "441400", "440100-00"]),
        confirmed_at=dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC) - dt.timedelta(days=draw.randrange(500)),
        held_elsewhere="深圳市会计管理综合平台" if draw.random() < 0.03 else None,
        transfer=Transfer("440300", "深圳市会计管理综合平台") if draw.random() < 0.5 else None,
        education={
            mode: _schooling(draw) for mode, share in (("full_time", 0.95), ("part_time", 0.4)) if draw.random() < share
        },
        periods=[_period(draw) for _ in range(draw.choice([0, 1, 1, 2, 4]))],
        titles=[_title(draw) for _ in range(draw.choice([0, 1, 1, 2]))],
    )


def _title(draw: random.Random) -> dict[str, Any]:
    day = None if draw.random() < 0.1 else _day(draw)
    return titled(draw.choice(["01", "01", "02", "03", "04"]), draw.choice("123"), draw.choice("123"), day)


def _schooling(draw: random.Random) -> dict[str, Any]:
    graduated = _day(draw)
    enrolled = str(dt.date.fromisoformat(graduated) - dt.timedelta(days=1200)) if draw.random() < 0.5 else None
    return schooled(
        draw.choice([*LEVELS, *["21", "31", "11"] * 20]),
        draw.choice([*DEGREES, *["0"] * 100]),
        graduated=graduated,
        enrolled_on=enrolled,
        second_degree=draw.random() < 0.1,
        graduated_on_precision=draw.choice(["day", "month"]),
    )


def _period(draw: random.Random) -> list[str | None]:
    first, last = sorted([_day(draw), _day(draw)])
    return [first, last if draw.random() < 0.6 else None, draw.choice(["day", "month"]), "day"]


def _day(draw: random.Random) -> str:
    return str(FIRST + dt.timedelta(days=draw.randrange((LAST - FIRST).days)))
