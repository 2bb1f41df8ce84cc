"""首页 and 采集状态 of who is signed in: where one stands comes first, and no wrong bureau."""

import re

import pytest
from django.test import Client

from kuaiji.accountants.models import Personal, Record
from kuaiji.audit.models import AccessLog
from kuaiji.common.context import works
from kuaiji.common.own_pages import OWN_ROWS
from kuaiji.common.profile import profile
from kuaiji.identity.models import User
from kuaiji.regions.services import bureau_of
from people.factories.records import DraftFactory, RecordFactory
from people.factories.users import UserFactory

pytestmark = pytest.mark.django_db

ROWS = re.compile(r'<a href="([^"]+)">\s*<svg.*?<b>([^<]+)</b>', re.DOTALL)
STRANGERS_ONLY = ("首次办理，去注册", "在深圳市工作或学习？")
BEGINNERS_ONLY = ("信息采集怎么办", "办理前请准备")


def page_of(user: User, path: str) -> str:
    browser = Client()
    browser.force_login(user)
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def rows_on(page: str) -> list[tuple[str, str]]:
    return ROWS.findall(page.partition('<ul class="k-rows">')[2].partition("</ul>")[0])


def test_a_stranger_is_asked_in_and_told_whose_platform_it_is() -> None:
    page = Client().get("/").content.decode()
    assert all(words in page for words in (*STRANGERS_ONLY, *BEGINNERS_ONLY))
    assert 'class="k-id"' not in page and page.count("<h1") == 1
    assert 'class="k-door" href="/collection/"' in page, "the sign-in leads on, as the manual has it"


@pytest.mark.parametrize("path", ["/", "/me/"])
def test_who_is_collected_sees_the_card_first(path: str) -> None:
    record = RecordFactory.create()
    page = page_of(record.user, path)
    card = page.partition('class="k-id"')[2].partition("</section>")[0]
    photo = Personal.objects.get(record=record).photo
    for shown in (record.user.name, record.reference_number, "信息已采集", "有效至", photo.get_absolute_url()):
        assert shown in card
    assert page.index('class="k-id"') < page.index("接下来")
    assert page.count("<h1") == 1
    assert not any(words in page for words in (*STRANGERS_ONLY, *BEGINNERS_ONLY))
    assert AccessLog.objects.filter(subject_id=record.user_id, action__in=("portal.home", "portal.me")).count() == 1


def test_what_is_done_is_no_door_of_the_home_page_any_more() -> None:
    record, beginner = RecordFactory.create(), UserFactory.create()
    assert 'class="k-door" href="/collection/"' not in page_of(record.user, "/")
    assert 'class="k-door" href="/collection/"' in page_of(beginner, "/")


@pytest.mark.parametrize("path", ["/", "/me/"])
def test_no_bureau_is_named_before_a_region_is_known(path: str) -> None:
    page = page_of(UserFactory.create(), path)
    general = bureau_of(profile().territory)
    assert general is not None and not any(phone in page for phone in general.phones)
    assert "按单位所在地查找" in page or "找本地财政部门" in page
    assert "/directory/" in page


def test_the_bureau_is_named_once_the_work_is_filled_in() -> None:
    draft = DraftFactory.create()
    page = page_of(draft.user, "/me/")
    assert "按单位所在地查找" not in page and 'class="k-phone"' in page


def test_the_rows_stand_in_the_words_of_the_manual() -> None:
    record = RecordFactory.create()
    rows = rows_on(page_of(record.user, "/me/"))
    labels = [label for _, label in rows]
    wanted = ["信息变更", "跨省调转", "打印档案", "采集状态", "历史"]
    assert [label for label in labels if label in wanted] == wanted
    assert labels[-1] == "登录与安全"
    assert all(works(address) for address, _ in rows)
    assert {address for address, _ in rows} == set(OWN_ROWS)


def test_rows_of_a_record_wait_for_it() -> None:
    addresses = {address for address, _ in rows_on(page_of(UserFactory.create(), "/me/"))}
    assert addresses == {address for address in OWN_ROWS if not OWN_ROWS[address].of_record}
    assert Record.objects.count() == 0
