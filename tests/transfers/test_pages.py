"""The pages of 跨省调转, as far as one platform alone shows them; the whole way is in tests/journeys."""

import datetime as dt
import random
import re
import unicodedata
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from kuaiji.accountants.models import Record
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import Operation
from kuaiji.closing.services import close_user
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.identity.models import User
from kuaiji.identity.passwords.hashing import encode_for
from kuaiji.identity.sessions.known_browsers import Browser, is_known_to_any
from kuaiji.limits.models import Attempt
from kuaiji.regions.services import bureau_of
from kuaiji.transfers.enums import Action, Actor, InState, OutRule, OutState, Road
from kuaiji.transfers.models import ClaimDraft, TransferIn, TransferOut
from kuaiji.transfers.services import matching
from kuaiji.transfers.services.advancing import advance_transfer
from kuaiji.transfers.services.claiming import claim_signs_in, confirm_claim, start_claim
from kuaiji_wire.answers import Match
from kuaiji_wire.proofs import read_code
from kuaiji_wire.shapes import PlatformName
from people import numbers
from people.factories import TransferInFactory
from people.persons import make_picture
from people.records.drafts import attachment
from people.records.users import make_user
from people.records.versioned_records import make_record
from tests.support.record_pages import browser_of

pytestmark = pytest.mark.django_db
NEW, LIST = "/transfers/out/new/", "/transfers/out/"
LEAVING = {"destination_platform": "440300", "destination_division": "440304", "reason": "工作调动"}
COLUMNS = [
    "序号", "行政区划", "姓名", "证件类型", "调入名称", "申请时间", "当前状态", "全国平台处理状态", "全国平台处理时间",
    "调转证明", "操作",
]  # fmt: skip


def text_of(answer: object) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


def proof(kind: str = "jpeg") -> SimpleUploadedFile:
    picture = make_picture(random.Random(1), 900, 600)
    return SimpleUploadedFile("x.jpg", picture, f"image/{kind}")


def applied(record: Record) -> TransferOut:
    """An application, by way of the page."""
    attachment(record.user, "transfer_proof")
    answer = browser_of(record).post(NEW, LEAVING)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?applied=1")
    return TransferOut.objects.get()


def moved(row: TransferOut, *steps: tuple[Action, Actor]) -> None:
    """The transfer goes on."""
    late = row.review_due_at + dt.timedelta(seconds=1)
    operation = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE, at=late)
    for action, actor in steps:
        found = {"reviewed_at": late} if actor == Actor.SYSTEM else {}
        row = advance_transfer(operation=operation, row=row, action=action, actor=actor, words="", **found)


# --- 调出 ---


def test_the_list_has_the_eleven_columns_of_the_manual() -> None:
    record = make_record()
    applied(record)
    page = browser_of(record).get(f"{LIST}?applied=1").content.decode()
    shown = re.findall(r"<dt>([^<]+)</dt>", page)
    assert sorted([*shown, "操作"]) == sorted(COLUMNS) and "查看详情" in page
    assert "深圳市福田区" in page and "待审核" in page and "未上报" in page and "申请已保存" in page
    assert "申请调出</a>" not in page, "one at a time"


def test_the_regions_follow_the_platform_without_script() -> None:
    client = browser_of(make_record())
    page = client.get(NEW).content.decode()
    assert 'name="destination_platform"' in page and 'name="destination_division"' not in page
    answer = client.post(NEW, {"destination_platform": "440300", "reason": "工作调动", "action": "choose"})
    page = answer.content.decode()
    assert answer.status_code == 200 and 'value="440304"' in page and "工作调动" in page and "error-" not in page
    page = client.get(f"{NEW}?destination_platform=430000").content.decode()
    assert 'value="430102"' in page and 'value="440304"' not in page
    page = client.post(NEW, {"destination_platform": "900003", "action": "choose"}).content.decode()
    assert 'name="destination_division"' not in page and "军队不分地区" in page


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({}, {"destination_platform", "reason", "proof"}),
        ({"destination_platform": "440000"}, {"destination_platform", "reason", "proof"}),
        ({"destination_platform": "440300"}, {"destination_division", "reason", "proof"}),
        (LEAVING | {"destination_division": "440103"}, {"destination_division", "proof"}),
        (LEAVING | {"reason": "长" * 201}, {"reason", "proof"}),
        (LEAVING, {"proof"}),
        ({"destination_platform": "900003", "destination_division": "440304", "reason": "入伍"}, {"proof"}),
    ],
)
def test_all_faults_stand_at_their_fields(given: dict[str, str], faults: set[str]) -> None:
    record = make_record()
    answer = browser_of(record).post(NEW, given)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="error-summary"' in page
    assert set(re.findall(r'id="error-(?!summary)([a-z_]+)"', page)) == faults
    assert not TransferOut.objects.exists()


