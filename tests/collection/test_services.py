"""Drafts, steps and the submission, on the database."""

import random
import re
from typing import Any

import pytest
from django.db import DataError, connection, transaction

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import AccountingPeriod, Education, Employment, ExamRow, Personal, Record, RecordVersion
from kuaiji.attachments.models import Attachment
from kuaiji.audit.models import Event
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.collection.progress import progress_of
from kuaiji.collection.services.drafting import StaleAnswers, agree_to_notice, save_step
from kuaiji.collection.services.submitting import StepUnsound, checked_answers
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.models import Check
from people.persons import STATUSES, make_person
from people.records.drafts import fill_in, operation, submit
from people.records.users import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("document_type", ["01", "02", "04", "08", "09", "99"])
def test_a_submission_leaves_everything_together(status: str, document_type: str) -> None:
    person = make_person(random.Random(f"{status}{document_type}"), status=status, document_type=document_type)
    user = make_user(person)
    fill_in(user, person)
    record = submit(user)
    assert record.status == "collected" and record.version == 1
    version = RecordVersion.objects.get(record=record)
    assert version.number == 1 and version.content["identity"]["document_number"] == person.document_number
    assert version.content["employment"]["employment_status"] == status
    assert Personal.objects.get(record=record).email == person.sections["personal"]["email"]
    assert Education.objects.filter(record=record).exists()
    assert Employment.objects.get(record=record).employment_status == status
    exam = ExamRow.objects.get(record=record)
    assert (exam.name, exam.division_code, exam.version) == (person.name, record.division_code, 1)
    running = AccountingPeriod.objects.filter(record=record, ended_on=None)
    assert running.exists() is (status == "1")
    assert len(exam.accounting_periods) == AccountingPeriod.objects.filter(record=record).count()
    message = OutboxMessage.objects.get(subject_id=record.pk)
    assert (message.topic, message.version) == ("record.reported", 1)
    event = Event.objects.get(kind="RecordCollected", subject_id=record.pk)
    assert event.personal["after"] == version.content
    assert event.data["reference_number"] == record.reference_number
    assert Draft.objects.get(user=user).submitted_at is not None
    assert not StepAnswers.objects.filter(draft__user=user).exists()
    assert not Attachment.objects.filter(person_key=user.person_key, claimed_at=None).exists()


def test_submitting_again_changes_nothing() -> None:
    person = make_person(random.Random(5), status="1")
    user = make_user(person)
    fill_in(user, person)
    first, again = submit(user), submit(user)
    assert first == again
    assert RecordVersion.objects.filter(record=first).count() == 1
    assert OutboxMessage.objects.filter(subject_id=first.pk).count() == 1


def test_who_is_not_to_be_collected_is_told_so_and_nothing_is_stored() -> None:
    person = make_person(random.Random(6), status="3")
    person.sections["professional"] = {"abacus_level": "00", "qualifications-TOTAL_FORMS": "0",
        "qualifications-INITIAL_FORMS": "0", "talents-TOTAL_FORMS": "0", "talents-INITIAL_FORMS": "0"}  # fmt: skip
    user = make_user(person)
    with pytest.raises(RuleBroken, match="not_an_accountant"):
        fill_in(user, person)
    assert not StepAnswers.objects.filter(draft__user=user, step="professional").exists()
    with pytest.raises(StepUnsound):
        submit(user)
    assert not Record.objects.filter(user=user).exists()


@pytest.mark.parametrize(
    ("kind", "outcome", "holder", "code"),
    [
        ("identity", "conflict", "", "identity_mismatch"),
        ("holder", "conflict", "430000", "held_elsewhere"),
        ("holder", "conflict", "", "known_otherwise"),
        ("identity", "clear", "", None),
        ("holder", "pending", "", None),
    ],
)
def test_what_other_systems_said_forbids_or_waits(kind: str, outcome: str, holder: str, code: str | None) -> None:
    person = make_person(random.Random(12), status="1")
    user = make_user(person)
    fill_in(user, person)
    now = clock.now()
    Check.objects.create(
        user=user,
        kind=kind,
        outcome=outcome,
        holder_code=holder,
        holder_name="湖南省" if holder else "",
        checked_at=None if outcome == "pending" else now,
        next_attempt_at=now if outcome == "pending" else None,
    )
    if code is None:
        assert submit(user).status == "collected"
        return
    with pytest.raises(RuleBroken, match=code) as refused, transaction.atomic():
        submit(user)
    assert not Record.objects.filter(user=user).exists()
    assert code != "held_elsewhere" or "湖南省" in refused.value.message


def test_a_missing_step_or_a_lost_picture_is_named() -> None:
    person = make_person(random.Random(7), status="1")
    user = make_user(person)
    fill_in(user, person)
    Attachment.objects.filter(person_key=user.person_key, purpose="photo").delete()
    with pytest.raises(StepUnsound) as unsound:
        checked_answers(progress_of(user))
    assert unsound.value.slug == "personal"
    StepAnswers.objects.filter(draft__user=user, step="education").delete()
    Attachment.objects.filter(person_key=user.person_key).delete()
    with pytest.raises(StepUnsound):
        submit(user)


def test_saving_the_same_is_no_new_revision_and_a_stale_page_is_told() -> None:
    user = make_user(seed=8)
    agree_to_notice(operation=operation(user), user=user)

    def save(answers: dict[str, str], revision: int | None) -> None:
        save_step(operation=operation(user), user=user, slug=SectionSlug.AWARDS, answers=answers, revision=revision)

    save({"awards": "a"}, 0)
    save({"awards": "a"}, 0)
    assert StepAnswers.objects.get(draft__user=user).revision == 1
    assert Event.objects.filter(kind="AnswersSaved").count() == 1
    save({"awards": "b"}, 1)
    with pytest.raises(StaleAnswers) as stale:
        save({"awards": "c"}, 1)
    assert stale.value.revision == 2
    save({"awards": "c"}, 2)
    assert StepAnswers.objects.get(draft__user=user).data == {"awards": "c"}


def test_no_step_without_the_notice() -> None:
    user = make_user(seed=9)
    with pytest.raises(RuleBroken, match="no_open_draft"):
        save_step(operation=operation(user), user=user, slug=SectionSlug.AWARDS, answers={}, revision=None)


@pytest.mark.parametrize(
    "table",
    [
        "accountants_personal",
        "accountants_employment",
        "accountants_recordversion",
        "accountants_examrow",
        "audit_event",
        "exchange_outboxmessage",
        "collection_stepanswers",
    ],
)
def test_a_fault_at_any_statement_leaves_nothing(table: str) -> None:
    """All or nothing: the database refuses the write to ``table``, and nothing of the record is there."""
    person = make_person(random.Random(10), status="1")
    user = make_user(person)
    fill_in(user, person)
    before = Event.objects.count()

    def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        written = re.match(r'(INSERT INTO|DELETE FROM) "(\w+)"', sql)
        # A division by zero is an error of the database itself, which aborts its transaction as any other would.
        return (
            execute("SELECT 1/0", (), many, context)
            if written and written[2] == table
            else execute(sql, params, many, context)
        )

    with pytest.raises(DataError), transaction.atomic(), connection.execute_wrapper(broken):
        submit(user)
    assert not Record.objects.filter(user=user).exists()
    assert Event.objects.count() == before
    assert StepAnswers.objects.filter(draft__user=user).count() == 5
