"""信息变更: what may change, what stays, and that history, rows, exam row and outbox always tell the same story."""

import dataclasses
import datetime as dt
import functools
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from kuaiji.accountants.enums import CollectionStatus, EmploymentStatus, HoldKind, SectionSlug, VersionKind
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.accountants.services.changing import (
    StaleChange,
    change_name,
    change_section,
    confirm_record,
)
from kuaiji.accountants.services.correcting import correct_record
from kuaiji.accountants.services.holding import lift_hold, place_hold
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import OperationKind
from kuaiji.audit.models import Event
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.enums import CheckKind, CheckOutcome, FingerprintKind
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from kuaiji.identity.people.fingerprints import Fingerprints, document_fingerprints, number_fingerprints, users_with
from kuaiji_wire.people import Document
from people import numbers
from people.records.drafts import attachment
from people.records.versioned_records import (
    broken_links,
    by_owner,
    by_staff,
    inconsistencies,
    make_record,
    other_answers,
    standing,
)

pytestmark = pytest.mark.django_db
SOURCES = [uuid.UUID(int=number) for number in (1, 2)]


def change(record: Record, slug: SectionSlug, *, based_on: int | None = None, **values: Any) -> int | None:
    """Save a section with other ``values``; the number of the version it made."""
    answers = standing(record, slug) | values
    changed = change_section(
        operation=by_owner(record), record_id=record.pk, slug=slug, answers=answers, based_on=based_on or record.version
    )
    return changed.version.number if changed.version else None


@pytest.mark.parametrize("slug", SectionSlug)
@pytest.mark.parametrize("status", EmploymentStatus.values)
def test_every_section_of_every_status_changes_with_a_version(status: str, slug: SectionSlug) -> None:
    record = make_record(seed=3, status=status)
    before = standing(record, slug)
    after = other_answers(record, slug, seed=8, status=status)
    changed = change_section(
        operation=by_owner(record), record_id=record.pk, slug=slug, answers=after, based_on=record.version
    )
    if before == after:
        assert changed.version is None
        return
    assert changed.version is not None
    made = changed.version
    assert (made.number, made.kind, made.section, made.actor_kind) == (2, "section_changed", slug, "citizen")
    assert inconsistencies(record) == [] and broken_links(record) == []
    # The same once more, from the same page: one effect.
    again = change_section(operation=by_owner(record), record_id=record.pk, slug=slug, answers=after, based_on=1)
    assert again.version is None and Record.objects.get(pk=record.pk).version == 2


@pytest.mark.parametrize("name", ["gender", "country"])
def test_what_only_a_bureau_corrects_is_refused(name: str) -> None:
    record = make_record(document_type="04")
    wrong: dict[str, Any] = {
        "gender": "2" if standing(record, SectionSlug.PERSONAL)["gender"] == "1" else "1",
        "country": "CHN",
    }
    with pytest.raises(RuleBroken) as refused:
        change(record, SectionSlug.PERSONAL, **{name: wrong[name]})
    assert (refused.value.code, refused.value.field) == ("locked_field", name)
    assert Record.objects.get(pk=record.pk).version == 1


def test_a_new_birth_date_must_leave_the_times_of_work_possible() -> None:
    record = make_record(document_type="04")
    start = dt.date.fromisoformat(standing(record, SectionSlug.EMPLOYMENT)["accounting_start_date"])
    with pytest.raises(RuleBroken) as refused:
        change(record, SectionSlug.PERSONAL, birth_date=start.replace(year=start.year - 15).isoformat())
    assert (refused.value.code, refused.value.field) == ("birth_date_contradicts", "birth_date")
    assert "工作信息的开始从事会计工作时间" in refused.value.message
    assert change(record, SectionSlug.PERSONAL, birth_date=start.replace(year=start.year - 30).isoformat()) == 2


