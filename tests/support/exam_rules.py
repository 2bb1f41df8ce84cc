"""The shipped exam rules and people as values, without a database."""

import csv
import datetime as dt
import functools
from typing import Any

from kuaiji.exams.enums import ExamLevel, ExamStatus
from kuaiji.exams.judging.facts import Facts, of_row
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.judge import Judgement, judge
from kuaiji.exams.judging.rules import Question, RuleSet
from kuaiji.exams.services.exam_rules import shipped_rules
from tests.support.sources import ROOT

AT = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)
DATA = ROOT / "src" / "kuaiji"
PLACES = {"440103": "广州市荔湾区", "440100": "广州市", "440300": "深圳市", "441400": "梅州市"}


def read(path: str) -> list[dict[str, str]]:
    """The rows of a shipped file."""
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def shipped() -> RuleSet:
    """What a platform without rules of its own judges by."""
    return RuleSet.of([row.value.rule for row in shipped_rules()], up_to_date_months=12)


@functools.cache
def here() -> Here:
    """广东 with the names of all codes."""
    lists = ("education_levels", "degrees", "qualification_levels", "qualification_categories")
    labels = {(name, row["code"]): row["name"] for name in lists for row in read(f"codelists/data/{name}.csv")}
    return Here("440000", labels, PLACES)


def schooled(level: str = "21", degree: str = "0", *, graduated: str = "2000-06-30", **more: Any) -> dict[str, Any]:
    """One mode of ``ExamRow.education``: 本科 without a degree, of long ago."""
    return {
        "level": level,
        "degree": degree,
        "second_degree": False,
        "enrolled_on": None,
        "graduated_on": graduated,
    } | more


def titled(category: str = "01", level: str = "2", method: str = "2", on: str | None = "2020-09-01") -> dict[str, Any]:
    """One of ``ExamRow.qualifications``: 会计师 by examination."""
    return {"category": category, "level": level, "method": method, "obtained_on": on}


def person(
    *,
    education: dict[str, dict[str, Any]] | None = None,
    periods: list[list[Any]] | None = None,
    titles: list[dict[str, Any]] | None = None,
    **more: Any,
) -> Facts:
    """Somebody collected in 荔湾区, up to date, with 本科 of long ago, without work and titles."""
    standing: dict[str, Any] = {"status": ExamStatus.COLLECTED, "division_code": "440103", "confirmed_at": AT}
    facts = Facts(**standing | more)
    return of_row(
        facts,
        qualifications=titles or [],
        education={"full_time": schooled()} if education is None else education,
        periods=periods or [],
    )


def judged(facts: Facts, level: int = 2, year: int = 2027, division: str | None = None, **more: Any) -> Judgement:
    """What is found of somebody on 30 November 2026."""
    question = Question(ExamLevel(level), year, division)
    return judge(
        facts, question, more.get("ruleset") or shipped(), at=more.get("at", AT), here=more.get("here") or here()
    )
