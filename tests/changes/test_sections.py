"""信息变更, section by section, read and sent without script."""

import datetime as dt
import random
import re
from collections.abc import Mapping
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from kuaiji.accountants.enums import HoldKind, SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments.models import Attachment
from kuaiji.audit.models import AccessLog
from kuaiji.identity.models import User
from kuaiji.regions.services import bureau_of
from people.persons import Fields, make_picture
from people.records.users import make_user
from people.records.versioned_records import make_record
from tests.support.record_pages import browser_of, held, typed

pytestmark = pytest.mark.django_db

SLUGS = [slug.value for slug in SectionSlug]
AWARD = {"awards-TOTAL_FORMS": "1", "awards-INITIAL_FORMS": "0", "awards-0-name": "先进会计工作者",
         "awards-0-level": "2", "awards-0-year": "2024"}  # fmt: skip
CHANGES: Mapping[str, Fields] = {
    "personal": {"email": "new.address@example.com", "political_status": "13"},
    "education": {"full_time_school": "改名后的示例大学"},
    "employment": {"division_code": "440403"},
    "professional": {"abacus_level": "21"},
    "awards": AWARD,
}


# Addresses that a look at the first sign alone lets through.
WEAK = ["/\\evil.example/", "/\u2028/evil.example/", "/ /evil.example", "///evil.example", "/汉字"]


def content(record: Record) -> dict[str, Any]:
    record.refresh_from_db()
    found: dict[str, Any] = current_version(record).content
    return found


def where(response: Any) -> str:
    return str(response.headers["Location"])


@pytest.mark.parametrize("path", ["", *(f"{slug}/" for slug in SLUGS), "name/", "confirm/"])
def test_strangers_sign_in_and_people_without_a_record_collect(path: str) -> None:
    response = Client().post(f"/changes/{path}") if path == "confirm/" else Client().get(f"/changes/{path}")
    assert response.status_code == 302 and where(response).startswith("/login/")
    client = Client()
    client.force_login(make_user())
    response = client.post(f"/changes/{path}") if path == "confirm/" else client.get(f"/changes/{path}")
    assert (response.status_code, where(response)) == (302, "/collection/")


@pytest.mark.parametrize("status", "1234")
def test_every_section_of_every_status_is_changed_once_however_often_it_is_sent(status: str) -> None:
    record = make_record(status=status)
    client = browser_of(record)
    for at, slug in enumerate(SLUGS):
        fields = typed(record, slug, CHANGES[slug]) | {"based_on": str(at + 1)}
        page = client.get(f"/changes/{slug}/").content.decode()
        assert f'name="based_on" value="{at + 1}"' in page
        response = client.post(f"/changes/{slug}/", fields)
        assert (response.status_code, where(response)) == (302, f"/changes/?done={at + 2}"), slug
        told = client.get(where(response)).content.decode()
        assert f"第 {at + 2} 版" in told and "已变更" in told
        assert where(client.post(f"/changes/{slug}/", fields)) == f"/changes/?done={at + 2}"
        record.refresh_from_db()
        assert record.version == record.versions.count() == at + 2
    assert content(record)["awards"] == {
        "awards": [{"name": "先进会计工作者", "level": "2", "year": 2024, "giver": ""}]
    }
    assert AccessLog.objects.filter(action="changes.overview", subject_id=record.user_id).exists()


@pytest.mark.parametrize("status", "1234")
def test_nothing_changed_makes_no_version(status: str) -> None:
    record = make_record(status=status)
    client = browser_of(record)
    for slug in SLUGS:
        response = client.post(f"/changes/{slug}/", typed(record, slug))
        assert (response.status_code, where(response)) == (302, "/changes/?done=unchanged")
    assert "没有变化" in client.get(where(response)).content.decode()
    assert record.versions.count() == 1


LOCKED = {"gender": "1", "country": "JPN", "document_type": "05", "document_number": "X0000001",
          "document_country": "JPN", "name": "冒名", "phone": "13900000000", "status": "2", "version": "9",
          "record": "1", "user": "1", "person_key": "1", "reference_number": "x", "collected_at": "2020-01-01",
          "confirmed_at": "2099-01-01", "holds": "", "photo": "1", "id_card_front": "1",
          "kind": "corrected"}  # fmt: skip