def test_only_jpeg_of_two_megabytes_proves() -> None:
    client = browser_of(make_record())
    png = SimpleUploadedFile("x.jpg", b"\x89PNG\r\n\x1a\n" + bytes(500), "image/jpeg")
    large = SimpleUploadedFile("x.jpg", make_picture(random.Random(1), 900, 600) + bytes(2 << 20), "image/jpeg")
    for upload in (png, large):
        answer = client.post(NEW, LEAVING | {"proof": upload})
        assert answer.status_code == 422 and 'id="error-proof"' in answer.content.decode()
    answer = client.post(NEW, LEAVING | {"proof": proof(), "reason": ""})
    assert answer.status_code == 422 and 'alt="调转证明预览"' in answer.content.decode(), "kept, shown as received"
    assert client.post(NEW, LEAVING).status_code == 302


def test_pressed_twice_is_one_application() -> None:
    record = make_record()
    client = browser_of(record)
    for _ in range(2):
        assert client.post(NEW, LEAVING | {"proof": proof()}).status_code == 302
    assert TransferOut.objects.count() == 1
    assert client.get(NEW).headers["Location"] == LIST
    answer = client.post(NEW, LEAVING | {"proof": proof(), "reason": "另一个理由"})
    assert answer.status_code == 422 and "已有一笔调出正在办理" in text_of(answer)


@pytest.mark.parametrize(
    ("status", "words"), [("1", "工作证明"), ("2", "工作证明"), ("3", "先咨询调入地财政部门"), ("4", "学校开具的证明")]
)
def test_the_proof_depends_on_what_the_person_does(status: str, words: str) -> None:
    record = make_record(status=status)
    assert words in text_of(browser_of(record).get(NEW))


def test_the_rules_stand_on_the_page_before_and_after_the_review() -> None:
    record = make_record()
    row = applied(record)
    client, address = browser_of(record), f"{LIST}{row.pk}/"
    page = text_of(client.get(address))
    assert all(rule.label in page for rule in OutRule)
    assert page.count("等待审核") >= 6 and "撤回" in page and "0755-" in page
    row.findings = [
        {"rule": rule, "passed": rule != "proof", "words": "" if rule != "proof" else "图片太暗，无法辨认"}
        for rule in ("collected", "identity", "no_other_transfer", "proof", "destination", "no_education")
    ]
    row.save()
    moved(row, (Action.REVIEW_FAILED, Actor.SYSTEM))
    page = text_of(client.get(address))
    assert page.count("未通过") == 1 and "图片太暗，无法辨认" in page and "重新申请" in page and "审核不通过" in page
    assert "/withdraw/" not in client.get(address).content.decode(), "nothing to take back"
    assert "申请调出" in text_of(client.get(LIST)), "and may be applied for again"


PASSED, ACCEPTED = (Action.REVIEW_PASSED, Actor.SYSTEM), (Action.RELEASE_ACCEPTED, Actor.HUB)
CLAIMED, RECEIVED = (Action.TOLD_CLAIMED, Actor.HUB), (Action.TOLD_RECEIVED, Actor.HUB)


