"""The person's page, the file, and the check that tells strangers nothing."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from kuaiji.accountants.models import Record
from kuaiji.archives import check_codes
from kuaiji.archives.attempts import CHECK_FROM_ADDRESS
from kuaiji.archives.enums import PrintState
from kuaiji.archives.models import ArchivePrint
from kuaiji.archives.services import KEPT, LABEL
from kuaiji.attachments import storage
from kuaiji.audit.models import AccessLog, RefusalCount
from kuaiji.common import clock
from kuaiji.limits.models import Attempt
from people.records.busy import allowance
from people.records.users import make_user
from tests.support.archive_prints import collected, someone

pytestmark = pytest.mark.django_db
PAGE, FILE, CHECK = "/me/archive/", "/me/archive.pdf", "/verify/"
CODE = "8K2M4QXT9D0R7WAB3HCN"


def signed_in(record: Record) -> Client:
    client = Client()
    client.force_login(record.user)
    return client


def printed(record: Record, pdf: bytes = b"%PDF-1.7 made up", code: str = CODE) -> ArchivePrint:
    """A print as its job leaves it."""
    now = clock.now()
    made = ArchivePrint(
        record=record,
        person_key=record.person_key,
        version=record.version,
        state=PrintState.READY,
        asked_at=now,
        made_at=now,
        expires_at=now + KEPT,
        storage_key=storage.new_key(),
        check_code=check_codes.code_fingerprint(code),
        pages=1,
    )
    storage.write(made.storage_key or "", record.person_key.box.seal(pdf, LABEL, made.pk))
    made.save()
    return made


def accesses(action: str) -> list[tuple[Any, ...]]:
    rows = AccessLog.objects.filter(action=action).order_by("id")
    return list(rows.values_list("actor_id", "subject_id", "outcome"))


def words(response: Any) -> str:
    return re.sub(r"\s+|<[^>]+>", "", response.content.decode())


# ── the person's page ──


def test_the_page_shows_how_far_it_is() -> None:
    record = collected()
    client = signed_in(record)
    assert "打印档案" in words(client.get("/me/"))
    assert "生成一份《会计人员信息登记表》" in words(client.get(PAGE))
    for _ in range(2):
        pressed = client.post(PAGE)
        assert (pressed.status_code, pressed["Location"]) == (302, PAGE)
    asked = ArchivePrint.objects.get()
    waiting = client.get(PAGE)
    assert "正在生成打印件" in words(waiting) and b"data-waiting" in waiting.content and "刷新" in words(waiting)
    assert client.get(FILE)["Location"] == PAGE
    for state in (PrintState.FAILED, PrintState.UNAVAILABLE):
        ArchivePrint.objects.filter(pk=asked.pk).update(state=state)
        told = words(client.get(PAGE))
        assert "您的财政部门" in told and "再试一次" in told
    asked.delete()
    printed(record)
    ready = words(client.get(PAGE))
    assert "下载打印件（PDF）" in ready and record.reference_number in ready
    assert accesses("archives.file") == []


def test_the_file_is_given_to_its_owner_and_noted() -> None:
    record, other = collected(), collected(someone(seed=2))
    printed(record, b"%PDF-1.7 mine")
    answer = signed_in(record).get(FILE)
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7 mine")
    expected = {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="accountant-archive.pdf"; '
        f"filename*=UTF-8''{quote('会计人员信息登记表.pdf')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    assert {name: answer.headers[name] for name in expected} == expected
    assert accesses("archives.file") == [(record.user_id, record.pk, "ok")]
    refused = signed_in(record).get(FILE, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403 and b"mine" not in refused.content
    # Nobody else's file can even be named: the address has no place for whose it is.
    assert signed_in(other).get(FILE)["Location"] == PAGE
    assert Client().get(FILE)["Location"].startswith("/login/")


def test_who_has_no_record_is_led_back() -> None:
    client = Client()
    client.force_login(make_user(someone(seed=3)))
    assert [client.get(path)["Location"] for path in (PAGE, FILE)] == ["/me/", PAGE]
    assert client.post(PAGE)["Location"] == "/me/"
    assert ArchivePrint.objects.count() == 0


# ── the check ──


@pytest.mark.parametrize("typed", [check_codes.grouped_code(CODE), CODE.lower(), "8k2m 4qxt 9d0r 7wab 3hcn"])
def test_a_known_code_tells_the_day_and_nothing_else(typed: str) -> None:
    record = collected()
    made = printed(record)
    assert made.made_at
    for answer in (Client().get(CHECK, {"check_code": typed}), Client().post(CHECK, {"check_code": typed})):
        told = words(answer)
        day = made.made_at.astimezone(clock.CHINA)
        assert answer.status_code == 200 and "查验通过" in told and f"{day.year}年{day.month}月{day.day}日" in told
        for secret in (record.user.name, record.reference_number, record.user.document_number, str(record.pk)):
            assert secret not in answer.content.decode()
    assert accesses("archives.verify") == [(None, record.pk, "ok")] * 2
    assert Attempt.objects.count() == 0


def test_an_unknown_code_says_what_to_do() -> None:
    answer = Client().post(CHECK, {"check_code": CODE})
    assert answer.status_code == 200 and "没有查到这个校验码" in words(answer) and "不要采信" in words(answer)
    assert accesses("archives.verify") == [], "a stranger's wrong guess is counted, and leaves no row for ever"
    assert RefusalCount.objects.get(action="archives.verify", outcome="unknown").count == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "请填写校验码"),
        ("8K2M", "校验码有20位，现在是4位"),
        ("校验码" * 7, "校验码里没有“校”"),
        ("9" * 500, "校验码"),
    ],
)
def test_a_mistyped_code_is_a_fault_of_the_field(typed: str, told: str) -> None:
    for answer in (Client().get(CHECK, {"check_code": typed}), Client().post(CHECK, {"check_code": typed})):
        page = answer.content.decode()
        assert answer.status_code == 422 and told in words(answer)
        assert 'id="error-summary"' in page and 'id="error-check_code"' in page
    assert accesses("archives.verify") == []


def test_a_busy_address_answers_a_question_and_honest_checks_cost_nothing() -> None:
    printed(collected())
    client = Client()
    for _ in range(allowance(CHECK_FROM_ADDRESS).most):
        assert "没有查到" in words(client.post(CHECK, {"check_code": "0" * 20}))
    assert "查验通过" not in words(client.post(CHECK, {"check_code": CODE}))
    asking = client.get(CHECK)
    assert 'name="challenge"' in asking.content.decode()
    left, right = re.search(r"请回答：(.)加(.)等于几", words(asking)).groups()  # type: ignore[union-attr]
    numerals = "零一二三四五六七八九"
    answer = str(numerals.index(left) + numerals.index(right))
    assert "查验通过" in words(client.post(CHECK, {"check_code": CODE, "challenge": answer}))
