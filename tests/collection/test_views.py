"""The eight steps as pages, read and sent without script."""

import random
import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from kuaiji.accountants.models import Record
from kuaiji.accountants.sections import field_matrix
from kuaiji.audit.models import AccessLog
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.identity.models import User
from people.persons import Fields, make_person
from people.records.drafts import fill_in, submit
from people.records.users import make_user

pytestmark = pytest.mark.django_db

SECTIONS = ("personal", "education", "employment", "professional", "awards")
Visit = Callable[..., tuple[User, Client]]


@pytest.fixture
def visit() -> Visit:
    def make(seed: int = 1, *, agreed: bool = True, filled: bool = False, status: str = "1") -> tuple[User, Client]:
        person = make_person(random.Random(seed), status=status)
        user, client = make_user(person), Client()
        client.force_login(user)
        if filled:
            fill_in(user, person)
        elif agreed:
            client.post("/collection/notice/", {"truthful": "on"})
        return user, client

    return make


def answers(slug: str, seed: int = 1, status: str = "1") -> Fields:
    return make_person(random.Random(seed), status=status).sections[slug]


@pytest.mark.parametrize("path", ["", "notice/", *(f"{slug}/" for slug in SECTIONS), "review/", "done/", "employers/"])
def test_strangers_are_sent_to_sign_in(path: str) -> None:
    response = Client().get(f"/collection/{path}")
    assert response.status_code == HTTPStatus.FOUND
    assert response.headers["Location"].startswith("/login/?next=/collection/")


def test_the_overview_shows_where_to_go_on(visit: Visit) -> None:
    _, client = visit(agreed=False)
    page = client.get("/collection/").content.decode()
    assert "接下来填" in page and "开始" in page
    client.post("/collection/notice/", {"truthful": "on"})
    assert "继续：个人信息" in client.get("/collection/").content.decode()


def test_the_promise_is_required(visit: Visit) -> None:
    user, client = visit(agreed=False)
    response = client.post("/collection/notice/", {})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="error-summary"' in page and 'id="error-truthful"' in page and "<title>错误：" in page
    assert not Draft.objects.filter(user=user).exists()


@pytest.mark.parametrize("slug", SECTIONS)
def test_steps_cannot_be_skipped(slug: str, visit: Visit) -> None:
    user, client = visit(agreed=False)
    for response in (client.get(f"/collection/{slug}/"), client.post(f"/collection/{slug}/", answers(slug))):
        assert (response.status_code, response.headers["Location"]) == (302, "/collection/notice/")
    client.post("/collection/notice/", {"truthful": "on"})
    response = client.post("/collection/awards/", answers("awards"))
    assert response.headers["Location"] == "/collection/personal/"
    assert client.post("/collection/review/").headers["Location"] == "/collection/personal/"
    assert not StepAnswers.objects.filter(draft__user=user).exists()


def test_all_faults_show_at_once_and_what_was_typed_stays(visit: Visit) -> None:
    _, client = visit()
    response = client.post("/collection/personal/", {"email": "not an address", "ethnic_group": "77"})
    page = response.content.decode()
    assert response.status_code == 422 and response.headers["Cache-Control"] == "no-store"
    for field in ("email", "ethnic_group", "political_status", "photo", "id_card_front", "id_card_back"):
        assert f'id="error-{field}"' in page, field
    assert 'value="not an address"' in page and "有 6 处需要修改" in page
    assert page.index("error-summary") < page.index("id_email")


def test_a_matrix_per_status_and_what_is_not_asked_is_dropped(visit: Visit) -> None:
    user, client = visit(filled=True)
    typed = answers("employment") | {"employment_status": "3", "residence_address": "示例路1号"}
    assert client.post("/collection/employment/", typed).status_code == 302
    data = StepAnswers.objects.get(draft__user=user, step="employment").data
    assert data["employer_name"] is None and data["accounting_post"] is None
    assert data["residence_address"] == "示例路1号"


def test_employers_are_suggested_from_the_collection_s_own_address(visit: Visit) -> None:
    _, client = visit(filled=True)
    for page in (client.get("/collection/employment/"), client.post("/collection/employment/", {})):
        assert f'data-search="{reverse("collection:employers")}"' in page.content.decode()
    assert "data-search" not in client.get("/collection/review/").content.decode()


