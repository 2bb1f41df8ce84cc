"""The kept list of reasons for a return."""

import csv
from collections.abc import Iterable
from pathlib import Path

from kuaiji.cases.models import ReturnReason
from kuaiji.common.errors import RuleBroken

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "return_reasons.csv"


def reasons_for(kind: str) -> list[ReturnReason]:
    """What is offered for a return of this kind, in order."""
    return [row for row in ReturnReason.objects.filter(ended_at=None) if not row.kinds or kind in row.kinds]


def reasons_named(codes: Iterable[str]) -> list[ReturnReason]:
    """The rows of these codes in the order of the list, those that are offered no more included: what a person was
    told stays told."""
    return list(ReturnReason.objects.filter(code__in=list(codes)))


def check_offered(kind: str, codes: Iterable[str]) -> None:
    """Raises RuleBroken ``reason_unknown`` at ``reasons``."""
    offered = {row.code for row in reasons_for(kind)}
    if not offered.issuperset(codes):
        raise RuleBroken("reason_unknown", "选的退回原因不在清单里，请重新选择", "reasons")


def load_return_reasons() -> int:
    """Write the shipped reasons that are not there; a row that is there is the operator's. How many are shipped."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = [
            ReturnReason(
                code=row["code"],
                words=row["words"],
                field=row["field"],
                remedy=row["remedy"],
                kinds=row["kinds"].split(),
                position=position,
            )
            for position, row in enumerate(csv.DictReader(file), 1)
        ]
    ReturnReason.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
