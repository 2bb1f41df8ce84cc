"""The pages of deciding: who sees what, what a decision does, and what is told to who was too late."""

import datetime as dt
import html
import random
import re
import uuid
from typing import Any
from urllib.parse import quote_plus

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kuaiji.accountants.models import Record
from kuaiji.applications.enums import ApplicationState, ArchiveItem
from kuaiji.applications.models import Application
from kuaiji.applications.services.submitting import withdraw_application
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import Operation
from kuaiji.cases.models import Case, Decision, KeptWords
from kuaiji.cases.services.carrying_out import carry_out_due
from kuaiji.common import clock
from kuaiji.identity.models import User
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member, MemberSession
from kuaiji.transfers.enums import Action, Actor, InState
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.services.advancing import advance_transfer
from people.factories import TransferInFactory
from people.hostile import values
from people.persons import make_picture
from people.records.drafts import operation
from people.records.users import make_user
from people.records.versioned_records import make_record
from tests.support.bureau_requests import NEW_PHONE, ask, claim, details_of, known_items
from tests.support.members import make_member, signed_in
from tests.support.record_pages import browser_of

pytestmark = pytest.mark.django_db
RETURN: dict[str, Any] = {
    "decision": "return",
    "reasons": ["proof_unclear"],
    "words": "第二页缺了一角",
    "at_once": "on",
}
PROVINCE = "440000"


@pytest.fixture
def clerk() -> Member:
    return make_member(Role.CLERK, bureau=PROVINCE, name="周经办")


@pytest.fixture
def reviewer() -> Member:
    return make_member(Role.REVIEWER, bureau=PROVINCE, name="吴复核")


def page_of(subject: Application | TransferIn) -> str:
    folder = "applications" if isinstance(subject, Application) else "transfers"
    return f"/staff/{folder}/{subject.pk}/"


def send(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, fields)


def text(answer: Any) -> str:
    return str(answer.content.decode())


# --- corrections ------------------------------------------------------------------------------------------------------


def test_a_correction_is_taken_seen_whole_and_returned_with_its_reasons(clerk: Member) -> None:
    record = make_record()
    request = ask(record)
    path, desk = page_of(request), signed_in(clerk)
    masked = text(desk.get(path))
    user, wanted = record.user, request.details["values"]["document_number"]
    assert request.reference_number in masked and not [
        value for value in (user.name, user.document_number, wanted, request.details["reason"]) if value in masked
    ]
    assert send(desk, path, action="take").headers["Location"] == path
    whole = text(desk.get(path)).replace(" ", "")
    assert user.name in whole and wanted in whole and request.details["reason"] in whole
    looks = AccessLog.objects.filter(subject_id=user.pk, actor_kind=ActorKind.STAFF, actor_id=clerk.pk)
    assert list(looks.order_by("id").values_list("action", flat=True)) == ["desk.case", "desk.case_whole"]
    assert send(desk, path, **RETURN).headers["Location"] == path
    request.refresh_from_db()
    assert (request.state, request.decided_member, request.reason) == ("refused", clerk, RETURN["words"])
    told = text(browser_of(record).get("/me/corrections/"))
    assert "证明材料缺页或看不清" in told and "请重新上传全部页面" in told and RETURN["words"] in told
    assert clerk.name not in told
    timeline = text(desk.get(f"/staff/people/{record.reference_number}/timeline/?kind=request"))
    assert (
        "不予通过" in timeline and f"说明：{RETURN['words']}" in timeline and "原因：证明材料缺页或看不清" in timeline
    )
    after = text(desk.get(path))
    assert "已生效" in after and clerk.name in after and "给本人的短信还在等待发送" in after


def test_two_people_approve_and_what_waits_for_others_is_said(clerk: Member, reviewer: Member) -> None:
    record = make_record()
    request = ask(record)
    path, first, second = page_of(request), signed_in(clerk), signed_in(reviewer)
    send(first, path, action="take")
    send(first, path, decision="approve", at_once="on")
    assert "等待另一人复核" in text(first.get(path)) and Record.objects.get().version == 1
    refused = send(first, path, decision="approve")
    assert refused.status_code == 422 and "初审和复核不能是同一人" in text(refused)
    send(second, path, action="take")
    assert f"初审：{clerk.name}" in text(second.get(path))
    send(second, path, decision="approve", at_once="on")
    request.refresh_from_db()
    assert (request.state, request.first_member, request.decided_member) == ("approved", clerk, reviewer)
    assert Record.objects.get().version == 2
    after = text(second.get(path))
    assert "全国平台暂时没有答复" in after and clerk.name in after and reviewer.name in after


