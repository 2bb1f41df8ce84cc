"""隐私政策, 无障碍声明, 网站地图, the foot of the pages, and what search engines and messengers are told."""

import dataclasses
import re

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from kuaiji.archives.services import KEPT
from kuaiji.common import context
from kuaiji.common.context import works
from kuaiji.common.profile import Filings, load, profile
from kuaiji.identity.enums import TextKey
from kuaiji.identity.texts import files
from kuaiji.portal import system_checks
from kuaiji.portal.statements import CLOSED, site_parts
from tests.support.addresses import routes

pytestmark = pytest.mark.usefixtures("template")
OURS = Filings(
    "粤ICP备00000000号", "粤公网安备00000000000000号", "00000000000000", "4400000000", "https://e.example/?s=1"
)
NOTHING = Filings("", "", "", "", "")
# No page that one can begin at: files, machines, presses, and what follows from another page.
FOLLOWING = re.compile(
    r"<|\.(json|pdf|png|xml|txt)$|^/(healthz|readyz|metrics|logout/|me/stay/|elder/|closed/|demo/|notice/$)"
    r"|/(confirm|withdraw|done|thanks|waiting|employers|sessions|details|new|proof)/|^/(recover|register)/password/"
    r"|^/collection/(notice|personal|education|employment|professional|awards|review)/"
    r"|^/changes/.+|^/attachments/"
)


def shown(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def with_filings(monkeypatch: pytest.MonkeyPatch, filings: Filings) -> str:
    changed = dataclasses.replace(profile(), filings=filings)
    monkeypatch.setattr(context, "profile", lambda: changed)
    monkeypatch.setattr(system_checks, "profile", lambda: changed)
    return render_to_string("base.html", {}, RequestFactory().get("/")).partition("<footer")[2]


def test_the_foot_shows_the_numbers_that_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    foot = with_filings(monkeypatch, OURS)
    for words in (f"主办单位：{profile().organiser}", OURS.icp, OURS.police, OURS.site_code, "政府网站找错"):
        assert words in foot
    assert f"code={OURS.police_code}" in foot and OURS.report_errors in foot
    assert system_checks.check_filings(None) == []


def test_a_number_that_was_not_given_is_never_shown_and_the_operator_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    foot = with_filings(monkeypatch, NOTHING)
    assert not any(words in foot for words in ("备案", "公网安备", "标识码", "找错", "beian"))
    [told] = system_checks.check_filings(None)
    assert all(f"filings.{name}" in told.msg for name in system_checks.ASKED)


@pytest.mark.parametrize("slug", ["guangdong", "shenzhen"])
def test_no_shipped_profile_invents_a_number(slug: str) -> None:
    """Whoever knows the real ones writes them into a profile of their own, or here with the source."""
    assert load(slug).filings == NOTHING


def test_every_page_leads_to_the_three_statements() -> None:
    foot = shown("/guide/").partition("<footer")[2]
    assert all(f'href="{path}"' in foot for path in ("/privacy/", "/accessibility/", "/sitemap/"))


def test_the_policy_is_the_notice_in_force_with_the_limits_of_the_code() -> None:
    page, text = shown("/privacy/"), files.current_text(TextKey.PRIVACY)
    assert all(part.heading in page for part in text.parts) and text.version in page
    for words in (
        f"{profile().draft_days} 天没有继续填写",
        "30 分钟不用就退出，最长 12 小时",
        f"{KEPT.days * 24} 小时",
    ):
        assert words in page
    leads = ("/me/data/", "/changes/", "/me/corrections/", "/me/security/close/", "/directory/")
    assert all(f'href="{path}"' in page for path in leads)


def test_the_statement_says_what_is_not_tested() -> None:
    page = shown("/accessibility/")
    for words in ("无障碍环境建设法", "GB/T 37668-2019", "还没有检查的", "读屏软件", "/directory/"):
        assert words in page


def test_the_map_has_every_page_that_one_can_begin_at() -> None:
    listed = [address for _, rows in site_parts() for _, address in rows]
    assert len(listed) == len(set(listed)) and all(works(address) for address in listed)
    missing = {route for route in routes() if not FOLLOWING.search(route)} - set(listed)
    assert missing == set()
    page = shown("/sitemap/")
    assert all(f'<a href="{address}">' in page for address in listed)


@pytest.mark.django_db
def test_search_engines_are_led_to_open_pages_only() -> None:
    found = re.findall(r"<loc>http://testserver(/[^<]*)</loc>", shown("/sitemap.xml"))
    assert {"/", "/directory/", "/guide/", "/guide/collection/", "/privacy/"} <= set(found)
    assert not [path for path in found if path.startswith(CLOSED)]
    assert [path for path in found if Client().get(path).status_code != 200] == []
    rules = shown("/robots.txt")
    assert "Disallow: /me/\n" in rules and "Sitemap: http://testserver/sitemap.xml" in rules


def test_a_shared_link_has_words_and_a_picture_and_nobody_in_it() -> None:
    head = shown("/guide/").partition("</head>")[0]
    [picture] = re.findall(r'property="og:image" content="http://testserver(/static/[^"]+)"', head)
    assert "kuaiji/img/share" in picture
    [description] = re.findall(r'<meta name="description" content="([^"]+)">', head)
    assert profile().organiser in description and len(description) <= 120