@pytest.mark.parametrize("document_type", ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "99"])
def test_what_may_not_change_does_not_whatever_is_sent(document_type: str) -> None:
    """证件号码, 证件类型, 性别 and 所属国家, for every type of document (R4.1)."""
    record = make_record(document_type=document_type)
    client, before = browser_of(record), content(record)
    gender = "2" if before["personal"]["gender"] == "1" else "1"
    page = client.get("/changes/personal/").content.decode()
    assert 'name="gender"' not in page and 'name="country"' not in page and "有误怎么办" in page
    for at, slug in enumerate(SLUGS, 2):
        fields = typed(record, slug, CHANGES[slug]) | LOCKED | {"gender": gender}
        assert where(client.post(f"/changes/{slug}/", fields)) == f"/changes/?done={at}", slug
    after = content(record)
    assert after["identity"] == before["identity"]
    kept = ("gender", "country", "photo", "id_card_front", "id_card_back", "birth_date")
    assert [after["personal"][name] for name in kept] == [before["personal"][name] for name in kept]
    assert all(after[slug].keys() == before[slug].keys() for slug in SLUGS)
    user = User.objects.select_related("person_key").get(pk=record.user_id)
    assert (user.name, user.phone) == (record.user.name, record.user.phone)
    assert (record.personal.gender, record.status) == (before["personal"]["gender"], "collected")


def test_a_birth_date_no_document_tells_stays_changeable_but_not_past_the_work() -> None:
    record = make_record(document_type="99")
    client = browser_of(record)
    born = dt.date.fromisoformat(content(record)["personal"]["birth_date"])
    later = {"birth_date": (born + dt.timedelta(days=1)).isoformat()}
    assert where(client.post("/changes/personal/", typed(record, "personal", later))) == "/changes/?done=2"
    too_late = {"birth_date": born.replace(year=born.year + 10, day=1).isoformat()}
    response = client.post("/changes/personal/", typed(record, "personal", too_late))
    page = response.content.decode()
    assert response.status_code == 422 and 'id="error-birth_date"' in page and too_late["birth_date"] in page
    assert record.versions.count() == 2


def test_faults_are_shown_and_nothing_is_saved() -> None:
    record = make_record()
    response = browser_of(record).post("/changes/personal/", typed(record, "personal", {"email": "none"}))
    page = response.content.decode()
    assert response.status_code == 422 and 'id="error-email"' in page and 'value="none"' in page
    assert "<title>错误：变更个人信息" in page and record.versions.count() == 1


@pytest.mark.parametrize("based_on", ["", "x", "-1", "9999999999"])
def test_a_page_that_does_not_say_what_it_saw_changes_what_stands(based_on: str) -> None:
    record = make_record()
    fields = typed(record, "awards", AWARD) | {"based_on": based_on}
    assert where(browser_of(record).post("/changes/awards/", fields)) == "/changes/?done=2"


def test_a_second_tab_sees_both_and_chooses() -> None:
    record = make_record()
    client = browser_of(record)
    one = typed(record, "education", {"full_time_school": "甲示例大学"}) | {"based_on": "1"}
    two = typed(record, "education", {"full_time_school": "乙示例大学"}) | {"based_on": "1"}
    assert client.post("/changes/education/", one).status_code == 302
    response = client.post("/changes/education/", two)
    page = response.content.decode()
    assert response.status_code == 409 and "在别处保存过" in page
    table = re.search(r"<table.*?</table>", page, re.DOTALL)
    assert table and "甲示例大学" in table[0] and "乙示例大学" in table[0] and table[0].count("<tr>") == 2
    assert 'value="乙示例大学"' in page and 'name="based_on" value="2"' in page
    assert where(client.post("/changes/education/", two | {"based_on": "2"})) == "/changes/?done=3"


def test_two_tabs_on_two_sections_do_not_hinder_each_other() -> None:
    record = make_record()
    client = browser_of(record)
    school, award = typed(record, "education", CHANGES["education"]), typed(record, "awards", AWARD)
    assert client.post("/changes/education/", school | {"based_on": "1"}).status_code == 302
    assert where(client.post("/changes/awards/", award | {"based_on": "1"})) == "/changes/?done=3"


