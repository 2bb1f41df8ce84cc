"""The frame of every page, its doors, the directory, the elder view and the pages for what goes wrong."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve
from pytest_django import Settings

import kuaiji
from kuaiji.attachments.pictures.imaging import DOCUMENT_SIDE
from kuaiji.common import error_views
from kuaiji.common.context import HELP, NAVIGATION, elder_cookie, page
from kuaiji.common.forms import refuse
from kuaiji.common.middleware import error_pages
from kuaiji.common.profile import profile
from kuaiji.portal.views import home
from people.factories.users import UserFactory

pytestmark = pytest.mark.usefixtures("template")  # preparing the house collects the static files

SOURCE = Path(kuaiji.__file__).parent
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
THEME = finders.find("kuaiji/css/theme.css")
CLASS = re.compile(r"\b(?:k-[a-z-]+|btn[a-z-]*)")


def request_for(address: str = "/", **cookies: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.COOKIES.update(cookies)
    return request


def frame(request: HttpRequest | None = None, **context: object) -> str:
    return render_to_string("base.html", context, request or request_for())


def works(address: str) -> bool:
    try:
        resolve(address.partition("#")[0])
    except Resolver404:
        return False
    return True


def test_the_frame_says_whose_platform_it_is() -> None:
    html = frame()
    assert html.startswith('<!doctype html>\n<html lang="zh-CN">')
    assert f" - {profile().title}</title>" in html
    assert f"主办单位：{profile().organiser}" in html
    assert all(browser in html for browser in profile().browsers)


def test_the_demo_says_so_on_every_page_and_nothing_else_does(settings: Settings) -> None:
    settings.DEMO = True
    assert "演示环境：短信见" in frame()
    settings.DEMO = False
    assert "演示环境" not in frame()


def test_a_refused_form_is_told_in_status_title_and_body() -> None:
    response = refuse(request_for(), "base.html", {})
    assert response.status_code == 422
    html = response.content.decode()
    assert "<title>错误：" in html
    assert "<body data-faulty>" in html
    assert "错误：" not in frame()


def test_the_frame_leads_only_where_a_page_answers() -> None:
    html = frame()
    for _, address, *_ in (*NAVIGATION, *HELP):
        assert (f'href="{address}"' in html) == works(address)
    assert (">登录<" in html) == works("/login/")


def test_who_is_signed_in_can_leave_with_one_press() -> None:
    html = frame(signed_in=True, own_page="/me/", sign_out="/logout/", csrf_token="0" * 64)
    assert '<form method="post" action="/logout/"><input type="hidden" name="csrfmiddlewaretoken"' in html
    assert 'href="/me/">我的' in html
    assert ">登录<" not in html


def test_a_visitor_without_a_session_is_not_looked_up() -> None:
    request = request_for()
    assert page(request)["signed_in"] is False
    assert not hasattr(request, "user")
    known = request_for(**{settings.SESSION_COOKIE_NAME: "x"})
    known.user = SimpleNamespace(is_authenticated=True)  # type: ignore[assignment]
    known.session = SimpleNamespace()  # type: ignore[assignment]
    assert page(known)["signed_in"] is True and page(known)["own_session"] is known.session


@pytest.mark.parametrize(
    ("address", "current"),
    [("/", "首页"), ("/collection/personal/", "业务办理"), ("/directory/", "咨询电话"), ("/nowhere/", "")],
)
def test_the_current_part_is_marked(address: str, current: str) -> None:
    marked = {label for label, _, is_current in page(request_for(address))["nav"] if is_current}
    assert marked == ({current} if current else set())


# ── elder view ──


def test_the_elder_view_is_remembered_and_undone(client: Client) -> None:
    switched = client.get(page(request_for("/directory/?q=%E8%8D%94%E6%B9%BE"))["elder_switch"])
    assert (switched.status_code, switched["Location"]) == (302, "/directory/?q=%E8%8D%94%E6%B9%BE")
    cookie = client.cookies[elder_cookie()]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
    assert bool(cookie["secure"]) == settings.SESSION_COOKIE_SECURE
    assert profile().slug in elder_cookie()
    html = frame(request_for(**{elder_cookie(): "1"}))
    assert '<html lang="zh-CN" class="elder">' in html
    assert 'href="/elder/?on=0&amp;next=%2F"' in html
    client.get("/elder/", {"on": "0"})
    assert client.cookies[elder_cookie()].value == ""


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "", "me"]
)
def test_the_switch_leads_to_no_other_site(client: Client, target: str) -> None:
    assert client.get("/elder/", {"on": "1", "next": target})["Location"] == "/"


# ── home ──


@pytest.mark.django_db
def test_the_home_page_has_only_doors_that_open() -> None:
    html = home(request_for()).content.decode()
    doors = re.findall(r'class="k-door" href="([^"]+)"', html)
    assert "/directory/" in doors
    assert all(works(door) for door in doors)


@pytest.mark.django_db
def test_people_of_another_platform_are_told_on_the_home_page() -> None:
    html = home(request_for()).content.decode()
    for other in profile().others:
        assert f"在{other.region}工作或学习？" in html
        assert f'<a href="{other.address}">{other.title}</a>' in html


# ── directory ──


def directory(client: Client, q: str = "") -> str:
    response = client.get("/directory/", {"q": q})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_the_directory_holds_every_printed_row(client: Client) -> None:
    html = directory(client)
    assert "全部 153 个部门" in html
    assert html.count("<li><strong>") == 153
    assert html.count('<details class="k-fold">') == 22
    assert 'href="tel:02081899453">020-81899453</a>' in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("q", "count", "expected"),
    [
        ("荔湾区", 1, "020-81899453"),
        ("荔湾", 1, "020-81899453"),
        ("广州荔湾", 1, "020-81899453"),
        ("广州市南沙区", 1, "020-39914200"),
        (" 广州　荔湾 ", 1, "020-81899453"),
        ("香洲", 1, "0756-2529392"),
        ("大鹏新区", 1, "0755-28333793"),
        ("南澳县", 1, "0754-86802045"),
        ("广州市", 13, "增城区"),  # the province's own bureau stands in the city
    ],
)
def test_a_bureau_is_found_by_city_district_or_name(client: Client, q: str, count: int, expected: str) -> None:
    html = directory(client, q)
    assert f"共找到 {count} 个部门" in html
    assert expected in html
    assert html.count("<li><strong>") == count
    assert '<details class="k-fold" open>' in html


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["火星", "%", "_", "' OR 1=1 --", "荔湾 火星", "\0"])
def test_nothing_found_says_what_to_do(client: Client, q: str) -> None:
    html = directory(client, q)
    assert ("请换成市或县（区）的名称" in html) == (q != "\0")


@pytest.mark.django_db
def test_technical_support_stands_apart_from_the_bureaux(client: Client) -> None:
    html = directory(client, "荔湾")
    assert "18922106619" not in html
    head, _, support = directory(client).partition('id="technical-support"')
    assert "18922106619" in support
    assert "系统操作技术支持</strong>" not in head


# ── what goes wrong ──

FAULTS = ["400", "403", "404", "405", "411", "413", "422", "500"]


@pytest.mark.parametrize("status", FAULTS)
def test_a_fault_has_a_page_that_needs_no_database_and_weighs_little(status: str) -> None:
    response = error_views.error_page(request_for(), int(status), megabytes=34, kilobytes=34_816, each=10)
    html = response.content.decode()
    assert response.status_code == int(status)
    assert "<title>错误：" in html
    assert 'href="/">回到首页' in html
    assert "登录<" not in html  # whose session it is was not asked
    assert len(gzip.compress(response.content)) < 10_000
    assert not re.search("系统异常|参数错误|非法", html)


def test_the_named_faults_give_their_status() -> None:
    given = [
        error_views.bad_request(request_for()),
        error_views.permission_denied(request_for()),
        error_views.csrf_failure(request_for()),
        error_views.page_not_found(request_for()),
        error_views.length_required(request_for()),
        error_views.too_large(request_for(), settings.BODY_CAP),
        error_views.server_error(request_for()),
    ]
    assert [response.status_code for response in given] == [400, 403, 403, 404, 411, 413, 500]
    assert "页面已过期" in given[2].content.decode()
    assert f"不能超过 {settings.BODY_CAP // 2**20} MB" in given[5].content.decode()


def test_the_wrong_method_gets_a_page_and_is_told_the_right_one() -> None:
    def refused(request: HttpRequest) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])

    response = error_pages(refused)(request_for())
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "这个页面不能这样打开" in response.content.decode()


@pytest.mark.parametrize("answer", [HttpResponseNotAllowed(["POST"], content=b"{}"), HttpResponse(status=204)])
def test_answers_with_words_of_their_own_are_left_alone(answer: HttpResponse) -> None:
    assert error_pages(lambda request: answer)(request_for()) is answer


@pytest.mark.parametrize(
    ("path", "referrer", "back"),
    [
        ("/nowhere/", "http://testserver/guide/", "/guide/"),
        ("/nowhere/", "http://testserver/directory/?q=%E8%8D%94", "/directory/?q=%E8%8D%94"),
        ("/nowhere/", "http://testserver/nowhere/", ""),
        ("/nowhere/", "http://testserver/not-there/", ""),
        ("/nowhere/", "http://evil.example/guide/", ""),
        ("/nowhere/", "https://testserver/guide/", ""),
        ("/nowhere/", "http://testserver.evil.example/guide/", ""),
        ("/nowhere/", "http://testserver@evil.example/guide/", ""),
        ("/nowhere/", "http://testserver//evil.example/", ""),
        ("/nowhere/", "javascript:alert(1)", ""),
        ("/nowhere/", "http://[", ""),
        ("/nowhere/", "", ""),
        ("/guide/nowhere/", "", "/guide/"),
        ("/logout/", "http://testserver/guide/", "/guide/"),
    ],
)
def test_a_fault_leads_back_to_where_one_was_and_nowhere_else(path: str, referrer: str, back: str) -> None:
    page = Client().get(path, headers={"Referer": referrer} if referrer else {}).content.decode()
    card = page.partition('class="k-actions"')[2].partition("</div>")[0]
    leads = re.findall(r'href="([^"]+)"', card)
    assert leads[:2] == ([back, "/"] if back else ["/", "/directory/"])
    assert "evil" not in card and "javascript:" not in card


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "size", "status"),
    [("get", "/nowhere/", 0, 404), ("get", "/logout/", 0, 405), ("post", "/changes/name/", 80_000_000, 413)],
)
def test_a_fault_keeps_in_the_head_who_one_is(method: str, path: str, size: int, status: int) -> None:
    browser = Client()
    browser.force_login(UserFactory.create())
    answer = browser.generic(method.upper(), path, CONTENT_LENGTH=str(size), CONTENT_TYPE="multipart/form-data")
    assert answer.status_code == status
    head = answer.content.decode().partition("</header>")[0]
    assert 'href="/me/">我的' in head and ">登录<" not in head


def test_a_fault_of_the_database_is_told_without_asking_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: HttpRequest) -> None:
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(error_views, "get_user", broken)
    request = request_for("/x/", **{settings.SESSION_COOKIE_NAME: "0" * 32})
    assert error_views.page_not_found(request).status_code == 404
    monkeypatch.setattr(error_views, "get_user", None)  # asked of a server's fault it would break
    assert error_views.server_error(request).status_code == 500


def test_the_refusal_of_too_much_names_the_limit_of_a_file() -> None:
    page = error_views.too_large(request_for(), settings.BODY_CAP).content.decode()
    assert DOCUMENT_SIDE.max_bytes == settings.FILE_CAP
    assert f"每个文件不能超过 {settings.FILE_CAP // 2**20} MB" in page


def test_an_unknown_address_shows_our_page(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有找到这个页面" in response.content.decode()


# ── the files themselves ──


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.relative_to(SOURCE)))
def test_no_template_has_script_or_style_inside(template: Path) -> None:
    html = template.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|data:[a-z]+/", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.relative_to(SOURCE)))
def test_every_class_of_a_template_is_in_the_theme(template: Path) -> None:
    assert THEME
    known = set(CLASS.findall(Path(THEME).read_text(encoding="utf-8")))
    used = {
        name for value in re.findall(r'class="([^"]*)"', template.read_text("utf-8")) for name in CLASS.findall(value)
    }
    assert used <= known


@pytest.mark.django_db
def test_a_first_visit_is_light() -> None:
    def weight(content: bytes) -> int:
        return len(gzip.compress(content, 9))

    files = {name: Path(finders.find(f"kuaiji/{name}") or "").read_bytes() for name in FIRST_VISIT}
    html = home(request_for()).content
    assert weight(html) <= 14_000
    assert weight(files["css/theme.css"]) <= 15_000
    assert weight(files["js/app.js"]) + weight(files["js/employer.js"]) <= 12_000
    assert weight(html) + sum(map(weight, files.values())) <= 60_000
    assert len(re.findall(r'(?:src|href)="/static/', html.decode())) == 5  # theme, colours, script, icon, logo
    assert len(set(re.findall(rb"url\(([^)]+)\)", files["css/theme.css"]))) == 1  # chevron


FIRST_VISIT = (
    *("css/theme.css", "js/app.js", "js/employer.js", "img/chevron.svg"),
    *("profile/colours.css", "profile/logo.svg"),
)