def test_rows_grow_and_shrink_without_script_and_nothing_is_stored(visit: Visit) -> None:
    user, client = visit(filled=True)
    before = StepAnswers.objects.get(draft__user=user, step="awards").revision
    typed = {"awards-TOTAL_FORMS": "1", "awards-INITIAL_FORMS": "0", "awards-MAX_NUM_FORMS": "30",
             "awards-0-name": "先进会计", "action": "add-awards"}  # fmt: skip
    page = client.post("/collection/awards/", typed).content.decode()
    assert 'name="awards-1-name"' in page and 'value="先进会计"' in page and "error-summary" not in page
    page = client.post("/collection/awards/", typed | {"action": "remove-awards-0"}).content.decode()
    assert 'name="awards-0-name"' not in page.split("<template>")[0] and "先进会计" not in page
    assert StepAnswers.objects.get(draft__user=user, step="awards").revision == before


def test_a_second_tab_gets_a_choice(visit: Visit) -> None:
    user, client = visit(filled=True)
    one = {"awards-TOTAL_FORMS": "1", "awards-INITIAL_FORMS": "0", "awards-0-name": "甲", "awards-0-level": "1"}
    first = client.post("/collection/awards/", one | {"revision": "1"})
    second = client.post("/collection/awards/", one | {"awards-0-name": "乙", "revision": "1"})
    page = second.content.decode()
    assert (first.status_code, second.status_code) == (302, 409)
    assert "在别处保存过" in page and 'value="乙"' in page and 'name="revision" value="2"' in page
    assert StepAnswers.objects.get(draft__user=user, step="awards").data["awards"][0]["name"] == "甲"
    assert client.post("/collection/awards/", one | {"awards-0-name": "乙", "revision": "2"}).status_code == 302


def test_mending_from_the_check_page_returns_there(visit: Visit) -> None:
    _, client = visit(filled=True)
    page = client.get("/collection/awards/?then=review").content.decode()
    assert 'name="then" value="review"' in page and "返回核对" in page
    response = client.post("/collection/awards/", answers("awards") | {"then": "review"})
    assert response.headers["Location"] == "/collection/review/"


def test_the_check_page_shows_every_answer_with_a_way_to_mend_it(visit: Visit) -> None:
    user, client = visit(seed=3, filled=True)
    page = client.get("/collection/review/").content.decode()
    person = make_person(random.Random(3), status="1")
    for words in ("姓名", person.name, "民族", "电子邮箱", person.sections["personal"]["email"], "工作单位名称",
                  person.sections["employment"]["employer_uscc"], "珠算等级", "免冠证件照"):  # fmt: skip
        assert words in page
    for slug in SECTIONS:
        assert f"/collection/{slug}/?then=review" in page
    assert AccessLog.objects.filter(action="collection.review", subject_id=user.pk).exists()


@pytest.mark.parametrize("status", "1234")
def test_the_check_page_shows_what_was_answered_with_no_or_left_empty(visit: Visit, status: str) -> None:
    person = make_person(random.Random(13), status=status)
    _, client = visit(seed=13, filled=True, status=status)
    page = client.get("/collection/review/").content.decode()
    lines = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd(?: class=\"k-muted\")?>(.*?)</dd>", page, re.DOTALL))
    assert lines["是注册会计师"] == lines["是税务师"] == lines["是资产评估师"] == "否" and "税务师证书编号" not in lines
    assert lines["奖励信息"] == lines["高端会计人才信息"] == "没有" and lines["非全日制最高学历"] == "未填"
    assert lines["手机号"].replace(" ", "") == person.phone
    asked = {field.label for field in field_matrix.FIELDS if status in field.statuses}
    others = {field.label for field in field_matrix.FIELDS} - asked
    assert asked - {"会计专业技术职务聘任时间", "学生证明附件"} <= lines.keys() and not others & lines.keys()
    assert lines["专业技术资格"] in ("助理会计师（初级）·考试", "会计师（中级）·考试")
    assert lines["证书编号"] == "未填" and "资格级别" not in lines
    assert page.count(">修改<span") == len(SECTIONS) and "身份信息有误怎么办？" in page
    assert all(f'class="btn" href="/collection/{slug}/?then=review"' in page for slug in SECTIONS)


def test_years_that_differ_are_pointed_out_but_accepted(visit: Visit) -> None:
    _, client = visit(seed=4, filled=True)
    typed = answers("employment", 4) | {"accounting_years": "1"}
    assert client.post("/collection/employment/", typed).status_code == 302
    assert "不一致" in client.get("/collection/review/").content.decode()


