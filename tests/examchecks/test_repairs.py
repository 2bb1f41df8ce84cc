"""Refusals that a save has overtaken: each once, none skipped, and nothing by the clock."""

import datetime as dt
import random
import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.changing import change_section, confirm_record
from kuaiji.accountants.services.versions import current_version
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.collection.services.drafting import agree_to_notice
from kuaiji.common import clock
from kuaiji.examchecks.models import Repair
from kuaiji.examchecks.services.following import OWNERS
from kuaiji.examchecks.services.lookups import look_up
from kuaiji.examchecks.services.repairs import KEPT, REMEMBERED, look_again, sweep_repairs
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check, User
from kuaiji.identity.partner_checks.services import PartnerFinding, record_answer
from people.factories import RecordFactory, UserFactory
from people.persons import make_person
from people.records.asked import CLIENT, asked, candidate, signed
from people.records.drafts import fill_in, submit
from people.records.versioned_records import by_owner

pytestmark = pytest.mark.django_db


def school(record: Record, level: str, degree: str = "0") -> None:
    """Save another schooling."""
    record = Record.objects.select_related("user__person_key", "person_key").get(pk=record.pk)
    version = current_version(record)
    answers = version.content["education"] | {"full_time_level": level, "full_time_degree": degree}
    change_section(
        operation=by_owner(record),
        record_id=record.pk,
        slug=SectionSlug.EDUCATION,
        answers=answers,
        based_on=version.number,
    )


def ask(user: User, reference: str = "A-1", *, level: str = "3") -> None:
    look_up(signed(), asked(level=level), [candidate(user, reference=reference)])


def told() -> list[str]:
    """Every reference that is listed, numbered or not: in a test's transaction nothing is over."""
    return list(Repair.objects.order_by("reference").values_list("reference", flat=True))


def test_a_save_lists_the_refusal_whose_verdicts_it_changed_once() -> None:
    record = RecordFactory.create()
    school(record, "61")
    ask(record.user)
    assert told() == []
    school(record, "21")
    assert told() == ["A-1"]
    school(record, "61")
    school(record, "31", "4")
    assert told() == ["A-1"]


def test_what_changes_no_verdict_lists_nothing() -> None:
    record = RecordFactory.create()
    ask(record.user)
    record.refresh_from_db()
    version = current_version(record)
    answers = version.content["education"] | {"full_time_school": "另一所学校"}
    change_section(
        operation=by_owner(record),
        record_id=record.pk,
        slug=SectionSlug.EDUCATION,
        answers=answers,
        based_on=version.number,
    )
    assert told() == []


def test_an_answer_without_a_reference_another_name_and_nobody_are_not_listed() -> None:
    record = RecordFactory.create()
    school(record, "61")
    ask(record.user, "")
    look_up(signed(), asked(), [candidate(record.user, name="别人", reference="other")])
    school(record, "21")
    assert told() == []


def test_only_the_last_answer_about_a_reference_counts() -> None:
    record = RecordFactory.create()
    school(record, "61")
    ask(record.user)
    ask(record.user)
    ask(record.user, "A-2")
    school(record, "21")
    assert told() == ["A-1", "A-2"]


def test_a_save_of_what_was_out_of_date_is_listed() -> None:
    record = RecordFactory.create()
    with time_machine.travel(clock.now() + dt.timedelta(days=500), tick=True):
        ask(record.user)
    with time_machine.travel(clock.now() + dt.timedelta(days=501), tick=True):
        school(record, "61")
        assert told() == ["A-1"]  # the save counts as a confirmation too


def test_a_confirmation_of_what_was_out_of_date_is_listed() -> None:
    record = RecordFactory.create()
    with time_machine.travel(clock.now() + dt.timedelta(days=500), tick=True):
        ask(record.user)
        confirm_record(operation=by_owner(record), record_id=record.pk)
        assert told() == ["A-1"]


def test_refusals_of_long_ago_are_forgotten() -> None:
    record = RecordFactory.create()
    school(record, "61")
    ask(record.user)
    with time_machine.travel(clock.now() + REMEMBERED + dt.timedelta(days=1), tick=True):
        school(record, "21")
    assert told() == []


def begin(user: User) -> None:
    operation = Operation(kind=OperationKind.DRAFT_SAVING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)
    agree_to_notice(operation=operation, user=user)


def submit_all(user: User) -> None:
    fill_in(user, make_person(random.Random("collects"), status="1"))
    submit(user)


def settle_conflict(user: User) -> None:
    check = Check.objects.get(user=user, kind=CheckKind.HOLDER)
    operation = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
    record_answer(operation=operation, check_id=check.pk, finding=PartnerFinding(CheckOutcome.CLEAR))


@pytest.mark.parametrize("save", [begin, submit_all, settle_conflict])
def test_whatever_a_save_changes_is_listed(save: Callable[[User], None]) -> None:
    user = UserFactory.create(person=make_person(random.Random("collects"), status="1"))
    if save is settle_conflict:
        Check.objects.create(user=user, kind="holder", outcome="conflict", holder_code="430000", checked_at=clock.now())
    ask(user)
    save(user)
    assert told() == ["A-1"]


def test_a_save_of_who_was_never_asked_about_costs_one_look() -> None:
    record = RecordFactory.create()
    with CaptureQueriesContext(connection) as seen:
        school(record, "61")
    assert sum("examchecks_" in query["sql"] for query in seen) == 1


def test_an_answer_that_was_being_written_while_its_save_looked_is_found_later(monkeypatch: pytest.MonkeyPatch) -> None:
    record = RecordFactory.create()
    school(record, "61")
    ask(record.user)
    with monkeypatch.context() as blind:  # the save cannot see a row that is not committed yet
        blind.setattr("kuaiji.examchecks.services.following.OWNERS", {})
        school(record, "21")
    assert told() == []
    assert look_again(at=clock.now() + dt.timedelta(minutes=2)) == 1
    assert told() == ["A-1"]
    assert look_again(at=clock.now() + dt.timedelta(minutes=2)) == 0


def test_repairs_are_forgotten_after_a_while() -> None:
    Repair.objects.create(check_id=uuid.uuid4(), client_id=CLIENT, reference="A-1", at=clock.now())
    assert sweep_repairs(at=clock.now()) == 0
    assert sweep_repairs(at=clock.now() + KEPT + dt.timedelta(seconds=1)) == 1


def test_every_owner_is_a_statement_that_the_database_takes() -> None:
    with connection.cursor() as cursor:
        for owner in OWNERS.values():
            cursor.execute(owner, {"subject": uuid.uuid4()})
