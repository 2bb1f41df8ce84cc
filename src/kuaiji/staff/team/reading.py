"""What pages show of members."""

import dataclasses
import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from kuaiji.audit.enums import OperationKind
from kuaiji.audit.models import Event, Operation
from kuaiji.common.text import searched
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member

LATEST = 30


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done: when, what, by whom, why."""

    at: dt.datetime
    words: str
    by: str
    reason: str


def found_among(members: "QuerySet[Member]", *, q: str, division: str, role: str) -> "QuerySet[Member]":
    """Those with ``q`` in their name or at the beginning of their user name, at the bureau that serves ``division``,
    with ``role``. What is empty asks for nothing."""
    if word := searched(q, 30):
        members = members.filter(Q(name__contains=word) | Q(username__startswith=word.casefold()))
    if division:
        members = members.filter(bureau=bureau_of(division[:12]))
    if role in Role:
        members = members.filter(roles__contains=[role])
    return members


def behind(members: "QuerySet[Member]", member_id: uuid.UUID | None) -> "QuerySet[Member]":
    """Those that stand in the list after this one, whoever was let in or left meanwhile; all without one."""
    last = members.filter(pk=member_id).values_list("bureau__position", "username").first() if member_id else None
    if last is None:
        return members
    return members.filter(Q(bureau__position__gt=last[0]) | Q(bureau__position=last[0], username__gt=last[1]))


def what_happened(member: Member) -> list[Line]:
    """The last things that were done about a member's place here, the newest first."""
    events = Event.objects.filter(subject_id=member.pk).select_related("operation").order_by("-pk")[:LATEST]
    return _lines([event.operation for event in events])


def what_was_done(member: Member) -> list[Line]:
    """The last operations of a member, the newest first."""
    mine = Operation.objects.filter(actor_kind="staff", actor_id=member.pk).order_by("-pk")[:LATEST]
    return _lines(list(mine))


def _lines(operations: list[Operation]) -> list[Line]:
    names = dict(Member.objects.filter(pk__in={row.actor_id for row in operations}).values_list("pk", "name"))
    unique = {row.pk: row for row in operations}.values()
    return [
        Line(row.at, OperationKind(row.kind).label, names.get(row.actor_id, "") if row.actor_id else "", row.reason)
        for row in unique
    ]
