"""The pages of requests: what they show, refuse and never tell."""

import random
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kuaiji.accountants.enums import HoldKind
from kuaiji.accountants.models import Record
from kuaiji.applications.enums import ApplicationState, CorrectionField
from kuaiji.applications.models import Application
from kuaiji.applications.services.phone_lost import FIND
from kuaiji.attachments.models import Attachment
from kuaiji.audit.models import AccessLog
from kuaiji.common.documents import DocumentType
from people.persons import Fields, make_picture
from people.records.users import make_user
from people.records.versioned_records import make_record
from people.sign_in_steps import DRAW, codes_for, make_details, run_jobs
from tests.support.bureau_requests import NEW_PHONE, approve, ask, claim, details_of, known_items, other_number, refuse
from tests.support.record_pages import browser_of, held

pytestmark = pytest.mark.django_db
LIST, NEW, LOST = "/me/corrections/", "/me/corrections/new/", "/recover/phone-lost/"


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("证件.jpg", make_picture(random.Random(1), 800, 600), "image/jpeg")


def lost_fields(record: Record, **given: str) -> Fields:
    """What the page for a lost phone is sent."""
    details = details_of(record)
    return {
        "name": details.person.name,
        "document_type": details.person.document.type,
        "document_number": details.person.document.number,
        "document_country": details.person.document.country,
        "first_item": "reference_number",
        "first_answer": record.reference_number,
        "second_item": "email",
        "second_answer": record.personal.email,
        "phone": details.phone,
    } | given


def apply(client: Client, fields: Fields) -> str:
    """From the empty page to the last one; its words, without the token and the number."""
    assert client.post(LOST, fields | {"action": "send_code"}).status_code == 302
    run_jobs(DRAW)
    answer = client.post(LOST, fields | {"action": "submit", "sms_code": codes_for(fields["phone"])[-1]})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LOST}done/")
    page = client.get(f"{LOST}done/").content.decode()
    return re.sub(r"GD-SQ-\d{4}-\d{4}-\d{4}", "…", page)


# --- corrections ------------------------------------------------------------------------------------------------------


