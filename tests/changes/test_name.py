"""姓名变更 (R4.2): reason, proof, and another system's word."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kuaiji.accountants.models import ExamRow, Record
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.changes.services import MISMATCHES_PER_DAY
from kuaiji.exchange.partners import clients
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import User
from kuaiji.identity.partner_checks.services import PENDING, PartnerFinding, first_check, record_answer
from people.houses.loopback import Loopback, loopback, reply
from people.persons import make_picture
from people.records.versioned_records import make_record
from tests.support.record_pages import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def checker() -> Iterator[Loopback]:
    """Whoever compares names with numbers; agrees."""
    with loopback(reply(200, {"result": "match"})) as partner, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUAIJI_IDENTITY_URL", partner.url)
        clients.identity_checker.cache_clear()
        yield partner
    clients.identity_checker.cache_clear()


def fields(name: str = "新名字", **given: Any) -> dict[str, Any]:
    proof = SimpleUploadedFile("户口簿.jpg", make_picture(random.Random(5), 800, 600), "image/jpeg")
    return {"name": name, "reason": "户口簿登记的姓名已变更", "name_proof": proof} | given


def name_of(record: Record) -> str:
    return User.objects.get(pk=record.user_id).name


def test_a_name_is_checked_and_saved_with_reason_and_proof(checker: Loopback) -> None:
    record = make_record()
    client, before = browser_of(record), record.user.name
    response = client.post("/changes/name/", fields(" 新名字 "))
    assert (response.status_code, response.headers["Location"]) == (302, "/changes/?done=2")
    [asked] = checker.requests
    assert asked.json()["name"] == "新名字"
    record.refresh_from_db()
    assert name_of(record) == current_version(record).content["identity"]["name"] == "新名字"
    assert ExamRow.objects.get(record=record).name_change_pending
    event = Event.objects.get(kind="NameChanged")
    assert event.personal["reason"] == "户口簿登记的姓名已变更"
    assert Attachment.objects.get(pk=event.data["proof"]).claimed_at
    page = client.get("/changes/?done=2").content.decode()
    assert "姓名已变更" in page and before in page and "新名字" in page and "姓名变更待更新" in page
    checks_open = record.user.checks.filter(kind=CheckKind.IDENTITY)
    assert [check.outcome for check in checks_open] == [CheckOutcome.CLEAR]


def test_the_same_press_twice_is_one_change(checker: Loopback) -> None:
    record = make_record()
    client = browser_of(record)
    assert client.post("/changes/name/", fields()).headers["Location"] == "/changes/?done=2"
    assert client.post("/changes/name/", fields()).headers["Location"] == "/changes/?done=2"
    assert record.versions.count() == 2 and len(checker.requests) == 1


def test_the_name_one_has_changes_nothing_and_asks_nobody(checker: Loopback) -> None:
    record = make_record()
    response = browser_of(record).post("/changes/name/", fields(record.user.name))
    assert response.headers["Location"] == "/changes/?done=unchanged"
    assert record.versions.count() == 1 and checker.requests == []


def test_a_mismatch_is_refused_in_words_and_not_guessed_at_for_long(checker: Loopback) -> None:
    checker.behaviour = reply(200, {"result": "mismatch"})
    record = make_record()
    client, before = browser_of(record), record.user.name
    for _ in range(MISMATCHES_PER_DAY):
        response = client.post("/changes/name/", fields())
        page = response.content.decode()
        assert response.status_code == 422 and 'id="error-name"' in page and "核验不一致" in page
        assert 'value="新名字"' in page and "户口簿登记的姓名已变更" in page and "已收到 姓名变更证明" in page
    page = client.post("/changes/name/", fields()).content.decode()
    assert "请明天再试" in page and len(checker.requests) == MISMATCHES_PER_DAY
    assert name_of(record) == before and record.versions.count() == 1


def test_an_answer_about_the_old_name_is_dropped() -> None:
    record = make_record()
    user = record.user
    first_check(user, CheckKind.IDENTITY, PENDING).save()
    operation = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
    check, clear = user.checks.get(), PartnerFinding(CheckOutcome.CLEAR)
    found = record_answer(operation=operation, check_id=check.pk, finding=clear, name="旧名字")
    assert found == CheckOutcome.PENDING
    found = record_answer(operation=operation, check_id=check.pk, finding=clear, name=user.name)
    assert found == CheckOutcome.CLEAR


def test_everything_is_asked_for_and_what_was_typed_stays(checker: Loopback) -> None:
    record = make_record()
    client = browser_of(record)
    response = client.post("/changes/name/", {"name": "张3", "reason": ""})
    page = response.content.decode()
    assert response.status_code == 422 and checker.requests == []
    for field in ("name", "reason", "name_proof"):
        assert f'id="error-{field}"' in page
    assert 'value="张3"' in page
    extra = {"document_number": "X1", "document_type": "05", "gender": "1", "phone": "13900000000"}
    before = current_version(record).content
    assert client.post("/changes/name/", fields(**extra)).status_code == 302
    record.refresh_from_db()
    after = current_version(record).content
    assert after["identity"] == before["identity"] | {"name": "新名字"} and after["personal"] == before["personal"]
