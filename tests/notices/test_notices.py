"""Notices: two people, a moment, editions, areas, and texts that are no more than structure."""

import datetime as dt
import re
import uuid
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from kuaiji.audit.models import Event
from kuaiji.common import clock
from kuaiji.notices.markup import faults_of, html_of
from kuaiji.notices.models import Notice
from kuaiji.notices.services.reading import forget_notices, lines
from kuaiji.staff.enums import Role
from people.records.versioned_records import make_record
from tests.support.members import make_member, signed_in
from tests.support.record_pages import browser_of

FIELDS = {"title": "关于信息采集的通知", "text": "## 时间\n\n- 3月1日起\n- 3月31日止", "area": "", "publish_at": ""}


@pytest.fixture
def writer() -> Client:
    return signed_in(make_member(Role.MANAGER, bureau="440000", name="甲员"))


@pytest.fixture
def second() -> Client:
    return signed_in(make_member(Role.MANAGER, bureau="440000", name="乙员"))


def draft(writer: Client, **fields: Any) -> Notice:
    answer = writer.post("/staff/notices/new/", FIELDS | fields)
    assert answer.status_code == 302, answer.content.decode()
    return Notice.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def act(browser: Client, notice: Notice, action: str, **fields: Any) -> Any:
    notice.refresh_from_db()
    answer = browser.post(f"/staff/notices/{notice.pk}/", {"action": action, "edits": notice.edits} | fields)
    forget_notices()
    return answer


def public(notice: Notice) -> int:
    return Client().get(f"/notices/{notice.pk}/").status_code


@pytest.mark.django_db
def test_a_second_person_publishes_what_everybody_then_reads(writer: Client, second: Client) -> None:
    notice = draft(writer)
    preview = second.get(f"/staff/notices/{notice.pk}/").content.decode()
    assert public(notice) == 404 and not lines()
    assert act(writer, notice, "publish").status_code == 422 and public(notice) == 404
    assert act(second, notice, "publish").status_code == 302
    assert act(second, notice, "publish").status_code == 302  # once more changes nothing
    page = Client().get(f"/notices/{notice.pk}/").content.decode()
    body = re.search(r'<div class="k-written">.*?</div>', page, re.DOTALL)
    assert body and body[0] in preview and "<h2>时间</h2>" in body[0] and "<li>3月1日起</li>" in body[0]
    for address in ("/", "/notices/"):
        assert FIELDS["title"] in Client().get(address).content.decode()
    assert FIELDS["title"] in browser_of(make_record()).get("/").content.decode()
    told = list(Event.objects.filter(subject_id=notice.pk).order_by("pk").values_list("kind", flat=True))
    assert told == ["NoticeSaved", "NoticePublished"]


@pytest.mark.django_db
def test_the_database_refuses_one_person_as_two(writer: Client) -> None:
    notice = draft(writer)
    for by in (notice.saved_by, None):
        with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
            Notice.objects.update(published_at=clock.now(), agreed_by=by)


@pytest.mark.django_db
def test_it_is_public_from_its_moment_on_without_any_job(writer: Client, second: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 12, 1, 1, tzinfo=dt.UTC), tick=False) as traveller:
        writer = signed_in(make_member(Role.MANAGER, bureau="440000"), client=writer)
        notice = draft(writer, publish_at="2026-12-01 09：10")
        second = signed_in(make_member(Role.MANAGER, bureau="440000"), client=second)
        assert act(second, notice, "publish").status_code == 302
        traveller.shift(dt.timedelta(minutes=10, seconds=-1))
        assert public(notice) == 404 and not lines()
        traveller.shift(1)
        forget_notices()
        assert public(notice) == 200 and [line.id for line in lines()] == [notice.pk]


@pytest.mark.django_db
def test_pinned_ones_stand_first_and_three_on_the_home_page(writer: Client, second: Client) -> None:
    notices = [draft(writer, title=f"第{number}则") for number in range(4)]
    for notice in notices:
        act(second, notice, "publish")
    assert [line.title for line in lines()] == ["第3则", "第2则", "第1则", "第0则"]
    home = Client().get("/").content.decode()
    assert "第1则" in home and "第0则" not in home
    act(writer, notices[0], "pin")
    assert lines()[0].title == "第0则" and "第1则" not in Client().get("/").content.decode()
    act(writer, notices[0], "unpin")
    assert lines()[0].title == "第3则"


@pytest.mark.django_db
def test_a_new_edition_takes_the_place_and_the_old_one_stays_readable(writer: Client, second: Client) -> None:
    old = draft(writer)
    act(second, old, "publish")
    assert FIELDS["text"].splitlines()[0] in writer.get(f"/staff/notices/new/?follows={old.pk}").content.decode()
    new = draft(writer, title="新版", follows=str(old.pk))
    assert draft(writer, title="再新", follows=str(old.pk)) == new  # begun once
    assert [line.id for line in lines()] == [old.pk]
    act(second, new, "publish")
    assert [line.id for line in lines()] == [new.pk]
    assert f"/notices/{new.pk}/" in Client().get(f"/notices/{old.pk}/").content.decode()
    assert f"/notices/{old.pk}/" in Client().get(f"/notices/{new.pk}/").content.decode()
    act(second, new, "withdraw", reason="日期有误")
    assert [line.id for line in lines()] == [old.pk]
    assert draft(writer, title="第三版", follows=str(old.pk)) != new