@pytest.mark.parametrize(
    ("steps", "status", "words"),
    [
        ((), "调出中", "系统按规则自动审核"),
        ((PASSED,), "调出中", "审核已通过，等待全国平台受理"),
        ((PASSED, ACCEPTED), "调出中", "90 天内没有办理的，自动退回"),
        ((PASSED, ACCEPTED, CLAIMED), "调出中", "调入地正在审核"),
        ((PASSED, ACCEPTED, (Action.WITHDRAW, Actor.CITIZEN)), "调出中", "撤回已提交，等待全国平台答复"),
        ((PASSED, ACCEPTED, CLAIMED, RECEIVED), "已调出", "您的档案现由 深圳市 管理"),
        ((PASSED, ACCEPTED, (Action.TOLD_RETURNED, Actor.HUB)), "信息已采集", "现在不需要办理什么"),
    ],
)
def test_the_own_page_says_what_waits_for_what(
    steps: tuple[tuple[Action, Actor], ...], status: str, words: str
) -> None:
    record = make_record()
    row = applied(record)
    moved(row, *steps)
    client = browser_of(record)
    own, detail = text_of(client.get("/me/")), text_of(client.get(f"{LIST}{row.pk}/"))
    assert status in own and words in own and re.search(r"\d{3,4}-\d{7,8}", own)
    assert words in detail or status == "信息已采集"


def test_taken_back_before_the_review_and_refused_after_the_arrival() -> None:
    record = make_record()
    row = applied(record)
    client, address = browser_of(record), f"{LIST}{row.pk}/withdraw/"
    for _ in range(2):
        assert client.post(address).headers["Location"] == f"{LIST}{row.pk}/"
    assert TransferOut.objects.get().state == OutState.WITHDRAWN
    row = TransferOut.objects.get()
    TransferOut.objects.filter(pk=row.pk).update(state=OutState.COMPLETED, reviewed_at=clock.now())
    answer = client.post(address)
    assert answer.status_code == 422 and "调入地已接收，不能撤回" in text_of(answer)
    assert 'id="error-summary"' in answer.content.decode()


def test_another_person_s_transfer_is_not_found_and_noted() -> None:
    row = applied(make_record())
    stranger = browser_of(make_record(seed=2))
    assert stranger.get(f"{LIST}{row.pk}/").status_code == 404
    assert stranger.post(f"{LIST}{row.pk}/withdraw/").status_code == 404
    assert AccessLog.objects.filter(subject_id=row.pk, outcome="not_found").count() == 2
    assert TransferOut.objects.get().state == OutState.PENDING_REVIEW


def test_without_a_record_there_is_nothing_to_move() -> None:
    client = Client()
    client.force_login(make_user())
    for address in (LIST, NEW, f"{LIST}{uuid7()}/"):
        assert client.get(address).headers["Location"] == "/me/"


def test_the_doors_lead_there() -> None:
    assert 'class="k-door" href="/transfers/"' in Client().get("/").content.decode()
    page = Client().get("/transfers/").content.decode()
    assert 'href="/transfers/out/"' in page and 'href="/transfers/in/"' in page


# --- 调入 ---

COMING = {
    "name": "张子涵",
    "document_type": "01",
    "document_number": numbers.resident_id(random.Random(5), born=dt.date(1985, 5, 1)),
    "phone": "13800138000",
    "destination_division": "440103",
}


def proven(client: Client) -> ClaimDraft:
    """The phone is proven; the hub has not been asked."""
    answer = client.post("/transfers/in/", COMING | {"action": "send_code"})
    assert answer.headers["Location"] == "/transfers/in/#id_sms_code"
    draft = ClaimDraft.objects.get()
    draft.answers |= {"proven_phone": COMING["phone"]}
    draft.save()
    return draft


def test_what_was_typed_stands_there_after_the_code_was_sent() -> None:
    client = Client()
    proven(client)
    page = client.get("/transfers/in/").content.decode()
    for value in (COMING["name"], COMING["document_number"], COMING["phone"], 'value="440103" selected'):
        assert value in page
    assert "138****8000" in page or "data-seconds-left" in page