def test_a_decision_waits_ten_minutes_and_its_maker_takes_it_back(clerk: Member) -> None:
    request = ask(make_record())
    path, desk = page_of(request), signed_in(clerk)
    with time_machine.travel(clock.now(), tick=False) as now:
        send(desk, path, action="take")
        send(desk, path, **(RETURN | {"at_once": ""}))
        assert Application.objects.get().state == ApplicationState.SUBMITTED
        assert "收回这个决定" in text(desk.get(path))
        assert send(desk, path, action="take_back").headers["Location"] == path
        now.shift(dt.timedelta(minutes=11))
        carry_out_due()
        assert Application.objects.get().state == ApplicationState.SUBMITTED
        assert "已收回" in text(desk.get(path))
        send(desk, path, **(RETURN | {"at_once": ""}))
        now.shift(dt.timedelta(minutes=11))
        carry_out_due()
        assert Application.objects.get().state == ApplicationState.REFUSED
        assert "收回这个决定" not in text(desk.get(path))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"reasons": []}, "reasons", "退回要选至少一条原因"),
        ({"reasons": ["nothing"]}, "reasons", ""),
        ({"words": "长" * 501}, "words", "不能超过 500 字"),
        ({"words": "请联系 138-0013-8000"}, "words", "不能写证件号码或手机号"),
        ({"words": "号码应为 440103 19800229 1234"}, "words", "不能写证件号码或手机号"),
        ({"reasons": ["other"], "words": ""}, "words", "请写明说明"),
    ],
)
def test_faults_are_said_at_the_field_and_nothing_is_done(
    clerk: Member, change: dict[str, Any], field: str, words: str
) -> None:
    path, desk = page_of(ask(make_record())), signed_in(clerk)
    send(desk, path, action="take")
    answer = send(desk, path, **(RETURN | change))
    page = text(answer)
    assert answer.status_code == 422 and f'id="error-{field}"' in page and words in page
    assert 'id="error-summary"' in page and not Decision.objects.exists()


# --- somebody was faster ----------------------------------------------------------------------------------------------


def test_who_is_too_late_is_told_by_whom_and_keeps_the_words(clerk: Member) -> None:
    request = ask(make_record())
    path, slow, fast = page_of(request), signed_in(clerk), make_member(Role.CLERK, bureau=PROVINCE, name="郑经办")
    send(slow, path, action="take")
    Case.objects.update(touched_at=clock.now() - dt.timedelta(minutes=31))
    quick = signed_in(fast)
    send(quick, path, action="take")
    answer = send(slow, path, **(RETURN | {"words": "我写的说明"}))
    page = text(answer)
    assert answer.status_code == 409 and fast.name in page and "我写的说明" in page and "证明材料缺页或看不清" in page
    send(quick, path, **RETURN)
    late = text(send(slow, path, decision="approve", words="仍要通过"))
    assert "已作出决定：退回" in late and fast.name in late and "仍要通过" in late
    assert Decision.objects.count() == 1


def test_who_withdrew_is_told_to_who_decides(clerk: Member) -> None:
    record = make_record()
    request = ask(record)
    path, desk = page_of(request), signed_in(clerk)
    send(desk, path, action="take")
    act = operation(record.user, OperationKind.REQUEST_WITHDRAWING)
    withdraw_application(operation=act, user=record.user, application_id=request.pk)
    answer = send(desk, path, **RETURN)
    assert answer.status_code == 409 and "已由申请人撤回" in text(answer) and RETURN["words"] in text(answer)
    assert "本人已撤销这份申请" in text(desk.get(path)) and not Decision.objects.exists()


def test_pressed_twice_or_from_two_tabs_it_is_one_decision(clerk: Member) -> None:
    path, desk = page_of(ask(make_record())), signed_in(clerk)
    send(desk, path, action="take")
    key = str(uuid.uuid4())
    for fields in (RETURN | {"key": key, "stage": "1"}, RETURN | {"key": key, "stage": "1"}, RETURN | {"stage": "1"}):
        answer = send(desk, path, **fields)
        assert (answer.status_code, answer.headers["Location"]) == (302, path)
    assert Decision.objects.count() == 1


def test_what_was_typed_is_kept_and_told_to_who_lost_the_case(clerk: Member) -> None:
    path, desk = page_of(ask(make_record())), signed_in(clerk)
    send(desk, path, action="take")
    send(desk, path, action="keep", words="写了一半", reasons=["asked_twice"])
    assert "写了一半" in text(desk.get(path)) and KeptWords.objects.count() == 1
    Case.objects.update(touched_at=clock.now() - dt.timedelta(minutes=31))
    other = make_member(Role.CLERK, bureau=PROVINCE, name="郑经办")
    send(signed_in(other), path, action="take")
    lost = text(desk.get(path))
    assert "已不在您名下" in lost and other.name in lost and "写了一半" in lost


