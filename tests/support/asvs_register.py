"""Reads ``docs/security/asvs.csv``; ``python -m tests.support.asvs_register`` prints its counts."""

import collections
import csv
import dataclasses
import enum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REGISTER = ROOT / "docs" / "security" / "asvs.csv"


class Verdict(enum.StrEnum):
    """How a requirement stands."""

    MET = enum.auto()
    NOT_YET = enum.auto()
    NOT_APPLICABLE = enum.auto()
    DEPLOYER = enum.auto()


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One requirement: ``evidence`` is tests, or what is missing, why not, what the operator does."""

    id: str
    level: int
    means: str
    verdict: Verdict
    evidence: str


def read() -> list[Row]:
    """The rows in their order; raises ValueError for an unknown verdict or a level that is no number."""
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return [
            Row(line["id"], int(line["level"]), line["means"], Verdict(line["verdict"]), line["evidence"])
            for line in csv.DictReader(file, strict=True)
        ]


def counts(rows: list[Row]) -> str:
    """A table of verdicts by level."""
    found = collections.Counter((row.verdict, row.level) for row in rows)
    lines = ["verdict           L1   L2  all"]
    for verdict in Verdict:
        first, second = found[verdict, 1], found[verdict, 2]
        lines.append(f"{verdict:<15} {first:>4} {second:>4} {first + second:>4}")
    first, second = (sum(row.level == level for row in rows) for level in (1, 2))
    return "\n".join([*lines, f"{'all':<15} {first:>4} {second:>4} {first + second:>4}"])


if __name__ == "__main__":
    print(counts(read()))
