"""A queue as its list shows it: tabs, rows with their buttons, and the way to the next page."""

import dataclasses
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404

from kuaiji.cases import rules
from kuaiji.cases.enums import Standing
from kuaiji.cases.kinds import CASE_KINDS, kinds_in_order
from kuaiji.cases.models import ANY_BUREAU, Case, CaseQuerySet
from kuaiji.cases.services.moved import standing_of
from kuaiji.cases.services.reading import QueueCount, queue, queue_counts
from kuaiji.common import clock
from kuaiji.desk.deciding.messages import briefs
from kuaiji.regions.scope import Scope
from kuaiji.regions.services import bureau_of, cities, full_name, scope_of
from kuaiji.staff.models import Member

TITLES = {
    "applications": "申请",
    "transfers": "调转",
    "conflicts": "冲突",
    "messages": "卡住的消息",
    "reviews": "采集审核",
}


# Lists whose rows say more than a number, without a person.
BRIEFS: Mapping[str, Callable[[Iterable[Case]], dict[uuid.UUID, str]]] = {"messages": briefs}


@dataclasses.dataclass(frozen=True, slots=True)
class Tab:
    """One queue of a list with its number."""

    count: QueueCount
    address: str
    current: bool

    @property
    def label(self) -> str:
        """更正 · 复核; of a kind with one queue its own words alone."""
        return queue_label(self.count.kind, self.count.stage)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One case of a list, as it stands to who looks."""

    case: Case
    standing: Standing
    holder: Member | None
    days_left: int
    told: str = ""
    brief: str = ""

    @property
    def place(self) -> str:
        """广州市荔湾区, or that any bureau may see to it."""
        return place_of(self.case)

    @property
    def address(self) -> str:
        """Of its page."""
        return CASE_KINDS[self.case.kind].page(self.case)

    @property
    def label(self) -> str:
        """更正 · 复核."""
        return queue_label(self.case.kind, self.case.stage)

    @property
    def chosen_by_hand(self) -> bool:
        """Whether a button does something about it for who looks."""
        return self.standing in (Standing.FREE, Standing.MINE)


def queue_label(kind: str, stage: int) -> str:
    """更正 · 复核; of a kind with one queue its own words alone."""
    entry = CASE_KINDS[kind]
    return entry.label if len(entry.stages) == 1 else f"{entry.label} · {entry.stage(stage).label}"


def place_of(case: Case) -> str:
    """广州市荔湾区, or that any bureau may see to it."""
    return "不限地区" if case.division_code == ANY_BUREAU else full_name(case.division_code)


def rows_of(cases: Iterable[Case], member: Member, told: dict[uuid.UUID, str] | None = None) -> list[Row]:
    """Cases as they stand to ``member`` now; ``told`` is what came of a button, by id."""
    now, today, told = clock.now(), clock.today(), told or {}
    return [
        Row(case, standing_of(case, member, now), case.held_by(now), (case.due_on - today).days, told.get(case.pk, ""))
        for case in cases
    ]


def check_folder(folder: str, member: Member) -> None:
    """Raises Http404 where nothing that stands in the list is for the member's roles."""
    kinds = [kind for _, kind in kinds_in_order() if kind.folder == folder]
    stages = [(kind, number) for kind in kinds for number in range(1, len(kind.stages) + 1)]
    if kinds and not any(kind.sees(number, member.roles) for kind, number in stages):
        raise Http404


def list_context(
    *, folder: str, member: Member, scope: Scope, asked: dict[str, Any], told: dict[uuid.UUID, str] | None = None
) -> dict[str, Any]:
    """Everything the page of a list shows; ``asked`` are the cleaned values of AskedForm."""
    counts = [count for count in queue_counts(member, clock.today()) if CASE_KINDS[count.kind].folder == folder]
    current = _chosen(counts, asked)
    context: dict[str, Any] = {"title": TITLES[folder], "folder": folder, "count": current, "divisions": _places(scope)}
    if current is None:
        return context | {"tabs": [], "rows": []}
    found = _part(queue(member, current.kind, current.stage), member, scope, asked)
    cases = list(found.order_by("due_on", "pk").select_related("holder")[: rules.MOST_ROWS + 1])
    filtered = {name: asked[name] for name in ("show", "division") if asked.get(name)}
    base = {"kind": current.kind, "stage": current.stage}
    shown = cases[: rules.MOST_ROWS]
    more = len(cases) > rules.MOST_ROWS
    rows, said = rows_of(shown, member, told), BRIEFS[folder](shown) if folder in BRIEFS else {}
    return context | {
        "tabs": [Tab(count, f"?{urlencode(_of(count) | filtered)}", count == current) for count in counts],
        "rows": [dataclasses.replace(row, brief=said.get(row.case.subject_id, "")) for row in rows],
        "label": queue_label(current.kind, current.stage),
        "takes": CASE_KINDS[current.kind].takes(current.stage, member.roles),
        "asked": filtered,
        "first": f"?{urlencode(base | filtered)}" if asked.get("after") else "",
        "next": f"?{urlencode(base | filtered | _after(shown))}" if more else "",
        "here": f"?{urlencode(base | filtered)}",
    }


def _of(count: QueueCount) -> dict[str, Any]:
    return {"kind": count.kind, "stage": count.stage}


def _after(shown: Sequence[Case]) -> dict[str, str]:
    return {"after": f"{shown[-1].due_on.isoformat()}_{shown[-1].pk}"}


def _chosen(counts: Sequence[QueueCount], asked: dict[str, Any]) -> QueueCount | None:
    """The queue that was asked for, else the first where something waits."""
    wanted = [count for count in counts if (count.kind, count.stage) == (asked.get("kind"), asked.get("stage"))]
    return next(iter(wanted or [count for count in counts if count.number] or counts), None)


def _part(cases: CaseQuerySet, member: Member, scope: Scope, asked: dict[str, Any]) -> CaseQuerySet:
    now = clock.now()
    if asked.get("show") == "free":
        cases = cases.free(now)
    elif asked.get("show") == "mine":
        cases = cases.held(now).filter(holder=member)
    if asked.get("division") in scope.sees:
        served = bureau_of(asked["division"])
        places = scope_of(served).sees if served else frozenset()
        cases = cases.filter(division_code__in=sorted(places & scope.sees))
    if place := asked.get("after"):
        day, case_id = place
        cases = cases.filter(due_on__gte=day).filter(Q(due_on__gt=day) | Q(pk__gt=case_id))
    return cases


def _places(scope: Scope) -> list[tuple[str, str]]:
    """What a list may be narrowed to: cities, for who sees several; else the places of the one."""
    seen = [(city, [place for place in city.places if place.code in scope.sees]) for city in cities()]
    seen = [(city, places) for city, places in seen if places]
    if len(seen) > 1:
        return [(city.code, city.name) for city, _ in seen if city.code in scope.sees]
    return [(place.code, place.name) for _, places in seen for place in places] if seen and len(seen[0][1]) > 1 else []
