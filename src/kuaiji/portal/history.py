"""变更记录 (R4.4): who changed what, when and why, and any two versions side by side."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from kuaiji.accountants.enums import SectionSlug, VersionKind
from kuaiji.accountants.events import NameChanged, RecordConfirmed
from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.reading.comparison import (
    Pair,
    RecordPart,
    compare,
    differences,
    parts_of,
    without_pictures,
)
from kuaiji.accountants.sections.registry import BY_SLUG
from kuaiji.attachments.addresses import picture_address
from kuaiji.audit.access import note
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import Event, Operation
from kuaiji.common import clock
from kuaiji.common.forms import count_in
from kuaiji.regions.models import Registry

SHOWN_AT_ONCE = 20


@dataclasses.dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One version on the line. ``platform`` names who made it, if it was another one; ``confirmed`` are the times
    信息无变化，确认 was pressed while it stood."""

    version: RecordVersion
    title: str
    actor: str
    platform: str
    reason: str
    proof: str
    differences: list[tuple[str, list[Pair]]]
    confirmed: list[dt.datetime]


@require_GET
@login_required
def history(request: HttpRequest) -> HttpResponse:
    """The person's own record over time, or ``left`` and ``right`` beside each other."""
    record = Record.objects.of(request.user.pk).select_related("person_key").first()
    if record is None:
        return redirect("portal:me")
    left, right = count_in(request.GET, "left"), count_in(request.GET, "right")
    note(request, "portal.history", subject_id=request.user.pk)
    if left is not None and right is not None:
        return render(request, "portal/versions.html", _side_by_side(record, left, right))
    return render(request, "portal/history.html", _timeline(record, count_in(request.GET, "before")))


def _timeline(record: Record, before: int | None) -> dict[str, Any]:
    newest = min(record.version, before - 1) if before else record.version
    # One more than is shown: the oldest shown is told by what it changed.
    numbers = range(max(newest - SHOWN_AT_ONCE, 1), newest + 1)
    found = sorted(_versions(record, numbers), key=lambda version: -version.number)
    entries = _entries(record, found)[:SHOWN_AT_ONCE]
    return {
        "record": record,
        "entries": entries,
        "older": entries[-1].version.number if len(found) > len(entries) else 0,
    }


def _side_by_side(record: Record, left: int, right: int) -> dict[str, Any]:
    by_number = {version.number: version for version in _versions(record, {left, right})}
    if left not in by_number or right not in by_number:
        raise Http404
    today, both = clock.today(), (by_number[left], by_number[right])
    before, after = (parts_of(version, today) for version in both)
    if any(version.platform for version in both):
        before, after = without_pictures(before), without_pictures(after)
    parts = compare(before, after)
    return {
        "record": record,
        "left": by_number[left],
        "right": by_number[right],
        "parts": [(title, pairs) for title, pairs in parts if pairs],
        "numbers": range(record.version, 0, -1),
        "count": sum(pair.differs for _, pairs in parts for pair in pairs),
    }


def _versions(record: Record, numbers: Any) -> list[RecordVersion]:
    found = list(record.versions.filter(number__in=list(numbers)))
    for version in found:
        version.person_key = record.person_key  # one key to unwrap, not one a version
    return found


def _entries(record: Record, newest_first: Sequence[RecordVersion]) -> list[HistoryEntry]:
    operations = [version.operation_id for version in newest_first]
    platforms = {version.platform for version in newest_first if version.platform}
    reasons = dict(Operation.objects.filter(pk__in=operations).values_list("pk", "reason"))
    renamed = _events(record, NameChanged.__name__, operation__in=operations)
    by_operation = {event.operation_id: event for event in renamed}
    confirmed: dict[int, list[dt.datetime]] = {}
    for event in _events(record, RecordConfirmed.__name__):
        confirmed.setdefault(event.data["version"], []).append(event.operation.at)
    names = dict(Registry.objects.filter(pk__in=platforms).values_list("code", "name")) if platforms else {}
    today = clock.today()
    parts = [parts_of(version, today) for version in newest_first]
    entries = []
    for at, version in enumerate(newest_first):
        renaming = by_operation.get(version.operation_id)
        entries.append(
            HistoryEntry(
                version,
                _title(version),
                ActorKind(version.actor_kind).label,
                names.get(version.platform, ""),
                renaming.personal["reason"] if renaming else reasons.get(version.operation_id, ""),
                picture_address(renaming.data["proof"]) if renaming else "",
                _changed(newest_first[at + 1], version, parts[at + 1], parts[at]) if at + 1 < len(parts) else [],
                sorted(confirmed.get(version.number, []), reverse=True),
            )
        )
    return entries


def _changed(
    older: RecordVersion, newer: RecordVersion, before: list[RecordPart], after: list[RecordPart]
) -> list[tuple[str, list[Pair]]]:
    if older.platform or newer.platform:
        before, after = without_pictures(before), without_pictures(after)
    return differences(before, after)


def _events(record: Record, kind: str, **which: Any) -> list[Event]:
    events = list(Event.objects.filter(subject_id=record.pk, kind=kind, **which).select_related("operation"))
    for event in events:
        event.person_key = record.person_key
    return events


def _title(version: RecordVersion) -> str:
    kind = VersionKind(version.kind)
    return f"{kind.label}：{BY_SLUG[SectionSlug(version.section)].title}" if version.section else kind.label
