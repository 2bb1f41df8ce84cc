"""Records that live: made, changed many times, and looked at from every side."""

import itertools
import random

from django.db.models import Model

from kuaiji.accountants.enums import ACCOUNTING_TITLES, SectionSlug
from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.accountants.sections import tables
from kuaiji.accountants.sections.answers import PICTURES, Answers
from kuaiji.accountants.sections.facts import Facts, facts_of, settled
from kuaiji.accountants.sections.registry import BY_SLUG, SectionPage
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.pinyin import name_keys
from kuaiji.exchange.models import OutboxMessage
from people.factories import RecordFactory
from people.persons import make_person, make_sections
from people.records.drafts import attachment
from people.records.posted_forms import query_dict

OF_A_VERSION = ("RecordCollected", "SectionChanged", "NameChanged", "RecordCorrected", "TextsMended", "RegionFollowed")


def make_record(*, seed: int = 1, status: str = "1", document_type: str = "01") -> Record:
    """A collected person."""
    person = make_person(random.Random(seed), status=status, document_type=document_type)
    return RecordFactory.create(person=person)


def by_owner(record: Record, kind: OperationKind = OperationKind.RECORD_CHANGING) -> Operation:
    """An operation of the person's own."""
    return Operation(kind=kind, actor_kind=ActorKind.CITIZEN, actor_id=record.user_id)


def by_staff(kind: OperationKind = OperationKind.RECORD_CORRECTING) -> Operation:
    """An operation of a bureau."""
    return Operation(kind=kind, actor_kind=ActorKind.STAFF)


def standing(record: Record, slug: SectionSlug) -> Answers:
    """What the newest version says of a section."""
    record.refresh_from_db()
    answers: Answers = current_version(record).content[slug]
    return answers


def facts(record: Record) -> Facts:
    """The person as the forms of a change see them."""
    return settled(facts_of(record.user, standing(record, SectionSlug.PERSONAL), clock.today()))


def other_answers(record: Record, slug: SectionSlug, *, seed: int, status: str = "1") -> Answers:
    """Valid answers for a section of ``record``, made from ``seed`` and what is known of the person."""
    known, given = facts(record), standing(record, slug)
    assert known.birth_date is not None and known.gender is not None
    fields = make_sections(random.Random(seed), status, known.birth_date, known.gender, known.document_type)[slug]
    uploads = Uploads(received={name: _picture(record, name, given.get(name)) for name in PICTURES.get(slug, ())})
    page = SectionPage(BY_SLUG[slug], facts=known, data=query_dict(fields), uploads=uploads)
    assert page.is_valid(), (slug, page.form.errors, [rows.errors for rows in page.rows.values()])
    return page.answers()


def inconsistencies(record: Record) -> list[str]:
    """What of history, current rows, exam row, events and outbox does not fit together."""
    record = Record.objects.select_related("user", "person_key", "exam_row").get(pk=record.pk)
    chain = list(record.versions.order_by("number"))
    newest = chain[-1]
    numbers = list(range(1, record.version + 1))
    reported = OutboxMessage.objects.filter(subject_id=record.pk, topic="record.reported")
    found = {
        "versions are numbered without gap": [one.number for one in chain] == numbers,
        "each is reported once": sorted(reported.values_list("version", flat=True)) == numbers,
        "each has its event": sorted(event.data["version"] for event in events(record)) == numbers,
        "every version differs from the one before": all(
            one.content != other.content for one, other in itertools.pairwise(chain)
        ),
        "the name is the user's": newest.content["identity"] == record.user.person.flat(),
        "the place is the record's": newest.content["division_code"] == record.division_code,
        "the exam row is of the newest version": _exam_row(record, newest),
        "the row of the lists is of the newest version": _list_row(record),
        "and the person is found by the name of today, there": _name_keys(record),
        **{f"rows of {slug} say the same": _rows_fit(record, newest, slug) for slug in SectionSlug},
    }
    return [what for what, fits in found.items() if not fits]


def events(record: Record) -> list[Event]:
    """The events that made versions, the oldest first."""
    found = Event.objects.filter(subject_id=record.pk, kind__in=OF_A_VERSION).order_by("id")
    return list(found)


def broken_links(record: Record) -> list[int]:
    """Versions whose event does not lead from the one before to them: before and after of each must be theirs."""
    chain = {one.number: one.content for one in record.versions.all()}
    broken = []
    for event in events(record):
        number = event.data["version"]
        if event.kind != "SectionChanged":
            continue
        slug, said = event.data["section"], event.personal
        before, after = chain[number - 1][slug], chain[number][slug]
        others = [part for part in SectionSlug if part != slug and chain[number - 1][part] != chain[number][part]]
        if others or before | said["after"] != after or after | said["before"] != before:
            broken.append(number)
    return broken


def _picture(record: Record, name: str, given: str | None) -> Attachment:
    return Attachment.objects.get(pk=given) if given else attachment(record.user, name)


def _exam_row(record: Record, newest: RecordVersion) -> bool:
    row, content = record.exam_row, newest.content
    employment = content["employment"]
    sides = ("started_on", "ended_on", "started_on_precision", "ended_on_precision")
    periods = [[one[side] for side in sides] for one in employment["periods"]]
    start, precision = employment["accounting_start_date"], employment["accounting_start_date_precision"]
    running = [[start, None, precision, None]] if start else []
    return (
        (row.version, row.name, row.status, row.division_code)
        == (newest.number, content["identity"]["name"], record.status, record.division_code)
        and row.confirmed_at == record.confirmed_at
        and row.accounting_periods == periods + running
        and len(row.qualifications) == len(content["professional"]["qualifications"])
        and row.education["full_time"]["level"] == content["education"]["full_time_level"]
    )


def _list_row(record: Record) -> bool:
    """What the lists say of a record is what its tables say."""
    row = record.list_row
    titles = record.qualifications.filter(category=ACCOUNTING_TITLES).values_list("level", flat=True)
    said = {
        "title": max(titles, default=""),
        "schooling": min(record.educations.values_list("level", flat=True), default=""),
        "gender": record.personal.gender,
        "status": record.status,
    }
    facets = {f"{name}:{value}" for name, value in said.items()}
    others: dict[str, object] = {"name": record.user.name, "birth_date": record.personal.birth_date}
    others |= {"code_meant": record.employment.employer_uscc_meant}
    for name in ("division_code", "collected_at", "confirmed_at"):
        others[name] = getattr(record, name)
    same = all(getattr(row, name) == value for name, value in (said | others).items())
    return same and set(row.facets) == facets | ({"code_meant"} if row.code_meant else set())


def _name_keys(record: Record) -> bool:
    keys = record.name_keys.values_list("division_code", "key", "shared")
    return sorted(keys) == [(record.division_code, *key) for key in name_keys(record.user.name)]


def _rows_fit(record: Record, newest: RecordVersion, slug: SectionSlug) -> bool:
    """The rows of a section are those that its answers make."""
    owner = {"record": record, "person_key": record.person_key}
    wanted = [_values(row) for row in tables._ROWS[slug](owner, newest.content[slug])]
    there = [_values(row) for table in tables._TABLES[slug] for row in table._default_manager.filter(record=record)]  # type: ignore[misc]
    return sorted(map(repr, wanted)) == sorted(map(repr, there))


def _values(row: Model) -> tuple[str, dict[str, str]]:
    plain = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}
    return type(row).__name__, {name: str(value) for name, value in plain.items()}
