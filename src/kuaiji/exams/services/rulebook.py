"""What is judged by, now and then: the rules that count, and names of what verdicts speak of (ADR 0085)."""

import dataclasses
import functools
import time
from types import MappingProxyType

from django.db import InterfaceError, OperationalError, connection

from kuaiji.codelists.services import entries
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.exams.judging.here import Here
from kuaiji.exams.judging.rules import YEARS_AHEAD, RuleSet
from kuaiji.exams.models import ExamRule, ExamRuleSet, ExamWindow
from kuaiji.exams.services.exam_rules import rule_of
from kuaiji.exams.services.windows import window_of
from kuaiji.regions.models import Division
from kuaiji.regions.services import full_name, places

FRESH_SECONDS = 1.0
_LISTS = ("education_levels", "degrees", "qualification_levels", "qualification_categories")


@dataclasses.dataclass(frozen=True, slots=True)
class Rulebook:
    """What ``judge`` takes besides facts and question."""

    ruleset: RuleSet
    here: Here


class UnknownRuleSet(LookupError):
    """No answer was ever given by rules of this name."""


class _Kept:
    """What this process read last, and the names of sets that it has seen written down. Threads may read twice."""

    def __init__(self) -> None:
        self.read: tuple[float, Rulebook] | None = None
        self.written: set[str] = set()


_kept = _Kept()


def rulebook() -> Rulebook:
    """What counts now, no older than a second.

    The set is written down under its name before it is given out, so that ``ruleset_named`` finds it for as long as
    there are answers by it; only a look, which leaves no answer, is given it without. Raises the database's errors
    while it is away.
    """
    kept = _kept.read
    if kept and time.monotonic() - kept[0] < FRESH_SECONDS:
        return kept[1]
    begun = time.monotonic()
    try:
        book = _read()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()  # it broke while nobody used it: a thread beside Django's requests has nobody else to look
        book = _read()
    if book.ruleset.name in _kept.written or not _only_looks():  # else it is not written down yet
        _kept.read = (begun, book)
    return book


def forget_rulebook() -> None:
    """Read anew at the next question."""
    _kept.read = None
    _kept.written.clear()


@functools.lru_cache(maxsize=64)
def ruleset_named(name: str) -> RuleSet:
    """The rules that an answer of before was given by, exactly. Raises ``UnknownRuleSet``."""
    kept = ExamRuleSet.objects.filter(pk=name).first()
    if kept is None:
        raise UnknownRuleSet(f"no rule set {name}")
    rows = ExamRule.objects.filter(pk__in=kept.rules)
    found = RuleSet.of([rule_of(row) for row in rows], up_to_date_months=kept.up_to_date_months)
    if found.name != name:
        raise UnknownRuleSet(f"the rows of rule set {name} are not as they were")
    return found


def _read() -> Rulebook:
    ours = profile()
    rows = list(ExamRule.objects.filter(ended_at=None, profile__in=("", ours.slug)))
    ruleset = RuleSet.of(
        [rule_of(row) for row in rows],
        up_to_date_months=ours.up_to_date_months,
        last_year=clock.today().year + YEARS_AHEAD,
    )
    _write_down(ruleset, rows)
    windows = tuple([window_of(row) for row in ExamWindow.objects.filter(ended_at=None)])
    return Rulebook(ruleset, Here(ours.territory, _labels(), _places(ours.slug), windows))


def _write_down(ruleset: RuleSet, rows: list[ExamRule]) -> None:
    if ruleset.name in _kept.written or _only_looks():
        return
    row = ExamRuleSet(
        name=ruleset.name, up_to_date_months=ruleset.up_to_date_months, rules=sorted(one.pk for one in rows)
    )
    ExamRuleSet.objects.bulk_create([row], ignore_conflicts=True)
    if not connection.in_atomic_block:  # else it may still be taken back
        _kept.written.add(ruleset.name)


def _only_looks() -> bool:
    """Whether the transaction takes no writes, as those of the bureau's pages."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return bool(cursor.fetchone()[0] == "on")


@functools.cache
def _labels() -> MappingProxyType[tuple[str, str], str]:
    """Lists change with a release."""
    return MappingProxyType({(name, entry.code): entry.name for name in _LISTS for entry in entries(name)})


@functools.cache
def _places(slug: str) -> MappingProxyType[str, str]:
    """Every division, with the city or province above it, and what people of the profile ``slug`` belong to besides."""
    divisions = {row.code: row for row in Division.objects.select_related("parent")}
    named = {
        code: f"{row.parent.name}{row.name}" if row.parent and row.level == "county" else row.name
        for code, row in divisions.items()
    }
    return MappingProxyType(named | {code: full_name(code) for code in places()})
