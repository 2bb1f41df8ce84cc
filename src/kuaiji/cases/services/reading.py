"""What waits for whom: the one place that says which cases somebody sees, and how many."""

import dataclasses
import datetime as dt
import uuid

from django.db.models import Count, Min, Q, QuerySet

from kuaiji.cases.enums import VoidReason
from kuaiji.cases.kinds import CASE_KINDS, kinds_in_order
from kuaiji.cases.models import Case, CaseQuerySet, Decision
from kuaiji.regions.services import bureaux_under, scope_of
from kuaiji.staff.enums import Role
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


def in_hand(member: Member, now: dt.datetime) -> CaseQuerySet:
    """What ``member`` has in hand, due first."""
    return cases_of(member).waiting().held(now).filter(holder=member).order_by("due_on", "pk")


def decided_since(member: Member, since: dt.datetime) -> QuerySet[Decision]:
    """What ``member`` decided or agreed to since then, the newest first, whatever has become of it."""
    mine = Q(maker=member, made_at__gte=since) | Q(second=member, seconded_at__gte=since)
    return Decision.objects.filter(mine).select_related("case", "maker", "second").order_by("-made_at", "-pk")


def decided_by(member: Member, *, before: uuid.UUID | None = None) -> QuerySet[Decision]:
    """All that ``member`` decided or agreed to, the newest first, wherever its case is now; those older than the one of
    the id ``before``."""
    mine = Decision.objects.filter(Q(maker=member) | Q(second=member))
    older = mine if before is None else mine.filter(pk__lt=before)
    return older.select_related("case", "maker", "second").order_by("-pk")


def refused_of(member: Member) -> QuerySet[Decision]:
    """Decisions of ``member`` that a rule refused when they were to take effect, while their case is open still."""
    mine = Q(maker=member) | Q(second=member)
    refused = Decision.objects.filter(mine, void_as=VoidReason.REFUSED, case__closed_at=None, case__decided_at=None)
    return refused.select_related("case").order_by("-void_at")


def handed_up(member: Member) -> CaseQuerySet:
    """Open cases that the bureau of ``member`` has handed to the level above, the newest first."""
    above = cases_of(member).waiting().filter(handed_by__isnull=False, handed_by__bureau=member.bureau_id)
    return above.select_related("handed_to", "handed_by").order_by("-handed_at", "-pk")


def colleagues(manager: Member) -> list[tuple[Member, int]]:
    """Who of the bureau and those below has cases in hand or left lying, and how many: what a manager gives on."""
    bureaux = bureaux_under(manager.bureau)
    rows = cases_of(manager).waiting().filter(holder__bureau__in=bureaux).order_by()
    numbers = {row["holder"]: row["number"] for row in rows.values("holder").annotate(number=Count("pk"))}
    members = Member.objects.filter(pk__in=numbers).select_related("bureau").order_by("bureau", "name", "pk")
    return [(member, numbers[member.pk]) for member in members]


def who_may_have(manager: Member) -> list[Member]:
    """Colleagues of the bureau and those below to whom a manager may give cases."""
    works = Q(roles__overlap=[Role.CLERK, Role.REVIEWER])
    rows = Member.objects.filter(works, is_active=True, bureau__in=bureaux_under(manager.bureau))
    return list(rows.select_related("bureau").order_by("bureau", "name", "pk"))


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
