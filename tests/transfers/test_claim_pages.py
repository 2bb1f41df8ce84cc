"""The pages of 调入, as far as one platform alone shows them; the whole way is in tests/journeys."""

import datetime as dt
import random
import re
import unicodedata

import pytest
from django.test import Client, override_settings

from kuaiji.accountants.models import Record
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.closing.services import close_user
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.identity.models import User
from kuaiji.identity.passwords.hashing import encode_for
from kuaiji.identity.sessions.known_browsers import Browser, is_known_to_any
from kuaiji.limits.models import Attempt
from kuaiji.regions.services import bureau_of
from kuaiji.transfers.enums import InState, Road
from kuaiji.transfers.models import ClaimDraft, TransferIn
from kuaiji.transfers.services import matching
from kuaiji.transfers.services.claiming import claim_signs_in, confirm_claim, start_claim
from kuaiji_wire.answers import Match
from kuaiji_wire.proofs import read_code
from kuaiji_wire.shapes import PlatformName
from people import numbers
from people.factories import TransferInFactory
from people.records.users import make_user
from people.records.versioned_records import make_record
from tests.support.record_pages import browser_of, text_of

pytestmark = pytest.mark.django_db


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
