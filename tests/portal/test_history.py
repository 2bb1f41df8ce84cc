"""变更记录: who changed what, when, from what to what."""

import datetime as dt
import random

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kuaiji.accountants.services.correcting import correct_record
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import Operation
from kuaiji.portal.history import SHOWN_AT_ONCE
from people.persons import make_picture
from people.records.users import make_user
from people.records.versioned_records import make_record
from tests.support.partners import Others, others
from tests.support.record_pages import browser_of, typed

__all__ = ["others"]
pytestmark = pytest.mark.django_db
AWARDS = {"awards-TOTAL_FORMS": "1", "awards-INITIAL_FORMS": "0", "awards-0-level": "2", "awards-0-name": "甲奖励"}


def main(client: Client, path: str) -> str:
    """The page without its frame and without any blanks."""
    page = client.get(path).content.decode().split("<main")[1].split("</main")[0]
    return "".join(page.split())


def test_strangers_and_people_without_a_record_have_no_history() -> None:
    assert Client().get("/me/history/").headers["Location"].startswith("/login/")
    client = Client()
    client.force_login(make_user())
    assert client.get("/me/history/").headers["Location"] == "/me/"


def test_the_line_says_who_when_why_and_what(others: Others) -> None:
    record = make_record(document_type="99")
    client = browser_of(record)
    before = record.user.name
    client.post("/changes/awards/", typed(record, "awards", AWARDS))
    client.post("/changes/awards/", typed(record, "awards", AWARDS | {"awards-0-name": "乙奖励"}))
    proof = SimpleUploadedFile("x.jpg", make_picture(random.Random(5), 800, 600), "image/jpeg")
    client.post("/changes/name/", {"name": "新名字", "reason": "随母姓", "name_proof": proof})
    operation = Operation(kind=OperationKind.RECORD_CORRECTING, actor_kind=ActorKind.STAFF, reason="护照所载")
    correct_record(operation=operation, record_id=record.pk, values={"country": "JPN"})
    page = main(client, "/me/history/")
    for words in ("信息采集", "信息变更：奖励信息", "姓名变更", "信息更正", "甲奖励→<strong>乙奖励</strong>",
                  "原因：随母姓", "原因：护照所载", f"{before}→<strong>新名字</strong>",
                  "日本", "财政部门，第5版", "本人，第1版",
                  "奖励名称：先进会计工作者→<strong>甲奖励</strong>", "?left=4&amp;right=5"):  # fmt: skip
        assert words in page, words
    assert page.index("信息更正") < page.index("姓名变更") < page.index("信息采集")
    assert AccessLog.objects.filter(action="portal.history", subject_id=record.user_id).exists()


def test_confirmations_stand_between_the_versions() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC), tick=False):
        record = make_record()
    for day in (1, 2):
        with time_machine.travel(dt.datetime(2026, 12, day, 4, tzinfo=dt.UTC), tick=False):
            client = browser_of(record)
            client.post("/changes/confirm/")
            page = main(client, "/me/history/")
    assert page.index("2026年12月2日") < page.index("2026年12月1日") < page.index("2026年11月20日")
    assert page.count("信息无变化，确认") == 2


def test_any_two_versions_stand_side_by_side() -> None:
    record = make_record()
    client = browser_of(record)
    client.post("/changes/awards/", typed(record, "awards", AWARDS))
    photo = SimpleUploadedFile("x.jpg", make_picture(random.Random(6), 600, 800), "image/jpeg")
    client.post("/changes/personal/", typed(record, "personal") | {"photo": photo})
    page = main(client, "/me/history/?left=1&right=3")
    assert "甲奖励" in page and "第3版" in page and page.count(">不同<") >= 3
    photos = [version.content["personal"]["photo"] for version in record.versions.order_by("number")]
    assert f'src="/attachments/{photos[0]}/"' in page and f'src="/attachments/{photos[2]}/"' in page
    assert "两个版本的内容相同" in main(client, "/me/history/?left=2&right=2")
    backwards = main(client, "/me/history/?left=3&right=1")
    assert "甲奖励" in backwards


@pytest.mark.parametrize("query", ["left=1&right=2", "left=0&right=1", "left=999999999&right=1"])
def test_versions_that_are_not_there_are_not_found(query: str) -> None:
    assert browser_of(make_record()).get(f"/me/history/?{query}").status_code == 404


@pytest.mark.parametrize("query", ["left=x&right=1", "left=1", "right=-1", "before=x", "before=" + "9" * 30, "left=²"])
def test_nonsense_shows_the_line(query: str) -> None:
    response = browser_of(make_record()).get(f"/me/history/?{query}")
    assert response.status_code == 200 and "变更记录" in response.content.decode()


def test_a_long_history_comes_in_pages() -> None:
    record = make_record()
    client = browser_of(record)
    total = SHOWN_AT_ONCE + 3
    for number in range(2, total + 1):
        client.post("/changes/awards/", typed(record, "awards", AWARDS | {"awards-0-name": f"奖励第{number}次"}))
    page = main(client, "/me/history/")
    assert f"第{total}版" in page and "，第4版" in page and "，第3版" not in page
    assert "奖励第3次→<strong>奖励第4次</strong>" in page and 'href="?before=4"' in page
    older = main(client, "/me/history/?before=4")
    assert "，第3版" in older and "，第1版" in older and "更早的记录" not in older


def test_nobody_sees_another_s_history() -> None:
    first, second = make_record(seed=1), make_record(seed=2)
    browser_of(first).post("/changes/awards/", typed(first, "awards", AWARDS))
    page = main(browser_of(second), "/me/history/")
    assert "甲奖励" not in page and "第2版" not in page