@pytest.mark.django_db
def test_withdrawn_leaves_the_reason_and_not_the_text(writer: Client, second: Client) -> None:
    notice = draft(writer)
    act(second, notice, "publish")
    assert act(second, notice, "withdraw", reason=" ").status_code == 422
    assert act(second, notice, "withdraw", reason="日期有误").status_code == 302
    page = Client().get(f"/notices/{notice.pk}/")
    assert page.status_code == 410 and "日期有误" in page.content.decode() and "3月1日" not in page.content.decode()
    assert act(second, notice, "publish").status_code == 422
    assert act(writer, notice, "pin").status_code == 422
    [told] = Event.objects.filter(subject_id=notice.pk, kind="NoticeWithdrawn")
    assert told.data["reason"] == "日期有误" and told.data["was_published"]


@pytest.mark.django_db
def test_who_comes_second_finds_both_texts(writer: Client, second: Client) -> None:
    notice = draft(writer)
    assert act(second, notice, "save", **FIELDS | {"text": "乙的内容"}).status_code == 302
    lost = writer.post(f"/staff/notices/{notice.pk}/", FIELDS | {"action": "save", "edits": 1, "text": "甲的内容"})
    assert lost.status_code == 409
    assert "乙的内容" in lost.content.decode() and "甲的内容" in lost.content.decode()
    notice.refresh_from_db()
    assert (notice.text, notice.edits) == ("乙的内容", 2)
    assert act(writer, notice, "publish", edits=1).status_code == 422  # what the first one saw stands no longer
    assert act(second, notice, "publish").status_code == 422  # wrote it as it stands
    assert act(writer, notice, "publish").status_code == 302
    assert act(writer, notice, "save", **FIELDS).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": " "}, "标题"),
        ({"title": "题" * 61}, "60"),
        ({"text": ""}, "正文"),
        ({"text": "字" * 10_001}, "10000"),
        ({"text": "<p class=MsoNormal>通知</p>"}, "只粘贴文本"),
        ({"text": "<script>alert(1)</script>"}, "只粘贴文本"),
        ({"text": "[看](javascript:alert(1))"}, "https://"),
        ({"publish_at": "2020-01-01 09:00"}, "已经过去"),
        ({"publish_at": "2099-01-01 09:00"}, "366 天"),
        ({"publish_at": "明天"}, "样子"),
        ({"area": "110000"}, "列出的地区"),
    ],
)
def test_what_is_written_wrongly_is_told_and_nothing_is_kept(writer: Client, fields: dict[str, str], told: str) -> None:
    answer = writer.post("/staff/notices/new/", FIELDS | fields)
    assert answer.status_code == 422 and told in answer.content.decode()
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_a_bureau_writes_for_its_own_area_and_its_people_read_it(writer: Client, second: Client) -> None:
    county = signed_in(make_member(Role.MANAGER, bureau="440103", name="丙员"))
    assert county.post("/staff/notices/new/", FIELDS).status_code == 422  # not for everybody
    assert county.post("/staff/notices/new/", FIELDS | {"area": "440104"}).status_code == 422
    notice = draft(county, area="440103")
    elsewhere = signed_in(make_member(Role.MANAGER, bureau="440104"))
    assert elsewhere.get(f"/staff/notices/{notice.pk}/").status_code == 404
    assert act(elsewhere, notice, "publish").status_code == 404
    act(second, notice, "publish")
    everybody = draft(writer)
    assert county.get(f"/staff/notices/{everybody.pk}/").status_code == 404
    city = draft(writer, area="440100", title="全市")
    act(second, city, "publish")
    assert lines() == [] and {line.id for line in lines(place="440103")} == {notice.pk, city.pk}
    assert [line.id for line in lines(place="440104")] == [city.pk] and lines(place="440300") == []
    assert FIELDS["title"] in Client().get("/notices/?division=440103").content.decode()
    assert Client().get("/notices/?division=999999").status_code == 404


@pytest.mark.django_db
def test_the_feed_names_the_public_ones(writer: Client, second: Client) -> None:
    notice, _hidden = draft(writer, title="甲 & 乙"), draft(writer)
    act(second, notice, "publish")
    answer = Client().get("/notices/atom.xml")
    space = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(answer.content).findall(f"{space}entry")
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert [entry.findtext(f"{space}id") for entry in entries] == [f"urn:uuid:{notice.pk}"]
    assert entries[0].findtext(f"{space}title") == "甲 & 乙"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# 一\n\n## 二", "<h2>一</h2>\n<h3>二</h3>\n"),
        ("## 一\n\n### 二", "<h2>一</h2>\n<h3>二</h3>\n"),
        ("1. 甲\n2. 乙", "<ol>\n<li>甲</li>\n<li>乙</li>\n</ol>\n"),
        (
            "[部](https://mof.gov.cn)",
            '<p><a href="https://mof.gov.cn" rel="noopener noreferrer">部</a></p>\n',
        ),
        ("甲\n乙", "<p>甲<br>\n乙</p>\n"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>\n"),
        ("`a` ![b](https://x.cn/c)", None),
    ],
)
def test_structure_and_nothing_else(text: str, html: str | None) -> None:
    assert faults_of(text) == ""
    shown = html_of(text)
    assert shown == html if html else "<img" not in shown and "<code" not in shown


@pytest.mark.parametrize("address", ["javascript:1", "http://a.cn", "//a.cn", "data:,1", "https://a@b.cn", "/me/"])
def test_an_address_that_is_not_https_is_no_link(address: str) -> None:
    assert "https://" in faults_of(f"[看]({address})")
    assert "<a" not in html_of(f"[看]({address})") and "<a" not in html_of(f"[看][1]\n\n[1]: {address}")


def test_a_table_is_a_table() -> None:
    assert "<td>2</td>" in html_of("| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.AUDITOR, Role.SYSTEM])
def test_only_managers_keep_notices(role: Role) -> None:
    browser = signed_in(make_member(role, bureau="440000"))
    for address in ("/staff/notices/", "/staff/notices/new/", f"/staff/notices/{uuid.uuid4()}/"):
        assert browser.get(address).status_code == 404