def test_without_the_hub_nothing_is_decided_and_nothing_is_lost() -> None:
    client = Client()
    proven(client)
    answer = client.post("/transfers/in/", COMING | {"action": "verify", "sms_code": ""})
    assert answer.status_code == 422 and "手机号不用再验证" in text_of(answer)
    assert COMING["document_number"] in answer.content.decode()
    assert client.get("/transfers/in/confirm/").headers["Location"] == "/transfers/in/"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("not_released", "请先在原来的平台申请调出"),
        ("not_released", "与调出申请中的一致"),
        ("archive_on_its_way", "请稍后再点“验证信息”"),
        ("transfer_code_wrong", "就不用调转码"),
        ("limit_claim_guess", "联系调入地财政部门"),
        ("limit_claim_guess_by_all", "改用办理调出的手机号"),
        ("already_claimed", "查看审核进度"),
        ("held_here", "您的档案就在本平台"),
        ("hub_away", "等全国平台答复后才能继续"),
    ],
)
def test_every_refusal_says_what_to_do(monkeypatch: pytest.MonkeyPatch, code: str, words: str) -> None:
    client = Client()
    proven(client)

    def refuse(**named: object) -> None:
        raise RuleBroken(code, "不能办理")

    monkeypatch.setattr("kuaiji.transfers.views.transfer_in.verify_claim", refuse)
    answer = client.post("/transfers/in/", COMING | {"action": "verify", "sms_code": ""})
    assert answer.status_code == 422 and words in text_of(answer)


def test_the_second_page_needs_the_first() -> None:
    assert Client().get("/transfers/in/confirm/").headers["Location"] == "/transfers/in/?expired=1"
    assert Client().get("/transfers/in/done/").headers["Location"] == "/transfers/in/"
    assert "30 分钟" in text_of(Client().get("/transfers/in/?expired=1"))


def claim_of(user: User, **columns: object) -> TransferIn:
    """A claim as the service writes it."""
    return TransferInFactory.create(user=user, **columns)


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        (InState.CLAIMING, "调入审核中", "等待全国平台受理"),
        (InState.TO_VERIFY, "调入审核中", "由调入地财政部门核实是您本人"),
        (InState.UNDER_REVIEW, "调入审核中", "系统自动审核"),
        (InState.RECEIVING, "调入审核中", "等待全国平台确认"),
        (InState.REFUSED, "未采集", "核对姓名后再来"),
        (InState.WITHDRAWN, "未采集", "撤回了调出"),
        (InState.EXPIRED, "未采集", "没有在期限内办完"),
        (InState.DISPLACED, "未采集", "核对姓名后再来"),
    ],
)
def test_the_own_page_says_how_the_claim_stands(state: InState, status: str, words: str) -> None:
    user = make_user()
    claim_of(user, state=state, note="核对姓名后再来")
    client = Client()
    client.force_login(user)
    page = text_of(client.get("/me/"))
    assert status in page and words in page and "开始信息采集" not in page
    assert ("再次办理调入" in page) == (status == "未采集")


@pytest.mark.parametrize("road", Road)
def test_who_was_not_let_in_learns_whom_to_ask_how_to_come_again_and_how_to_go(road: Road) -> None:
    user, client = make_user(), Client()
    claim_of(user, state=InState.REFUSED, note="证件照片看不清", division_code="440103", road=road)
    client.force_login(user)
    answer = client.get("/me/")
    page, there = text_of(answer), bureau_of("440103")
    assert "证件照片看不清" in page and "没有信息档案" in page
    assert there and there.phones and all(phone in page for phone in there.phones)
    assert ("填写调转码" in page) == (road == Road.BUREAU)
    assert b'href="/transfers/in/"' in answer.content and b'href="/me/security/close/"' in answer.content
    assert client.get("/me/security/close/").status_code == 200
    by = Operation(kind=OperationKind.CLOSING, actor_kind=ActorKind.CITIZEN, actor_id=user.pk)
    close_user(operation=by, user_id=user.pk)
    assert not User.objects.exists()


def test_who_has_a_record_here_is_not_told_to_close_it_for_a_claim_that_failed() -> None:
    record = make_record()
    Record.objects.filter(pk=record.pk).update(status="transferred_out")
    claim_of(record.user, state=InState.REFUSED, note="证件照片看不清")
    page = text_of(browser_of(record).get("/me/"))
    assert "再次办理调入" in page and "注销账号" not in page


def test_who_was_here_with_another_phone_is_told_to_wait() -> None:
    client, user = Client(), make_user()
    draft = proven(client)
    draft.claim, draft.answers = claim_of(user, credentials={"phone": "1", "password": "2"}), {}
    draft.save()
    assert client.get("/transfers/in/confirm/").headers["Location"] == "/transfers/in/done/"
    assert "原来的手机号" in text_of(client.get("/transfers/in/done/"))
    assert not claim_signs_in(draft.claim)


