"""The tables of docs/exams.md: the shipped ways, and the codes of the exam check."""

import csv
import pathlib
from collections.abc import Iterable

from kuaiji.exams.enums import Condition, CountedFrom, OtherGround
from kuaiji.exams.judging.codes import OUTCOMES, VERDICTS, Meaning
from kuaiji.exams.judging.rules import Rule, rule_in

Row = list[str]
APPS = pathlib.Path(__file__).resolve().parents[1] / "src" / "kuaiji"


def ways() -> tuple[Row, list[Row]]:
    """Head and rows of the shipped ways."""
    rows = [
        [
            f"{rule.level.label} {rule.way}",
            rule.name,
            " or ".join(_grounds(rule)),
            f"{rule.years}{' after the title' if rule.counted_from == CountedFrom.TITLE else ''}",
            f"{rule.valid_from}–{rule.valid_to or ''}",
            rule.profile or "all",
            row["source"],
        ]
        for row in _rows("exams/data/exam_rules.csv")
        for rule in [rule_in(row)]
        if not row["ended"]
    ]
    return ["way", "called", "opened by any of", "years", "exams", "platform", "source"], rows


def codes(condition: Condition | None) -> tuple[Row, list[Row]]:
    """Head and rows of what can be found of a condition; of None, the outcomes without verdicts."""
    found: Iterable[tuple[str, Meaning]] = (
        [(code, meaning) for code, meaning in VERDICTS.items() if condition in meaning.conditions]
        if condition
        else OUTCOMES.items()
    )
    rows = [
        [
            f"`{code}`",
            *(["yes" if meaning.met else "no"] if condition else []),
            meaning.wordings[0],
            f"`{meaning.remedy}`" if meaning.remedy else "",
            meaning.when,
        ]
        for code, meaning in found
    ]
    return ["code", *(["met"] if condition else []), "words", "remedy", "when"], rows


def _grounds(rule: Rule) -> list[str]:
    names = _names("education_levels"), _names("degrees")
    return [
        *(f"{code} {names[0][code]}" for code in rule.schooling),
        *(f"degree {code} {names[1][code]}" for code in rule.degrees),
        *([OtherGround(rule.other).label] if rule.other else []),
    ]


def _names(list_name: str) -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows(f"codelists/data/{list_name}.csv")}


def _rows(path: str) -> list[dict[str, str]]:
    """A shipped file: there may be no database."""
    with (APPS / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
