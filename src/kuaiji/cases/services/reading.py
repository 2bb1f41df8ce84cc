"""What waits for whom: the one place that says which cases somebody sees, and how many."""

import dataclasses
import datetime as dt

from django.db.models import Count, Min, Q

from kuaiji.cases.kinds import CASE_KINDS, kinds_in_order
from kuaiji.cases.models import Case, CaseQuerySet
from kuaiji.regions.services import bureaux_under, scope_of
from kuaiji.staff.models import Member


@dataclasses.dataclass(frozen=True, slots=True)
class QueueCount:
    """How much waits in one queue for somebody's scope."""

    kind: str
    stage: int
    number: int = 0
    oldest: dt.datetime | None = None
    overdue: int = 0


def cases_of(member: Member) -> CaseQuerySet:
    """Every case, open or closed, that ``member`` may look at: of the bureau's scope, of a queue of the own roles."""
    return Case.objects.visible_to(scope_of(member.bureau)).filter(_seen_by(member))


def waiting_for(member: Member) -> CaseQuerySet:
    """What waits for somebody of this bureau: not what was handed up from it, not what the member agreed to first."""
    bureaux = sorted(bureaux_under(member.bureau))
    handed = Q(handed_to=None) | Q(handed_to__in=bureaux)
    return cases_of(member).waiting().filter(handed, Q(first_by=None) | ~Q(first_by=member))


def queue(member: Member, kind: str, stage: int) -> CaseQuerySet:
    """One queue of those that wait for ``member``."""
    return waiting_for(member).filter(kind=kind, stage=stage)


def queue_counts(member: Member, today: dt.date) -> list[QueueCount]:
    """A count for each queue that ``member`` sees, empty ones included, in the order of home: one statement."""
    rows = (
        waiting_for(member)
        .order_by()
        .values("kind", "stage")
        .annotate(number=Count("pk"), oldest=Min("opened_at"), overdue=Count("pk", filter=Q(due_on__lt=today)))
    )
    found = {(row["kind"], row["stage"]): QueueCount(**row) for row in rows}
    return [found.get(one, QueueCount(*one)) for one in queues_seen(member)]


def queues_seen(member: Member) -> list[tuple[str, int]]:
    """Kind and stage of each queue that is shown to ``member``."""
    return [
        (name, number)
        for name, kind in kinds_in_order()
        for number in range(1, len(kind.stages) + 1)
        if kind.sees(number, member.roles)
    ]


def _seen_by(member: Member) -> Q:
    """The queues of the member's roles; a kind whose queues are all seen is named without its stages."""
    seen: dict[str, list[int]] = {}
    for name, number in queues_seen(member):
        seen.setdefault(name, []).append(number)
    whole = [name for name, stages in seen.items() if len(stages) == len(CASE_KINDS[name].stages)]
    found = Q(kind__in=whole)
    for name, stages in seen.items():
        if name not in whole:
            found |= Q(kind=name, stage__in=stages)
    return found