def test_a_page_that_is_behind_is_told() -> None:
    record = make_record()
    assert change(record, SectionSlug.PERSONAL, email="first@example.com", based_on=1) == 2
    # Another section stands as it was seen.
    assert change(record, SectionSlug.EDUCATION, full_time_school="岭南另一大学", based_on=1) == 3
    for based_on in (1, 99):
        with pytest.raises(StaleChange) as stale:
            change(record, SectionSlug.PERSONAL, email="second@example.com", based_on=based_on)
        assert stale.value.version.content["personal"]["email"] == "first@example.com"
    assert change(record, SectionSlug.PERSONAL, email="second@example.com", based_on=2) == 4
    assert inconsistencies(record) == []


# --- accounting work is kept (R3.4) -----------------------------------------------------------------------------------


def test_leaving_an_accounting_post_closes_its_period_and_coming_back_keeps_it() -> None:
    record = make_record(seed=3, status="1")
    before = standing(record, SectionSlug.EMPLOYMENT)
    left_on, back_on, asked_on = (clock.today() + dt.timedelta(days=days) for days in (100, 200, 300))
    with time_machine.travel(dt.timedelta(days=100)):
        left = other_answers(record, SectionSlug.EMPLOYMENT, seed=4, status="3") | {"periods": []}
        change(record, SectionSlug.EMPLOYMENT, **left)
    precision = before["accounting_start_date_precision"]
    closed = {"started_on": before["accounting_start_date"], "started_on_precision": precision}
    closed |= {"ended_on": left_on.isoformat(), "ended_on_precision": "day", "employer_name": before["employer_name"]}
    assert standing(record, SectionSlug.EMPLOYMENT)["periods"] == [closed]
    assert record.periods.get().ended_on == left_on
    with time_machine.travel(dt.timedelta(days=300)):
        assert clock.today() == asked_on
        change(record, SectionSlug.EMPLOYMENT, **before | {"accounting_start_date": back_on.isoformat()})
    assert standing(record, SectionSlug.EMPLOYMENT)["periods"] == [closed]
    assert ExamRow.objects.get(record=record).accounting_periods == [
        [closed["started_on"], closed["ended_on"], precision, "day"],
        [back_on.isoformat(), None, precision, None],
    ]
    assert inconsistencies(record) == []


def test_what_the_person_says_of_that_time_goes_before() -> None:
    record = make_record(seed=3, status="1")
    before = standing(record, SectionSlug.EMPLOYMENT)
    told = [{"started_on": before["accounting_start_date"], "ended_on": "2025-12-31", "employer_name": "某单位",
             "started_on_precision": "day", "ended_on_precision": "month"}]  # fmt: skip
    left = other_answers(record, SectionSlug.EMPLOYMENT, seed=4, status="2") | {"periods": told}
    change(record, SectionSlug.EMPLOYMENT, **left)
    assert standing(record, SectionSlug.EMPLOYMENT)["periods"] == told


# --- name, confirmation, corrections ----------------------------------------------------------------------------------


def test_a_new_name_is_marked_for_the_exam() -> None:
    record = make_record()
    proof = attachment(record.user, "name_proof")
    for _ in range(2):
        change_name(
            operation=by_owner(record), record_id=record.pk, name="陈新名", proof_id=proof.pk, reason="派出所更名"
        )
    row, newest = ExamRow.objects.get(record=record), current_version(Record.objects.get(pk=record.pk))
    assert (row.name, row.name_change_pending, newest.number, newest.kind) == ("陈新名", True, 2, "name_changed")
    event = Event.objects.get(kind="NameChanged")
    assert event.personal == {"before": record.user.name, "after": "陈新名", "reason": "派出所更名"}
    assert Attachment.objects.get(pk=proof.pk).claimed_at and inconsistencies(record) == []


def test_confirming_counts_once_a_day_and_makes_no_version() -> None:
    record = make_record()
    later = record.confirmed_at + dt.timedelta(days=200)
    with time_machine.travel(later, tick=False):
        for _ in range(3):
            confirm_record(operation=by_owner(record, OperationKind.RECORD_CONFIRMING), record_id=record.pk)
    record.refresh_from_db()
    assert record.confirmed_at == ExamRow.objects.get(record=record).confirmed_at == later and record.version == 1
    assert Event.objects.filter(kind="RecordConfirmed").count() == 1


