"""A record as tables for the printed archive, before it is laid out as HTML."""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import cast

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.reading.display import (
    Group,
    Line,
    identity_lines,
    rows_of,
)
from kuaiji.accountants.sections.answers import UNTOLD, Answers
from kuaiji.accountants.sections.facts import facts_of, settled
from kuaiji.accountants.sections.forms.base import SectionForm
from kuaiji.accountants.sections.registry import SECTIONS, Section
from kuaiji.accountants.services.versions import answers_of
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import read_attachment
from kuaiji.common import clock
from kuaiji.regions.services import full_name

PHOTO = "photo"
# Ideographs that fit on one line: of an answer beside another one, there beside the photo, and of a cell kept whole.
HALF, HALF_BESIDE_PHOTO, SHORT = 17, 11, 8
MODES = {"full_time": "全日制", "part_time": "非全日制"}


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """Words of a table. Short ones, dates among them, are never broken: long neighbours make room."""

    words: str

    @property
    def is_short(self) -> bool:
        return width(self.words) <= SHORT


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; an answer that was left empty is an empty cell."""

    title: str
    heads: list[Cell]
    rows: list[list[Cell]]


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """One section: answers one or two in a row, then its tables."""

    title: str
    rows: list[list[Line]]
    tables: list[Table]


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the paper says of the person."""

    reference_number: str
    division: str
    version: int
    blocks: list[Block]
    photo: bytes


def sheet_of(record: Record, version: RecordVersion) -> Sheet:
    """The sheet of ``version``, the newest one. The caller has locked the record, so that user and version agree.

    Raises what reading the photo raises: FileNotFoundError, SealBroken, KeyDestroyed.
    """
    answers = answers_of(version)
    facts = settled(facts_of(record.user, answers[SectionSlug.PERSONAL], clock.today()))
    told = [*identity_lines(record.user, facts), Line("phone", "手机号", record.user.phone)]
    blocks = []
    for section in SECTIONS:
        groups = rows_of(section, answers[section.slug], facts)
        blocks.append(_block(section, told if section.slug == SectionSlug.PERSONAL else [], groups))
    return Sheet(
        reference_number=record.reference_number,
        division=full_name(record.division_code),
        version=version.number,
        blocks=blocks,
        photo=photo_of(record, answers[SectionSlug.PERSONAL]),
    )


def photo_of(record: Record, personal: Answers) -> bytes:
    """The photo of the record, as JPEG; raises FileNotFoundError, SealBroken, KeyDestroyed."""
    photos = Attachment.objects.filter(person_key=record.person_key_id).select_related("person_key")
    return read_attachment(photos.get(pk=personal[PHOTO]))


def _block(section: Section, told: list[Line], groups: list[Group]) -> Block:
    unprinted = (PHOTO, *UNTOLD.get(section.slug, ()))
    lines = [*told, *(line for group in groups if not group.of for line in group.lines if line.name not in unprinted)]
    tables = []
    if section.slug == SectionSlug.EDUCATION:
        tables.append(_by_mode(lines))
        lines = []
    for title, row_set in section.rows.values():
        names = list(cast("type[SectionForm]", row_set.form).base_fields)
        if rows := [group.lines for group in groups if group.of == title]:
            tables.append(_table("" if title == section.title else title, names, rows))
    return Block(section.title, list(paired(lines, HALF_BESIDE_PHOTO if told else HALF)), tables)


def _table(title: str, names: list[str], rows: list[list[Line]]) -> Table:
    """A row for each of ``rows``, a column for every field that any of them has."""
    labels = {line.name: line.label for lines in rows for line in lines}
    columns = [name for name in names if name in labels]
    words: list[dict[str, str]] = [{line.name: line.words for line in lines} for lines in rows]
    cells = [[Cell(row.get(name, "")) for name in columns] for row in words]
    return Table(title, [Cell(labels[name]) for name in columns], cells)


def _by_mode(lines: list[Line]) -> Table:
    """Full time and part time as two rows of one table."""
    names: list[str] = []
    rows = []
    for prefix, mode in MODES.items():
        own = [
            Line(line.name.removeprefix(f"{prefix}_"), line.label.removeprefix(mode), line.words)
            for line in lines
            if line.name.startswith(prefix)
        ]
        names += [line.name for line in own if line.name not in names]
        if own:
            rows.append([Line("mode", "教育方式", mode), *own])
    return _table("", ["mode", *names], rows)


def paired(lines: Iterable[Line], half: int) -> Iterator[list[Line]]:
    """Two answers of at most ``half`` share a row, a longer one has it for itself; the order stays."""
    waiting: list[Line] = []
    for line in lines:
        if width(line.words) > half:
            if waiting:
                yield waiting
            yield [line]
            waiting = []
        elif waiting:
            yield [*waiting, line]
            waiting = []
        else:
            waiting = [line]
    if waiting:
        yield waiting


def width(words: str) -> float:
    """In ideographs: letters and digits are about half as wide."""
    return sum(0.58 if ord(character) < 0x250 else 1 for character in words)
