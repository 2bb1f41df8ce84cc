"""What waits for me, on the first page and in the lists (R9.2)."""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from kuaiji.cases.models import Case
from kuaiji.cases.services.carrying_out import carry_out_due
from kuaiji.cases.services.deciding import decide
from kuaiji.cases.services.taking import hand_up, take_case
from kuaiji.common.errors import RuleBroken
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from people.client_visitor import ClientVisitor
from tests.support.cases import APPROVE, LOOK, PAIR, SAMPLE, changed, operation_of, page, sample_case, sample_kinds
from tests.support.members import make_member, signed_in

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)
LIST, HOME = "/staff/reviews/", "/staff/"
LATE = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """The sample kinds stand in the list of reviews, which no kind of ours stands in yet."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(time_machine.travel(NOON, tick=False))
        stack.enter_context(sample_kinds())
        for kind in (SAMPLE, PAIR, LOOK):
            stack.enter_context(changed(kind, folder="reviews"))
        yield


def visitor(member: Member) -> ClientVisitor:
    found = ClientVisitor()
    found.client = signed_in(member)
    return found


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def words(page_of: str) -> str:
    """What one reads of a page."""
    return re.sub(r"\s+([，。])", r"\1", " ".join(re.sub("<[^>]*>", " ", page_of).split()))


def taken(case: Case, member: Member) -> Case:
    return take_case(operation=operation_of(member), case_id=case.pk, member=member)


def test_home_says_number_oldest_and_overdue_of_each_queue_of_the_scope() -> None:
    member = make_member()
    for due in (LATE, LATE, dt.date(2026, 12, 1)):
        sample_case(due_on=due)
    sample_case(division="440104")
    sample_case(kind=LOOK, division="")
    shown = words(text(signed_in(member), HOME))
    assert "本单位范围内待办 4 件，其中 逾期 2 件" in shown
    assert "样品 3 11月24日，今天 2 件 领取一批" in shown
    assert "样品 1 11月24日，今天 无 只查看" in shown


def test_home_counts_in_one_statement() -> None:
    member = make_member()
    few = _statements(member)
    for _ in range(30):
        sample_case()
    assert _statements(member) == few


def test_what_i_have_decided_and_handed_up_stands_on_home() -> None:
    member, city = make_member(), make_member(bureau="440100")
    mine, done, up = taken(sample_case(), member), sample_case(), sample_case()
    decide(operation=operation_of(member), case_id=done.pk, member=member, judgement=APPROVE, page=page(done))
    hand_up(operation=operation_of(member), case_id=up.pk, member=member, words="请上级看")
    shown = text(signed_in(member), HOME)
    assert mine.number in shown and done.number in shown and "12:10 生效，之前可收回" in shown
    assert up.number in shown and "请上级看" in shown and city.bureau.full_name in shown


def test_a_decision_that_was_refused_when_it_was_to_take_effect_is_told() -> None:
    def refused(*_: object) -> None:
        raise RuleBroken("locked_by_transfer", "档案已锁定")

    member, case = make_member(), sample_case()
    decide(operation=operation_of(member), case_id=case.pk, member=member, judgement=APPROVE, page=page(case))
    with changed(SAMPLE, carry_out=refused), time_machine.travel(NOON + dt.timedelta(minutes=10), tick=False):
        carry_out_due()
        assert "到生效时已不能办理" in text(signed_in(member), HOME)


def test_an_auditor_has_no_queues_and_a_system_member_none_of_people() -> None:
    sample_case()
    assert "审计人员不办理事项" in text(signed_in(make_member(Role.AUDITOR)), HOME)
    assert signed_in(make_member(Role.AUDITOR)).get(LIST).status_code == 404
    assert "样品" not in text(signed_in(make_member(Role.SYSTEM)), HOME)
    assert signed_in(make_member(Role.SYSTEM)).get(LIST).status_code == 404


def test_rows_are_taken_and_given_back_and_what_others_have_says_so() -> None:
    member, other = make_member(), make_member(name="吴二")
    free, held = sample_case(), taken(sample_case(), other)
    address = f"{LIST}?kind={SAMPLE}&stage=1"
    client = signed_in(member)
    shown = text(client, address)
    assert f'value="{free.pk}"' in shown and f'value="{held.pk}"' not in shown and "吴二" in shown
    assert client.post(address, {"action": "take", "case": [str(free.pk)]}).status_code == 302
    assert Case.objects.get(pk=free.pk).holder == member
    answer = client.post(address, {"action": "take", "case": [str(free.pk), str(held.pk)]})
    assert answer.status_code == 409 and "吴二正在办理" in answer.content.decode()
    assert client.post(address, {"action": "release", "case": [str(free.pk)]}).status_code == 302
    assert Case.objects.get(pk=free.pk).holder is None


def test_ids_of_other_regions_and_of_nothing_change_nothing() -> None:
    member, foreign = make_member(), sample_case(division="440104")
    for case_id in (str(foreign.pk), "00000000-0000-0000-0000-000000000000"):
        answer = signed_in(member).post(LIST, {"action": "take", "case": [case_id]})
        assert answer.status_code == 409 and foreign.number not in answer.content.decode()
    assert signed_in(member).post(LIST, {"action": "take", "case": ["x"]}).status_code == 422
    assert signed_in(member).post(LIST, {"action": "drop"}).status_code == 422
    foreign.refresh_from_db()
    assert foreign.holder is None


def test_a_batch_leads_to_what_was_taken() -> None:
    member = make_member()
    for _ in range(22):
        sample_case()
    client = signed_in(member)
    answer = client.post(f"{LIST}?kind={SAMPLE}&stage=1", {"action": "take_some"})
    assert answer.headers["Location"] == f"{LIST}?kind={SAMPLE}&stage=1&show=mine"
    assert text(client, answer.headers["Location"]).count("data-row>") == 20
    assert text(client, f"{LIST}?kind={SAMPLE}&stage=1&show=free").count("data-row>") == 2


def test_pages_follow_the_day_and_miss_no_row_while_others_come() -> None:
    member = make_member()
    cases = [sample_case(due_on=dt.date(2026, 12, 1) + dt.timedelta(days=n // 3)) for n in range(120)]
    walker, seen = visitor(member), []
    shown = walker.open(f"{LIST}?kind={SAMPLE}&stage=1")
    while True:
        seen += re.findall(r"选中 (GD-\w+)", shown.text)
        sample_case(due_on=LATE)  # it comes before all that are left
        ahead = [link for link in shown.links if "after=" in link]
        if not ahead:
            break
        shown = walker.open(ahead[0] if ahead[0].startswith("/") else LIST + ahead[0])
    assert seen == [case.number for case in sorted(cases, key=lambda case: (case.due_on, case.pk))]


@pytest.mark.parametrize(
    ("division", "waits"), [("", 2), ("440103", 1), ("440104", 1), ("440305", 2), ("x", 2), ("110101", 2)]
)
def test_a_list_is_narrowed_to_a_place_of_the_own_scope_alone(division: str, waits: int) -> None:
    for code in ("440103", "440104"):
        sample_case(division=code)
    client = signed_in(make_member(bureau="440100"))
    assert text(client, f"{LIST}?kind={SAMPLE}&stage=1&division={division}").count("data-row>") == waits


def test_a_manager_gives_a_colleagues_cases_on_from_home() -> None:
    manager, away, here = make_member(Role.MANAGER), make_member(name="周一"), make_member(name="吴二")
    case, client = taken(sample_case(), away), signed_in(manager)
    assert "周一" in text(client, HOME)
    assert client.post("/staff/give/", {"of": str(away.pk), "to": str(here.pk)}).status_code == 302
    case.refresh_from_db()
    assert case.holder == here
    foreign = make_member(bureau="440104")
    answer = client.post("/staff/give/", {"of": str(here.pk), "to": str(foreign.pk)})
    assert answer.status_code == 422 and "请选择列出的人员" in answer.content.decode()
    assert signed_in(here).post("/staff/give/", {"of": str(here.pk), "to": "queue"}).status_code == 404


def _statements(member: Member) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(member)
    client.get(HOME)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(HOME).status_code == 200
    assert sum("cases_case" in row["sql"] and "COUNT" in row["sql"] for row in asked.captured_queries) == 1
    return len(asked)


def test_what_i_did_has_all_pages_and_nobody_else_s() -> None:
    clerk, other = make_member(name="荔湾经办"), make_member(name="另一经办")
    for member, number in ((clerk, 55), (other, 2)):
        for _ in range(number):
            case = sample_case()
            take_case(operation=operation_of(member), case_id=case.pk, member=member)
            decide(operation=operation_of(member), case_id=case.pk, member=member, judgement=APPROVE, page=page(case))
    browser, seen, address = signed_in(clerk), [], "/staff/done/"
    while address:
        shown = browser.get(address).content.decode()
        seen += re.findall(r"GD-[0-9a-f]{10}", shown)
        assert "另一经办" not in shown
        following = re.findall(r'href="(\?before=[^"]+)" rel="next"', shown)
        address = f"/staff/done/{following[0]}" if following else ""
    assert len(seen) == len(set(seen)) == 55
    assert "没有更早的决定" in signed_in(make_member()).get("/staff/done/").content.decode()