@override_settings(ADDRESS_LIMITS=False)
def test_a_code_counts_like_one_of_registration() -> None:
    client = Client()
    proven(client)
    other = COMING | {"document_number": numbers.resident_id(random.Random(6), born=dt.date(1986, 5, 1))}
    answer = Client().post("/transfers/in/", other | {"action": "send_code"})
    assert answer.status_code == 422 and "获取验证码太频繁" in text_of(answer), "one phone, whatever the form"


def test_a_code_that_was_asked_for_counts_for_the_address() -> None:
    client = Client()
    proven(client)
    client.post("/transfers/in/", COMING | {"action": "send_code"})  # a double tap
    assert Attempt.objects.filter(kind="code_from_address").count() == 1


@pytest.mark.parametrize("signs_in", [True, False])
def test_who_signs_in_at_the_end_is_known_in_that_browser(signs_in: bool) -> None:
    user, password, browser = make_user(), "秋水 blue-heron 88", Browser("", "a" * 22)
    user.password = encode_for(password, User.objects.none())
    user.save()
    draft = start_claim()
    kept_back = None if signs_in else {"phone": "1", "password": user.password}
    draft.claim, draft.answers = claim_of(user, credentials=kept_back), {}
    draft.save()
    operation = Operation(kind=OperationKind.TRANSFER_CLAIMING, actor_kind=ActorKind.CITIZEN)
    confirm_claim(operation=operation, draft_id=draft.pk, password=password, browser=browser)
    assert is_known_to_any(browser.cookie, [user.pk]) is signs_in


@pytest.mark.parametrize("typed", ["ABCD-EFGH", " abcd efgh ", "0O1IL-xyz", "７Ｋ３Ｍ－９ｑｗｔ"])
def test_a_code_is_read_however_it_is_typed_and_kept_while_the_message_comes(typed: str) -> None:
    client = Client()
    assert client.post("/transfers/in/", COMING | {"action": "send_code", "transfer_code": typed}).status_code == 302
    code = read_code(unicodedata.normalize("NFKC", typed))
    assert ClaimDraft.objects.get().answers["transfer_code"] == code and len(code) == 8
    assert f'value="{code}"' in client.get("/transfers/in/").content.decode()


@pytest.mark.parametrize("typed", ["ABC", "ABCDEFGHJ", "ABCDEFGU", "调转码调转码调转"])
def test_what_is_no_code_is_refused_at_its_field(typed: str) -> None:
    answer = Client().post("/transfers/in/", COMING | {"action": "send_code", "transfer_code": typed})
    page = answer.content.decode()
    assert answer.status_code == 422 and re.findall(r'id="error-(?!summary)([a-z_]+)"', page) == ["transfer_code"]
    assert "8 位数字和字母" in page


@pytest.mark.parametrize(("road", "waits"), [("phone", False), ("code", False), ("bureau", True)])
def test_before_the_review_the_page_shows_where_from_and_where_to_and_nothing_else(road: str, waits: bool) -> None:
    client = Client()
    draft = proven(client)
    match = {"transfer_id": str(uuid7()), "origin": "440300", "name": "深圳市"}
    draft.answers |= {"match": match, "road": road, "renewal": 1}
    draft.save()
    page = text_of(client.get("/transfers/in/confirm/"))
    assert "深圳市" in page and "荔湾区" in page and "138******00" in page
    assert ("由调入地财政部门核实是您本人" in page) is waits
    assert not re.search(r"照片|版本|采集（|\d{4}年", page.split("审核通过后")[0].split("手机号")[1])


def test_a_verdict_tells_nobody_whether_somebody_is_released() -> None:
    """Not released, released elsewhere, and to another place are one answer."""
    answers = set()
    for verdict in ("not_released", "other_destination", "wrong_division"):
        held_by = PlatformName(code="440300", name="深圳市") if verdict == "not_released" else None
        match = Match.model_validate({"verdict": verdict, "transfer_id": None, "origin": None, "held_by": held_by})
        broken = matching.refusal_of(match)
        answers.add((broken.code, broken.message, broken.field))
    assert len(answers) == 1
