"""The kinds of cases and their queues. Apps above register theirs in ``apps.py``; a queue is a stage of a kind."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable

from kuaiji.audit.enums import OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.models import Case, Decision
from kuaiji.common.registry import AppRegistry
from kuaiji.staff.enums import Role


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """One queue of a kind: its words, whose roles see it, and whose take from it (nobody's where one only looks)."""

    label: str
    seen_by: frozenset[Role]
    taken_by: frozenset[Role]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OpenSubject:
    """Something open that a case has to stand for, as the app that owns it knows it."""

    subject_id: uuid.UUID
    number: str
    opened_at: dt.datetime
    division_code: str = ""
    user_id: uuid.UUID | None = None
    due_on: dt.date | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CaseKind:
    """How cases of one kind are seen to.

    ``page`` gives the address of a case's page; ``days`` the working days it may take where nobody says by when;
    ``subjects`` all that is open now, or the one of an id if it is, by which cases that are missing or left over are
    found. ``lock`` locks what a case is about as its own services do before they write, so that a decision and whoever
    withdraws never wait for each other.

    ``carry_out`` does what a decision says, in one transaction with its end, as an operation of ``operation_kind`` by
    who made it; it may raise RuleBroken, and then the decision is void and the case waits again. ``needs_second`` says
    of a verdict whether two people have to agree. With ``window`` a decision waits ten minutes, unless it is to take
    effect at once; those of ``at_once`` never wait.
    """

    order: int
    label: str
    folder: str  # the list it stands in: applications, transfers, conflicts, messages, reviews
    stages: tuple[Stage, ...]
    page: Callable[[Case], str]
    days: Callable[[], int]
    subjects: Callable[[uuid.UUID | None], Iterable[OpenSubject]]
    operation_kind: OperationKind | None = None
    carry_out: Callable[[Operation, Case, Decision], None] | None = None
    lock: Callable[[uuid.UUID], None] = lambda subject_id: None
    needs_second: Callable[[Case, Verdict], bool] = lambda case, verdict: False
    verdicts: frozenset[Verdict] = frozenset({Verdict.APPROVE, Verdict.RETURN})
    window: bool = True
    at_once: frozenset[Verdict] = frozenset()

    def stage(self, number: int) -> Stage:
        """The queue of stage 1 or 2."""
        return self.stages[number - 1]

    def has_window(self, verdict: Verdict | str) -> bool:
        """Whether a decision that says so may be taken back for ten minutes."""
        return self.window and verdict not in self.at_once

    def takes(self, number: int, roles: Iterable[str]) -> bool:
        """Whether somebody with these roles takes from that queue, and decides there."""
        return not self.stage(number).taken_by.isdisjoint(roles)

    def sees(self, number: int, roles: Iterable[str]) -> bool:
        """Whether that queue is shown to somebody with these roles."""
        return not self.stage(number).seen_by.isdisjoint(roles)


CASE_KINDS: AppRegistry[str, CaseKind] = AppRegistry("kind of case")


def kinds_in_order() -> list[tuple[str, CaseKind]]:
    """All kinds with their names, as home and lists show them."""
    return sorted(((name, CASE_KINDS[name]) for name in CASE_KINDS), key=lambda entry: entry[1].order)