# --- who may ----------------------------------------------------------------------------------------------------------


def test_out_of_scope_unknown_and_another_kind_are_one_answer(clerk: Member) -> None:
    request = ask(make_record())
    far = signed_in(make_member(Role.CLERK, bureau="440104", name="越秀经办"))
    Case.objects.update(division_code="440103")
    unknown = f"/staff/applications/{uuid.uuid4()}/"
    answers = [far.get(page_of(request)), far.get(unknown), signed_in(clerk).get(f"/staff/transfers/{request.pk}/")]
    assert {answer.status_code for answer in answers} == {404}
    pages = [re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text(answer)) for answer in answers]
    assert pages[0] == pages[1], "the same bytes but for the token of the form"
    assert send(far, page_of(request), action="take").status_code == 404
    for role in (Role.AUDITOR, Role.SYSTEM):
        other = signed_in(make_member(role, bureau=PROVINCE))
        assert other.get(page_of(request)).status_code == 404
    assert Client().get(page_of(request)).status_code == 302


def test_who_decided_keeps_the_decision_when_the_record_moves_away() -> None:
    request = ask(make_record())
    Case.objects.update(division_code="440103")
    clerk = make_member(Role.CLERK, bureau="440103", name="荔湾经办")
    desk, path = signed_in(clerk), page_of(request)
    send(desk, path, action="take")
    send(desk, path, **RETURN)
    Case.objects.update(division_code="440104")
    page = text(desk.get(path))
    assert "您只能看到自己作过的决定" in page and RETURN["words"] in page and "申请更正为" not in page
    listed = text(desk.get("/staff/done/"))
    assert request.reference_number in listed and RETURN["words"] in listed and "证明材料缺页或看不清" in listed
    record = Record.objects.select_related("user__person_key").get()
    assert not [word for word in (record.user.name, record.reference_number) if word in listed + page]


def test_what_others_do_where_it_went_is_theirs(clerk: Member) -> None:
    request = ask(make_record())
    Case.objects.update(division_code="440103")
    before, path = make_member(Role.CLERK, bureau="440103", name="荔湾经办"), page_of(request)
    desk, there = signed_in(before), signed_in(make_member(Role.CLERK, bureau="440104", name="越秀经办"))
    send(desk, path, action="take")
    send(desk, path, **RETURN | {"at_once": ""})
    send(desk, path, action="take_back")
    Case.objects.update(division_code="440104", holder=None, held_at=None, touched_at=None)
    send(there, path, action="take")
    send(there, path, **RETURN | {"words": "越秀的说明"})
    page = text(desk.get(path)) + text(desk.get("/staff/done/"))
    assert "已收回" in page and "越秀" not in page and 'value="take_back"' not in page
    assert send(desk, path, action="take_back").status_code == 404


# --- a lost phone -----------------------------------------------------------------------------------------------------


def test_a_lost_phone_asks_for_a_fresh_proof_and_takes_effect_at_once(clerk: Member) -> None:
    record = make_record()
    request = claim(details_of(record), known_items(record))
    path, desk = page_of(request), signed_in(clerk)
    send(desk, path, action="take")
    page = text(desk.get(path))
    assert page.count("与档案一致") == 2 and "机主可以登录后撤销" in page and "立即生效" not in page
    stored = MemberSession.objects.get(member=clerk)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11), tick=False):
        answer = send(desk, path, decision="approve", words="已核对")
        assert answer.headers["Location"].startswith("/staff/proof/") and not Decision.objects.exists()
        assert KeptWords.objects.count() == 1 and stored.member == clerk
        assert send(signed_in(clerk), path, decision="approve", words="已核对").headers["Location"] == path
    assert User.objects.get(pk=record.user_id).phone == NEW_PHONE
    assert Application.objects.get().decided_member == clerk


def test_a_lost_phone_whose_archive_says_otherwise_takes_two(clerk: Member, reviewer: Member) -> None:
    record = make_record()
    request = claim(details_of(record), known_items(record) | {ArchiveItem.EMAIL: "somebody@example.com"})
    path = page_of(request)
    for member in (clerk, reviewer):
        desk = signed_in(member)
        send(desk, path, action="take")
        assert "与档案不一致" in text(desk.get(path))
        assert User.objects.get(pk=record.user_id).phone != NEW_PHONE
        send(desk, path, decision="approve")
    assert User.objects.get(pk=record.user_id).phone == NEW_PHONE


