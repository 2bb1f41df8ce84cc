"""The pages of 跨省调转, as far as one platform alone shows them; the whole way is in tests/journeys."""

import datetime as dt
import random
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kuaiji.accountants.models import Record
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.transfers.enums import Action, Actor, OutRule, OutState
from kuaiji.transfers.models import TransferOut
from kuaiji.transfers.services.advancing import advance_transfer
from people.persons import make_picture
from people.records.drafts import attachment
from people.records.users import make_user
from people.records.versioned_records import make_record
from tests.support.record_pages import browser_of, text_of

pytestmark = pytest.mark.django_db
NEW, LIST = "/transfers/out/new/", "/transfers/out/"
LEAVING = {"destination_platform": "440300", "destination_division": "440304", "reason": "工作调动"}
COLUMNS = [
    "序号", "行政区划", "姓名", "证件类型", "调入名称", "申请时间", "当前状态", "全国平台处理状态", "全国平台处理时间",
    "调转证明", "操作",
]  # fmt: skip


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