def test_leaving_accounting_work_closes_the_running_period_once() -> None:
    record = make_record(status="1")
    client = browser_of(record)
    fields = typed(record, "employment", {"employment_status": "3", "residence_address": "示例街 1 号"})
    fields |= {"based_on": "1"}
    assert where(client.post("/changes/employment/", fields)) == "/changes/?done=2"
    [period] = content(record)["employment"]["periods"]
    assert period["ended_on"]
    told = client.get("/changes/?done=2").content.decode()
    assert "以前从事会计工作的经历 1" in told and "删去" in told
    assert where(client.post("/changes/employment/", fields)) == "/changes/?done=2"
    assert record.versions.count() == 2


# ── pictures ──


def picture(seed: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile("新照片.jpg", make_picture(random.Random(seed), 600, 800), "image/jpeg")


def test_a_new_photo_is_a_change_and_the_same_bytes_again_are_none() -> None:
    record = make_record()
    client, fields = browser_of(record), typed(record, "personal")
    before = content(record)["personal"]["photo"]
    assert where(client.post("/changes/personal/", fields | {"photo": picture()})) == "/changes/?done=2"
    photo = Attachment.objects.get(pk=content(record)["personal"]["photo"])
    assert str(photo.pk) != before and photo.claimed_at and photo.original is None
    told = client.get("/changes/?done=2").content.decode()
    assert f"/attachments/{photo.pk}/" in told and f"/attachments/{before}/" in told
    assert where(client.post("/changes/personal/", fields | {"photo": picture()})) == "/changes/?done=unchanged"
    assert record.versions.count() == 2


def test_a_good_file_in_a_bad_form_waits_and_can_be_thrown_away() -> None:
    record = make_record()
    client, fields = browser_of(record), typed(record, "personal")
    response = client.post("/changes/personal/", fields | {"photo": picture(), "email": "none"})
    waiting = Attachment.objects.get(claimed_at=None, purpose="photo")
    page = response.content.decode()
    assert response.status_code == 422 and f"/attachments/{waiting.pk}/" in page
    assert f"/attachments/{waiting.pk}/crop/?next=/changes/personal/" in page
    crop = client.get(f"/attachments/{waiting.pk}/crop/?next=/changes/personal/").content.decode()
    assert 'href="/changes/personal/">完成' in crop and "/collection/" not in crop.split("<main")[1].split("</main")[0]
    page = client.get("/changes/personal/").content.decode()
    assert "还没有生效" in page and f"/attachments/{waiting.pk}/" in page and 'value="none"' in page
    assert where(client.post("/changes/personal/", {"action": "discard"})) == "/changes/personal/"
    page = client.get("/changes/personal/").content.decode()
    assert not Attachment.objects.filter(claimed_at=None).exists() and "还没有生效" not in page
    assert content(record)["personal"]["photo"] in page and "/crop/" not in page


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "x", *WEAK])
def test_the_crop_page_leads_only_to_our_own_pages(target: str) -> None:
    record = make_record()
    client = browser_of(record)
    client.post("/changes/personal/", typed(record, "personal") | {"photo": picture(), "email": "none"})
    waiting = Attachment.objects.get(claimed_at=None, purpose="photo")
    page = client.get(f"/attachments/{waiting.pk}/crop/", {"next": target}).content.decode()
    assert target == "x" or escape(target) not in page.split("<main")[1].split("</main")[0]
    assert 'href="/collection/personal/">完成' in page


def test_employers_are_suggested_while_one_types() -> None:
    client = browser_of(make_record())
    for page in (client.get("/changes/employment/"), client.post("/changes/employment/", {})):
        assert 'data-search="/collection/employers/"' in page.content.decode()


# ── locks ──


def test_a_transfer_leaves_everything_to_be_looked_at_only() -> None:
    record = make_record()
    client = browser_of(record)
    with held(record, HoldKind.TRANSFER):
        page = client.get("/changes/").content.decode()
        assert "撤回调出后可以变更" in page and "变更信息<" not in page and "信息无变化，确认" not in page
        assert where(client.get("/changes/name/")) == "/changes/"
        assert client.post("/changes/confirm/").status_code == 422
        for slug in SLUGS:
            assert where(client.get(f"/changes/{slug}/")) == "/changes/"
            response = client.post(f"/changes/{slug}/", typed(record, slug, CHANGES[slug]))
            assert response.status_code == 422 and "撤回调出后可以变更" in response.content.decode()
    assert record.versions.count() == 1
    assert AccessLog.objects.filter(outcome="locked_by_transfer", subject_id=record.user_id).count() == 6
    assert client.post("/changes/awards/", typed(record, "awards", AWARD)).status_code == 302