def test_a_correction_finds_the_person_under_the_new_number_only() -> None:
    record, rng = make_record(seed=5), random.Random(5)
    old = record.user.document_number
    born = dt.date(1951, 4, 5)
    number = numbers.resident_id(rng, born=born, gender="2")
    first_check(record.user, CheckKind.IDENTITY, PartnerFinding(CheckOutcome.CLEAR)).save()
    done = correct_record(
        operation=by_staff(),
        record_id=record.pk,
        values={"document_number": number, "gender": "1"},
    )
    # What was found about the other document says nothing of this one: it is asked anew, and the record stands.
    check = record.user.checks.get(kind=CheckKind.IDENTITY)
    assert check.outcome == CheckOutcome.PENDING and check.next_attempt_at
    assert done.version is not None and done.version.kind == VersionKind.CORRECTED
    personal = done.version.content["personal"]
    assert (personal["gender"], personal["birth_date"]) == ("2", "1951-04-05")  # as the document tells
    for kind, of in ((FingerprintKind.NUMBER, number_fingerprints), (FingerprintKind.DOCUMENT, _as_card)):
        assert users_with(kind, of(number)).get() == record.user
        assert not users_with(kind, of(old)).exists()
    assert inconsistencies(record) == []


def test_nobody_is_given_the_number_of_somebody_else() -> None:
    one, other = make_record(seed=5), make_record(seed=6)
    with pytest.raises(RuleBroken) as refused, transaction.atomic():
        correct_record(
            operation=by_staff(),
            record_id=one.pk,
            values={"document_number": other.user.document_number},
        )
    assert refused.value.code == "already_registered"
    assert users_with(FingerprintKind.DOCUMENT, _as_card(one.user.document_number)).get() == one.user


def _as_card(number: str) -> Fingerprints:
    return document_fingerprints(Document(type="01", country="", number=number))


# --- holds ------------------------------------------------------------------------------------------------------------


def hold(record: Record, kind: HoldKind, source: uuid.UUID = SOURCES[0], *, lift: bool = False) -> None:
    act = lift_hold if lift else place_hold
    act(operation=by_owner(record, OperationKind.HOLD_CHANGING), record_id=record.pk, kind=kind, source_id=source)


def test_a_transfer_locks_everything() -> None:
    record = make_record()
    hold(record, HoldKind.TRANSFER)
    proof = attachment(record.user, "name_proof").pk
    operation = by_owner(record)
    acts: list[Callable[[], object]] = [
        *(functools.partial(change, record, slug, **other_answers(record, slug, seed=9)) for slug in SectionSlug),
        lambda: change_name(operation=operation, record_id=record.pk, name="陈新名", proof_id=proof, reason="x"),
        lambda: confirm_record(operation=operation, record_id=record.pk),
        lambda: correct_record(operation=by_staff(), record_id=record.pk, values={"gender": "1"}),
    ]
    for act in acts:
        with pytest.raises(RuleBroken) as refused:
            act()
        assert refused.value.code == "locked_by_transfer"
    hold(record, HoldKind.TRANSFER, lift=True)
    assert change(record, SectionSlug.PERSONAL, email="free@example.com") == 2


@pytest.mark.parametrize("status", sorted(set(CollectionStatus) - {CollectionStatus.COLLECTED}))
def test_only_a_collected_record_changes(status: CollectionStatus) -> None:
    record = make_record()
    Record.objects.filter(pk=record.pk).update(status=status)
    with pytest.raises(RuleBroken) as refused:
        change(record, SectionSlug.PERSONAL, email="free@example.com")
    assert refused.value.code == "not_changeable" and status.label in refused.value.message