# --- 调入待核实 -------------------------------------------------------------------------------------------------------


@pytest.fixture
def coming() -> TransferIn:
    """A claim that nothing proves, with both pictures."""
    user = make_user()
    made: TransferIn = TransferInFactory.create(user=user, person=user.person.flat(), state=InState.CLAIMING)
    hub = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    advance_transfer(operation=hub, row=made, action=Action.UNPROVEN_CLAIM_ACCEPTED, actor=Actor.HUB)
    client = Client()
    client.force_login(user)
    jpeg = make_picture(random.Random(1), 900, 600)
    sides = {name: SimpleUploadedFile("x.jpg", jpeg, "image/jpeg") for name in ("id_card_front", "id_card_back")}
    assert client.post("/transfers/in/proof/", sides).status_code == 302
    return TransferIn.objects.select_related("user").get()


def test_pictures_open_for_who_has_the_claim_in_hand(coming: TransferIn, clerk: Member, reviewer: Member) -> None:
    path, desk = page_of(coming), signed_in(clerk)
    picture = f"{path}pictures/{coming.front_id}/"
    assert desk.get(picture).status_code == 404
    send(desk, path, action="take")
    assert picture in text(desk.get(path))
    answer = desk.get(picture)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/jpeg"
    assert "no-store" in answer.headers["Cache-Control"]
    assert desk.get(f"{path}pictures/{uuid.uuid4()}/").status_code == 404
    assert signed_in(reviewer).get(picture).status_code == 404
    assert desk.get(picture, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 404
    seen = AccessLog.objects.filter(action="desk.case_picture", outcome="ok", subject_id=coming.user_id)
    assert seen.count() == 1


@pytest.mark.parametrize("verdict", ["approve", "return"])
def test_two_people_know_who_claims_or_that_nobody_can_tell(
    coming: TransferIn, clerk: Member, reviewer: Member, verdict: str
) -> None:
    path = page_of(coming)
    said = {"decision": verdict, "at_once": "on"} | (
        {"reasons": ["name_or_number_differs"], "words": "号码末位不同"} if verdict == "return" else {}
    )
    for member in (clerk, reviewer):
        assert TransferIn.objects.get().state == InState.TO_VERIFY
        desk = signed_in(member)
        send(desk, path, action="take")
        assert "封存" in text(desk.get(path))
        send(desk, path, **said)
    made = TransferIn.objects.select_related("person_key").get()
    assert (made.first_member, made.second_member) == (clerk, reviewer)
    if verdict == "approve":
        assert made.state == InState.UNDER_REVIEW
        return
    assert made.state == InState.REFUSED and made.note == "号码末位不同"
    client = Client()
    client.force_login(coming.user)
    told = text(client.get("/me/"))
    assert "姓名或号码与证件不一致" in told and "号码末位不同" in told and "请对照证件原件核对" in told
    assert "全国平台暂时没有答复" in text(signed_in(reviewer).get(path)), "the hub hears of it later"
    timeline = text(signed_in(reviewer).get(f"/staff/people/u/{coming.user_id}/timeline/?kind=transfer"))
    assert "原因：姓名或号码与证件不一致" in timeline


def test_the_second_agrees_with_what_the_first_has_said_by_one_press(
    coming: TransferIn, clerk: Member, reviewer: Member
) -> None:
    path, desk = page_of(coming), signed_in(clerk)
    send(desk, path, action="take")
    send(desk, path, decision="return", reasons=["proof_unclear"], words="看不清")
    other = signed_in(reviewer)
    send(other, path, action="take")
    page = text(other.get(path))
    assert "看不清" in page and 'value="proof_unclear" checked' in page.replace('"proof_unclear"  ', '"proof_unclear" ')


# --- whatever is sent -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["decision", "reasons", "words", "at_once", "to", "key", "stage", "action"])
def test_whatever_is_sent_is_refused_in_words_or_shown_as_typed(clerk: Member, name: str) -> None:
    path, desk = page_of(ask(make_record())), signed_in(clerk)
    send(desk, path, action="take")
    right = {"action": "keep", "words": "核对中"}
    for case, typed in list(values.typed(right.get(name, ""), 500).items())[::9]:  # some of all, here
        fields = "&".join(f"{key}={quote_plus(value)}" for key, value in (right | {name: typed}).items())
        answer = desk.post(path, fields, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (302, 409, 422), case
        sent, page = typed.decode("utf-8", "replace"), text(desk.get(path)) + text(answer)
        assert html.escape(sent) == sent or sent not in page, case
        assert Application.objects.get().state == ApplicationState.SUBMITTED