def test_education_in_transit_locks_the_region_and_nothing_else() -> None:
    record = make_record()
    before = record.division_code
    assert before != "440403"
    client = browser_of(record)
    with held(record, HoldKind.CONTINUING_EDUCATION):
        for at, slug in enumerate(SLUGS, 2):
            assert ("行政区划暂时锁定" in client.get(f"/changes/{slug}/").content.decode()) == (slug == "employment")
            new = CHANGES[slug] | ({"employer_name": "新示例单位"} if slug == "employment" else {})
            assert where(client.post(f"/changes/{slug}/", typed(record, slug, new))) == f"/changes/?done={at}"
        record.refresh_from_db()
        assert record.division_code == before and content(record)["employment"]["employer_name"] == "新示例单位"
        page = client.get("/changes/").content.decode()
        assert "行政区划暂时锁定" in page and "等待变更为珠海市斗门区" in page
    record.refresh_from_db()
    assert record.division_code == "440403"
    assert "等待变更为" not in client.get("/changes/").content.decode()


def test_a_change_of_region_hands_the_record_to_the_new_bureau_at_once() -> None:
    record = make_record()
    client, old = browser_of(record), bureau_of(record.division_code)
    new = bureau_of("440403")
    assert old and new and old != new
    assert old.phones[0] in client.get("/changes/").content.decode()
    client.post("/changes/employment/", typed(record, "employment", CHANGES["employment"]))
    for path in ("/changes/", "/me/"):
        page = client.get(path).content.decode()
        assert new.phones[0] in page and old.phones[0] not in page and "珠海市斗门区" in page


# ── up to date ──


def test_a_record_grows_old_and_is_made_up_to_date_by_a_press() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC), tick=False):
        record = make_record()
    client = Client()
    with time_machine.travel(dt.datetime(2027, 11, 20, 4, tzinfo=dt.UTC), tick=False):
        client.force_login(record.user)
        assert "2027年11月20日前为最新" in client.get("/changes/").content.decode()
    with time_machine.travel(dt.datetime(2027, 11, 21, 4, tzinfo=dt.UTC), tick=False):
        client.force_login(record.user)
        for path in ("/changes/", "/me/"):
            assert "超过 12 个月没有" in client.get(path).content.decode()
        response = client.post("/changes/confirm/")
        assert (response.status_code, where(response)) == (302, "/changes/?done=confirmed")
        page = client.get(where(response)).content.decode()
        assert "已确认信息无变化" in page and "2028年11月21日前为最新" in page
        assert "2028年11月21日" in client.get("/me/").content.decode()
    assert record.versions.count() == 1


def test_the_confirmation_is_a_press_and_no_visit() -> None:
    """Who reloads the address or keeps it is led to the page with the button."""
    record = make_record()
    confirmed = record.confirmed_at
    answer = browser_of(record).get("/changes/confirm/")
    assert (answer.status_code, where(answer)) == (302, "/changes/")
    record.refresh_from_db()
    assert record.confirmed_at == confirmed


@pytest.mark.parametrize("done", ["1", "2", "99", "x", "saved", "<script>", "-1", "9" * 40])
def test_a_made_up_address_tells_of_no_save(done: str) -> None:
    page = browser_of(make_record()).get("/changes/", {"done": done}).content.decode()
    assert "已变更" not in page and "<script>" not in page.split("<main")[1]


def test_employers_are_found_without_script_and_by_the_script() -> None:
    """The register is away in these tests: said so, and nothing is lost."""
    record = make_record()
    client = browser_of(record)
    fields = typed(record, "employment", {"employer_address": "刚填的地址"}) | {"action": "search_employer"}
    page = client.post("/changes/employment/", fields).content.decode()
    assert "单位登记库暂时连不上" in page and "刚填的地址" in page
    assert client.get("/collection/employers/?q=示例").status_code == 503
