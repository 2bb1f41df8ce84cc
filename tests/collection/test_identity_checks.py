"""``kuaiji identity-checks``: whom no other system has confirmed, in three lists, without names and numbers."""

import random

import pytest
from django.core.management import call_command

from kuaiji import cli
from kuaiji.accountants.models import Record
from kuaiji.audit.enums import OperationKind
from kuaiji.collection.models import Submission
from kuaiji.collection.services.submitting import submit_draft
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import User
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from people.persons import make_person
from people.records.drafts import fill_in, operation
from people.records.users import make_user

pytestmark = pytest.mark.django_db


def person(seed: int, outcome: CheckOutcome | None) -> User:
    """A whole draft, and the identity check where it says."""
    made = make_person(random.Random(seed), status="1")
    user = make_user(made)
    fill_in(user, made)
    if outcome:
        first_check(user, CheckKind.IDENTITY, PartnerFinding(outcome)).save()
    return user


def submit(user: User) -> None:
    submit_draft(operation=operation(user, OperationKind.RECORD_COLLECTING), user=user)


def test_three_lists_say_who_since_when_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    before, waits, unknown, begun = (
        person(1, None),
        person(2, CheckOutcome.PENDING),
        person(3, CheckOutcome.NOT_COVERED),
        person(4, CheckOutcome.NOT_COVERED),
    )
    clear = person(5, CheckOutcome.CLEAR)
    for user in (before, waits, unknown, clear):
        submit(user)
    # As a record that stands from before: made while nobody had answered.
    first_check(before, CheckKind.IDENTITY, PartnerFinding(CheckOutcome.PENDING)).save()
    with pytest.raises(SystemExit) as ended:
        call_command("identity_checks")
    records, submissions, uncovered = capsys.readouterr().out.split("\n共 ")[:3]
    assert ended.value.code == 1 and Record.objects.count() == 3 and Submission.objects.count() == 1
    assert before.record.reference_number in records and "查验证件" in records
    assert str(waits.pk) in submissions and "自动再问" in submissions
    assert unknown.record.reference_number in uncovered and str(begun.pk) in uncovered
    said = records + submissions + uncovered
    assert str(clear.pk) not in said and clear.record.reference_number not in said
    for user in (before, waits, unknown, begun):
        assert user.name not in said and user.document_number not in said


def test_with_nobody_to_look_at_it_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    submit(person(6, CheckOutcome.CLEAR))
    call_command("identity_checks")
    assert capsys.readouterr().out.count("共 0 人") == 3
    assert "identity-checks" in cli.STAFF_COMMANDS