def test_who_need_not_be_collected_is_told_how_it_comes(visit: Visit) -> None:
    user, client = visit(seed=5, filled=True, status="3")
    empty = {"abacus_level": "00", "qualifications-TOTAL_FORMS": "0", "qualifications-INITIAL_FORMS": "0",
             "talents-TOTAL_FORMS": "0", "talents-INITIAL_FORMS": "0"}  # fmt: skip
    response = client.post("/collection/professional/", empty)
    page = response.content.decode()
    assert response.status_code == 422 and "无须进行信息采集" in page and 'href="/collection/employment/"' in page
    assert StepAnswers.objects.get(draft__user=user, step="professional").data["qualifications"]
    assert AccessLog.objects.filter(action="collection.professional", outcome="not_an_accountant").exists()


def test_who_leaves_accounting_after_that_step_is_told_before_the_submission(visit: Visit) -> None:
    user, client = visit(seed=1, filled=True)
    none = {"abacus_level": "00", "qualifications-TOTAL_FORMS": "0", "qualifications-INITIAL_FORMS": "0",
            "talents-TOTAL_FORMS": "0", "talents-INITIAL_FORMS": "0", "no_qualification_meant": "on"}  # fmt: skip
    assert client.post("/collection/professional/", none).status_code == 302
    home = answers("employment") | {"employment_status": "3", "residence_address": "示例路1号", "then": "review"}
    assert client.post("/collection/employment/", home).headers["Location"] == "/collection/review/"
    assert "无须进行信息采集" in client.get("/collection/review/").content.decode()
    response = client.post("/collection/review/")
    assert response.status_code == 422 and "无须进行信息采集" in response.content.decode()
    assert not Record.objects.filter(user=user).exists()
    assert AccessLog.objects.filter(outcome="not_an_accountant").exists()


def test_after_the_submission_the_steps_are_closed(visit: Visit) -> None:
    user, client = visit(seed=6, filled=True)
    record = submit(user)
    done = client.get("/collection/done/").content.decode()
    assert "信息已采集" in done and record.reference_number in done
    for path in ("", "notice/", *(f"{slug}/" for slug in SECTIONS)):
        assert client.get(f"/collection/{path}").headers["Location"] == "/me/"
    assert client.post("/collection/review/").headers["Location"] == "/collection/done/"
    assert Record.objects.filter(user=user).count() == 1
    me = client.get("/me/").content.decode()
    assert "信息已采集" in me and record.reference_number in me and "财政" in me


def test_status_page_before_and_while_filling_in(visit: Visit) -> None:
    _, client = visit(agreed=False)
    assert "未采集" in client.get("/me/").content.decode()
    client.post("/collection/notice/", {"truthful": "on"})
    page = client.get("/me/").content.decode()
    assert "填写中" in page and "个人信息" in page


HOSTILE = [
    "<script>alert(1)</script>",
    "x" * 100_000,
    "a\x00b",
    "a\u202eb",
    "\x1b[31m",
    "'; DROP TABLE x;--",
    "🀄" * 500,
]


@pytest.mark.parametrize(
    "field",
    [
        "employer_name",
        "employer_address",
        "employer_uscc",
        "employer_phone",
        "accounting_start_date",
        "accounting_years",
    ],
)
@pytest.mark.parametrize("value", HOSTILE, ids=["html", "long", "nul", "bidi", "ansi", "sql", "emoji"])
def test_hostile_text_is_refused_or_harmless(field: str, value: str, visit: Visit) -> None:
    user, client = visit(filled=True)
    response = client.post("/collection/employment/", answers("employment") | {field: value})
    page = response.content.decode()
    assert response.status_code in (302, 422)
    assert "<script>alert" not in page
    if response.status_code == 422:
        assert f'id="error-{field}"' in page
        assert StepAnswers.objects.get(draft__user=user, step="employment").revision == 1


@pytest.mark.parametrize("extra", [{"status": "collected"}, {"is_staff": "on"}, {"user": "1"}, {"version": "9"}])
def test_extra_parameters_change_nothing(extra: Fields, visit: Visit) -> None:
    user, client = visit(filled=True)
    client.post("/collection/awards/", answers("awards") | extra)
    assert set(StepAnswers.objects.get(draft__user=user, step="awards").data) == {"awards"}


@pytest.mark.parametrize("path", ["notice/", "personal/", "review/"])
def test_other_methods_are_refused(path: str, visit: Visit) -> None:
    _, client = visit()
    assert client.put(f"/collection/{path}").status_code == 405