def test_the_region_waits_for_continuing_education_and_follows() -> None:
    record = make_record()
    here = record.division_code
    there = "440604" if here != "440604" else "440606"
    for source in SOURCES:
        hold(record, HoldKind.CONTINUING_EDUCATION, source)
    assert change(record, SectionSlug.EMPLOYMENT, employer_name="佛山新单位", division_code=there) == 2
    assert Record.objects.get(pk=record.pk).division_code == here == ExamRow.objects.get(record=record).division_code
    hold(record, HoldKind.CONTINUING_EDUCATION, SOURCES[0], lift=True)
    assert Record.objects.get(pk=record.pk).division_code == here
    for _ in range(2):
        hold(record, HoldKind.CONTINUING_EDUCATION, SOURCES[1], lift=True)
    record.refresh_from_db()
    assert (record.division_code, record.version, current_version(record).kind) == (there, 3, "region_followed")
    assert inconsistencies(record) == []


def test_a_free_region_hands_the_record_over_at_once() -> None:
    record = make_record()
    there = "440604" if record.division_code != "440604" else "440606"
    change(record, SectionSlug.EMPLOYMENT, division_code=there)
    assert Record.objects.get(pk=record.pk).division_code == there == ExamRow.objects.get(record=record).division_code


# --- random lives -----------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Act:
    kind: str
    slug: SectionSlug
    number: int


ACTS = st.builds(
    Act,
    st.sampled_from(("edit", "edit", "edit", "revert", "stale", "name", "confirm", "correct", "hold", "lift")),
    st.sampled_from(SectionSlug),
    st.integers(0, 11),
)


def do(record: Record, act: Act) -> None:
    """One act, as it comes."""
    operation, number = by_owner(record), act.number
    kind = (HoldKind.TRANSFER, HoldKind.CONTINUING_EDUCATION, HoldKind.CONTINUING_EDUCATION)[number % 3]
    record.refresh_from_db()
    if act.kind == "edit":
        status = EmploymentStatus.values[number % 4]
        change(record, act.slug, **other_answers(record, act.slug, seed=number, status=status))
    elif act.kind == "revert":
        old = record.versions.get(number=1 + number % record.version).content[act.slug]
        change(record, act.slug, **old)
    elif act.kind == "stale":
        change(record, act.slug, based_on=1, **other_answers(record, act.slug, seed=number))
    elif act.kind == "name":
        proof = attachment(record.user, "name_proof").pk
        change_name(operation=operation, record_id=record.pk, name=f"陈{number}", proof_id=proof, reason="更名")
    elif act.kind == "confirm":
        confirm_record(operation=operation, record_id=record.pk)
    elif act.kind == "correct":
        correct_record(operation=by_staff(), record_id=record.pk, values={"country": "JPN" if number % 2 else "USA"})
    else:
        hold(record, kind, SOURCES[number % 2], lift=act.kind == "lift")


def refusal_of(record: Record, act: Act) -> str:
    """Do one act; the code of its refusal, if it was refused."""
    try:
        with transaction.atomic():
            do(record, act)
    except RuleBroken as refused:
        return refused.code
    except StaleChange:
        return "stale"
    return ""


@settings(max_examples=25)
@given(st.lists(ACTS, min_size=4, max_size=14), st.sampled_from(EmploymentStatus.values))
def test_whatever_happens_all_books_tell_the_same_story(acts: list[Act], status: str) -> None:
    with transaction.atomic():
        record = make_record(seed=3, status=status, document_type="04")
        for at, act in enumerate(acts):
            with time_machine.travel(dt.timedelta(days=at), tick=True):
                refused = refusal_of(record, act)
            assert refused in {"", "locked_by_transfer"} | ({"stale"} if act.kind == "stale" else set())
        assert inconsistencies(record) == [] and broken_links(record) == []
        for kind in HoldKind:
            for source in SOURCES:
                hold(record, kind, source, lift=True)
        record.refresh_from_db()
        assert record.division_code == standing(record, SectionSlug.EMPLOYMENT)["division_code"]
        assert inconsistencies(record) == []
        transaction.set_rollback(True)