def test_from_the_locked_field_to_the_answer_of_the_bureau() -> None:
    record = make_record()
    client, wanted = browser_of(record), other_number(record)
    page = client.get(NEW).content.decode()
    assert page.count("由证件号码确定") == 2 and "/me/corrections/new/document/" in page
    fields = wanted | {"reason": "注册时填错一位", "correction_proof": picture()}
    answer = client.post(f"{NEW}document/", fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?submitted=1")
    page = client.get(f"{LIST}?submitted=1").content.decode()
    request = Application.objects.get()
    assert "申请已提交" in page and request.reference_number in page and "财政部门审核中" in page
    [proof] = request.details["proofs"]
    assert client.get(f"/attachments/{proof}/").status_code == 200
    refuse(request, "张三", "proof_unclear", "证明材料看不清，请重新拍摄")
    page = client.get(LIST).content.decode()
    assert "证明材料看不清，请重新拍摄" in page and "未通过" in page and "张三" not in page
    assert AccessLog.objects.filter(action="requests.corrections", subject_id=record.user_id).count() == 2


def test_faults_are_said_at_their_fields_and_a_good_picture_is_kept() -> None:
    record = make_record()
    client = browser_of(record)
    number = record.user.document_number
    answer = client.post(f"{NEW}document/", {"document_type": "01", "document_number": number[:-1], "reason": " "})
    page = answer.content.decode()
    assert answer.status_code == 422
    for name in ("document_number", "reason", "correction_proof"):
        assert f'id="error-{name}"' in page, name
    same = {"document_type": "01", "document_number": number, "reason": "误填", "correction_proof": picture()}
    page = client.post(f"{NEW}document/", same).content.decode()
    assert "与现在登记的证件类型和证件号码一致" in page and "已收到" in page
    right = other_number(record) | {"reason": "误填"}
    assert client.post(f"{NEW}document/", right).status_code == 302
    assert Attachment.objects.filter(purpose="correction_proof", claimed_at__isnull=False).count() == 1


@pytest.mark.parametrize("kind", DocumentType)
def test_only_what_the_document_does_not_tell_is_offered(kind: DocumentType) -> None:
    record = make_record(document_type=kind)
    client = browser_of(record)
    page = client.get(NEW).content.decode()
    told = {"gender", "country"} - {field for field in CorrectionField if f"/me/corrections/new/{field}/" in page}
    for field in CorrectionField:
        assert client.get(reverse(f"applications:correction_{field}")).status_code == (302 if field in told else 200)
    values: dict[str, dict[str, str]] = {"gender": {"gender": "1"}, "country": {"country": "FRA"}}
    for name in told:
        client.post(f"{NEW}{name}/", values[name] | {"reason": "误填", "correction_proof": picture()})
    assert not Application.objects.exists()


def test_without_a_record_there_is_nothing_to_correct() -> None:
    client = Client()
    client.force_login(make_user())
    assert "还没有提交信息采集" in client.get(LIST).content.decode()
    for path in (NEW, f"{NEW}document/"):
        assert client.get(path).headers["Location"] == "/collection/"


def test_while_a_transfer_is_open_the_page_says_why_not() -> None:
    record = make_record()
    client = browser_of(record)
    with held(record, HoldKind.TRANSFER):
        page = client.get(NEW).content.decode()
        assert "撤回调出后可以变更" in page and "new/document/" not in page
        assert client.post(f"{NEW}document/", other_number(record)).headers["Location"] == NEW
    assert not Application.objects.exists()


def test_only_the_own_request_is_withdrawn() -> None:
    record, other = make_record(), make_record(seed=2)
    request = ask(record)
    address = reverse("applications:withdraw", args=[request.pk])
    assert browser_of(other).post(address).status_code == 404
    assert AccessLog.objects.filter(subject_id=request.pk, outcome="not_found").count() == 1
    client = browser_of(record)
    assert client.get(address).status_code == 405
    for _ in range(2):
        assert client.post(address).headers["Location"] == LIST
    assert Application.objects.get().state == ApplicationState.WITHDRAWN
    decided = approve(approve(ask(record), "张三"), "李四")
    assert client.post(reverse("applications:withdraw", args=[decided.pk])).status_code == 302
    assert AccessLog.objects.filter(subject_id=decided.pk, outcome="already_decided").exists()


# --- a lost phone -----------------------------------------------------------------------------------------------------


def test_a_stranger_reads_the_same_whoever_is_asked_for() -> None:
    """Byte for byte, whether the person exists, the name is right, the items match."""
    record = make_record()
    cases = [
        lost_fields(record),
        lost_fields(record, name="冒名", phone="13700137001"),
        lost_fields(record, second_answer="x@example.com", phone="13700137002"),
    ]
    unknown = make_details("nobody")
    cases.append(
        lost_fields(
            record, document_number=unknown.person.document.number, name=unknown.person.name, phone="13700137003"
        )
    )
    cases[2] |= {"document_number": make_record(seed=5).user.document_number}
    pages = {apply(Client(), fields) for fields in cases}
    assert len(pages) == 1
    assert not Application.objects.exclude(user=None).exists()  # nobody was looked up before the answer left
    run_jobs(FIND)
    assert Application.objects.exclude(user=None).count() == 1


def test_the_same_statements_run_whoever_is_asked_for() -> None:
    record, unknown = make_record(), make_details("nobody")
    stranger = lost_fields(
        record, document_number=unknown.person.document.number, name=unknown.person.name, phone="13700137009"
    )
    asked = []
    for fields in (
        stranger | {"phone": "13700137008"},
        lost_fields(record),
        stranger,
    ):  # the first makes the network known
        client = Client()
        client.post(LOST, fields | {"action": "send_code"})
        run_jobs(DRAW)
        code = codes_for(fields["phone"])[-1]
        with CaptureQueriesContext(connection) as queries:
            client.post(LOST, fields | {"action": "submit", "sms_code": code})
        asked.append([re.sub(r"'[^']*'|\s*-?\d+", "?", one["sql"])[:60] for one in queries])
    assert asked[1] == asked[2]


def test_what_was_typed_comes_back_and_the_phone_is_proven_once() -> None:
    record = make_record()
    client, fields = Client(), lost_fields(record, first_item="graduated_on", first_answer="2012年7月1日")
    client.post(LOST, fields | {"action": "send_code"})
    page = client.get(LOST).content.decode()
    assert record.user.name in page and 'value="2012-07-01"' in page and "短信验证码已发往 137******00" in page
    wrong = fields | {"action": "submit", "sms_code": "12345"}
    assert "短信验证码是 6 位数字" in client.post(LOST, wrong).content.decode()


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"second_item": "reference_number"}, "second_item", "请选择与第一项不同的内容"),
        ({"first_item": "graduated_on", "first_answer": "去年"}, "first_answer", "写到年月即可"),
        ({"first_answer": ""}, "first_answer", "请填写第一项的内容"),
        ({"first_item": ""}, "first_item", "请选择第一项"),
        ({"phone": "123"}, "phone", "手机号应为11位"),
        ({"document_number": "440000199003070017"}, "document_number", "证件号码"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(given: Fields, field: str, words: str) -> None:
    answer = Client().post(LOST, lost_fields(make_record()) | given | {"action": "send_code"})
    fault = re.search(rf'id="error-{field}">(.*?)</p>', answer.content.decode())
    assert answer.status_code == 422 and fault and words in fault[1]


def test_the_owner_is_warned_on_the_own_page_and_objects() -> None:
    record = make_record()
    claim(details_of(record), known_items(record))
    client = browser_of(record)
    assert "有人申请更换您的登录手机号" in client.get("/me/").content.decode()
    page = client.get(LIST).content.decode()
    assert "更换登录手机号" in page and NEW_PHONE not in page
    [address] = set(re.findall(r'action="(/me/corrections/[^"]+/withdraw/)"', page))
    client.post(address)
    assert "有人申请更换" not in client.get("/me/").content.decode()
    assert Application.objects.get().state == ApplicationState.WITHDRAWN


def test_the_last_page_is_for_who_has_applied() -> None:
    assert Client().get(f"{LOST}done/").headers["Location"] == LOST
    client, record = Client(), make_record()
    apply(client, lost_fields(record))
    again = client.post(LOST, lost_fields(record) | {"action": "submit", "sms_code": "123456"})
    assert again.headers["Location"] == f"{LOST}done/"
    assert Application.objects.count() == 1
    assert record.user.name not in client.get(LOST).content.decode()


def test_the_way_leads_from_recovery() -> None:
    assert f'href="{LOST}"' in Client().get("/recover/").content.decode()
