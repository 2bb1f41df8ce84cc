"""Two states of a record in words, side by side (R4.4)."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from kuaiji.accountants.models import RecordVersion
from kuaiji.accountants.reading.display import (
    Group,
    Line,
    PictureAddress,
    identity_lines,
    rows_of,
)
from kuaiji.accountants.sections.facts import facts_of, settled
from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.attachments.addresses import picture_address
from kuaiji.identity.models import User
from kuaiji.regions.services import full_name


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """One answer before and after; None where it was not there."""

    group: str
    label: str
    before: Line | None
    after: Line | None

    @property
    def differs(self) -> bool:
        """Whether a person reads or sees another thing."""
        return _said(self.before) != _said(self.after)


@dataclasses.dataclass(frozen=True, slots=True)
class RecordPart:
    """A part of the record, under its title."""

    title: str
    groups: list[Group]


def parts_of(version: RecordVersion, today: dt.date, *, address: PictureAddress = picture_address) -> list[RecordPart]:
    """The whole record as it was: name and document, place, and the five sections; ``address`` says where pictures are
    shown."""
    content = version.content
    person = User(**content["identity"])
    facts = settled(facts_of(person, content["personal"], today))
    place = content.get("division_code", content["employment"]["division_code"])  # the first versions did not say
    lines = [*identity_lines(person, facts), Line("division_code", "归属", full_name(place))]
    return [
        RecordPart("身份信息", [Group("", lines)]),
        *(
            RecordPart(section.title, rows_of(section, content[section.slug], facts, address=address))
            for section in SECTIONS
        ),
    ]


def without_pictures(parts: Sequence[RecordPart]) -> list[RecordPart]:
    """The words alone: versions of other platforms came without their pictures, which says nothing about changes."""
    return [
        RecordPart(
            part.title,
            [dataclasses.replace(one, lines=[line for line in one.lines if not line.picture]) for one in part.groups],
        )
        for part in parts
    ]


def compare(before: Sequence[RecordPart], after: Sequence[RecordPart]) -> list[tuple[str, list[Pair]]]:
    """Every answer of both, part by part."""
    return [(old.title, pairs_of(old.groups, new.groups)) for old, new in zip(before, after, strict=True)]


def differences(before: Sequence[RecordPart], after: Sequence[RecordPart]) -> list[tuple[str, list[Pair]]]:
    """As ``compare``, without equal answers and without parts in which all are equal."""
    found = [(title, differing(pairs)) for title, pairs in compare(before, after)]
    return [(title, pairs) for title, pairs in found if pairs]


def differing(pairs: Iterable[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair.differs]


def pairs_of(before: Sequence[Group], after: Sequence[Group]) -> list[Pair]:
    """The answers of two states of one section. Rows that say the same belong together, the others in their order."""
    pairs = []
    for name in dict.fromkeys(group.of for group in (*before, *after)):
        old, new = [group for group in before if group.of == name], [group for group in after if group.of == name]
        for left, right in _matched(old, new):
            pairs += _lines(left, right)
    return pairs


def _matched(old: list[Group], new: list[Group]) -> list[tuple[Group | None, Group | None]]:
    added: list[Group] = list(new)
    matched: list[tuple[Group | None, Group | None]] = []
    gone = []
    for group in old:
        if twin := next((other for other in added if _words(other) == _words(group)), None):
            added.remove(twin)
            matched.append((group, twin))
        else:
            gone.append(group)
    return [*matched, *zip_longest(gone, added)]


def _lines(left: Group | None, right: Group | None) -> list[Pair]:
    title = (right or left or Group("", [])).title
    old = {line.name: line for line in left.lines} if left else {}
    new = {line.name: line for line in right.lines} if right else {}
    return [
        Pair(title, (new.get(name) or old[name]).label, old.get(name), new.get(name))
        for name in dict.fromkeys((*new, *old))
    ]


def _words(group: Group) -> list[tuple[str, tuple[str, str] | None]]:
    return [(line.name, _said(line)) for line in group.lines]


def _said(line: Line | None) -> tuple[str, str] | None:
    return (line.words, line.picture) if line else None
