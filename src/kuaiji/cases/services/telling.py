"""The reasons of a return as a person is told them: they stay as they were when the decision took effect."""

import dataclasses
from collections.abc import Iterable

from kuaiji.cases.services.reasons import reasons_named


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """One reason of the kept list: what is wrong, where, and what to do about it."""

    code: str
    words: str
    field: str
    remedy: str


def told_reasons(codes: Iterable[str]) -> list[Told]:
    """The reasons of these codes as they read now."""
    return [Told(row.code, row.words, row.field, row.remedy) for row in reasons_named(codes)]
