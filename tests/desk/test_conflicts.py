"""冲突: a case for each contradiction of another system, asked about once more, or settled in words."""

import pytest
from django.test import Client

from kuaiji.accountants.models import Record
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.filling import fill_cases
from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.breaker import breaker
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check, record_hub_verdict, settle_check
from kuaiji.reconciliation.enums import CONFLICT_CASE
from people.records.versioned_records import make_record
from people.sign_in_steps import make_details, make_owner
from tests.support.members import make_member, signed_in
from tests.support.partners import LOOKUPS, Others

pytestmark = pytest.mark.django_db
HELD = PartnerFinding(CheckOutcome.CONFLICT, "430000", "湖南省")
CLEAR = PartnerFinding(CheckOutcome.CLEAR)
LIST = "/staff/conflicts/"


def asking() -> Operation:
    return Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)


def found(record: Record, finding: PartnerFinding = HELD) -> Check:
    """The hub's answer about who holds the person is recorded."""
    record_hub_verdict(operation=asking(), user_id=record.user_id, finding=finding)
    return Check.objects.get(user=record.user_id, kind=CheckKind.HOLDER)


def open_cases() -> list[Case]:
    return list(Case.objects.filter(kind=CONFLICT_CASE, closed_at=None))


def page_of(check: Check) -> str:
    return f"{LIST}{check.pk}/"


def press(browser: Client, check: Check, **fields: str) -> int:
    status: int = browser.post(page_of(check), fields).status_code
    return status


@pytest.fixture
def record() -> Record:
    made = make_record()
    Record.objects.filter(pk=made.pk).update(division_code="440103")
    made.refresh_from_db()
    return made


@pytest.fixture
def clerk() -> Client:
    return signed_in(make_member())


def test_a_no_opens_a_case_in_the_place_of_the_record_and_a_yes_closes_it(record: Record, clerk: Client) -> None:
    check = found(record)
    [case] = open_cases()
    assert (case.subject_id, case.division_code, case.user_id) == (check.pk, "440103", record.user_id)
    assert case.number == record.reference_number
    assert record.reference_number in clerk.get(LIST).content.decode()
    found(record, CLEAR)
    assert open_cases() == []


def test_what_was_not_followed_is_found(record: Record) -> None:
    user = make_owner(make_details("x"))
    for owner in (user, record.user):
        first_check(owner, CheckKind.IDENTITY, PartnerFinding(CheckOutcome.CONFLICT)).save()
    assert open_cases() == []
    fill_cases()
    assert sorted(case.division_code for case in open_cases()) == ["", "440103"]
    Check.objects.update(outcome=CheckOutcome.CLEAR)
    fill_cases()
    assert open_cases() == []


def test_the_page_tells_both_sides_masked_until_it_is_taken(record: Record, clerk: Client) -> None:
    check = found(record)
    page = clerk.get(page_of(check)).content.decode()
    assert "已由湖南省采集" in page and "办理调出" in page
    assert record.user.name not in page and record.user.document_number not in page
    assert press(clerk, check, action="take") == 302
    assert record.user.name in clerk.get(page_of(check)).content.decode()
    foreign = signed_in(make_member(bureau="440104"))
    assert foreign.get(page_of(check)).status_code == 404


def test_settling_needs_words_and_stands_until_the_answer_differs(record: Record, clerk: Client) -> None:
    check = found(record)
    press(clerk, check, action="take")
    assert press(clerk, check, decision="settle") == 422
    assert press(clerk, check, decision="approve", words="x") == 422
    words = "已与湖南省联系，由那里更正"
    assert press(clerk, check, decision="settle", words=words, at_once="on") == 302
    check.refresh_from_db()
    assert check.settled_at and open_cases() == [] and Decision.objects.get().words == words
    assert Event.objects.filter(kind="CheckSettled", subject_id=record.user_id).count() == 1
    fill_cases()
    assert open_cases() == []
    found(record)  # the same once more
    assert open_cases() == []
    other = PartnerFinding(CheckOutcome.CONFLICT, "420000", "湖北省")
    found(record, other)
    check.refresh_from_db()
    assert check.settled_at is None and len(open_cases()) == 1


def test_what_is_no_conflict_any_more_is_not_settled(record: Record) -> None:
    check = found(record, CLEAR)
    with pytest.raises(RuleBroken, match="not_in_conflict"):
        settle_check(operation=asking(), check_id=check.pk)


def test_asking_once_more_closes_what_is_clear_now(record: Record, clerk: Client, others: Others) -> None:
    """Only for who has it in hand; a system that is away leaves what it said before."""
    check = found(record)
    first_check(record.user, CheckKind.IDENTITY, CLEAR).save()
    assert press(clerk, check, action="ask_again") == 422 and not others.asked
    press(clerk, check, action="take")
    others.down = (LOOKUPS,)
    assert press(clerk, check, action="ask_again") == 302 and len(open_cases()) == 1
    breaker.answered()
    others.down = ()
    assert press(clerk, check, action="ask_again") == 302
    check.refresh_from_db()
    assert check.outcome == CheckOutcome.CLEAR and open_cases() == []
