"""信息变更 in a real browser against the running house: every section of every status, and the history.

``JOURNEY_PICTURES=<folder>`` keeps a picture of every page.
"""

import random
import time

import pytest
from playwright.sync_api import Page

from people.browsers import DESKTOP, PHONE
from people.houses.stack import Stack
from people.persons import Fields, make_person
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import PICTURES, collected, inspected

JOURNEYS = [
    ("accounting-phone", "1", "01", PHONE),
    ("other-post-desktop", "2", "99", DESKTOP),
    ("unemployed-phone-without-script", "3", "04", PHONE._replace(scripted=False)),
    ("student-phone", "4", "01", PHONE),
]
SEEN = {"1": None, "2": {"personal", "employment", "history", "versions"}, "3": None, "4": {"employment", "saved"}}
NEXT_STATUS = {"1": "3", "2": "1", "3": "2", "4": "3"}
REST: dict[str, Fields] = {
    "personal": {"email": "new.address@example.com"},
    "education": {"full_time_school": "改名后的示例大学"},
    "professional": {"abacus_level": "21"},
}


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("status", "document_type", "page", "scripted"),
    [pytest.param(*rest, screen, screen.scripted, id=id_) for id_, *rest, screen in JOURNEYS],
    indirect=["page"],
)
def test_every_section_is_changed_and_told_in_the_history(
    stack: Stack, page: Page, status: str, document_type: str, scripted: bool
) -> None:
    rng = random.Random(time.time_ns())
    person = make_person(rng, status=status, document_type=document_type)
    collected(stack, page, person)
    look = pictures_in(PICTURES, page, f"changes-{status}")
    inspect, wanted = inspected(page, look, scripted), SEEN[status]
    walker = Walker(page, stack.platform, lambda name: inspect(name) if wanted is None or name in wanted else None)
    walker.open("/changes/")
    walker.look("overview")
    for slug, fields in REST.items():
        walker.change(slug, fields)
    other = make_person(rng, status=NEXT_STATUS[status], document_type=document_type)
    moved = other.sections["employment"] | {"division_code": "440403"}
    if NEXT_STATUS[status] == "1":  # the years of this person, not of the other
        moved |= {"accounting_start_date": f"{person.birth_date.year + 24}-07-01", "accounting_years": ""}
        moved |= {"accounting_technical_post": "00", "technical_post_appointed_on": ""}
    walker.change("employment", {name: value for name, value in moved.items() if not name.startswith("periods")})
    assert page.get_by_text("珠海市斗门区").first.is_visible()
    walker.open("/changes/awards/")
    if not page.locator('[name="awards-0-name"]:not(template *)').count():
        walker.add_rows({"awards-TOTAL_FORMS": "1"})
    walker.fill({"awards-0-name": "优秀会计人员", "awards-0-level": "2"})
    walker.look("awards")
    walker.press("保存")
    assert page.get_by_text("奖励信息已变更，信息档案为第 6 版").is_visible()
    walker.look("saved")
    walker.press("信息无变化，确认")
    assert page.get_by_text("已确认信息无变化").is_visible()
    page.get_by_role("link", name="查看变更记录").click()
    walker.look("history")
    assert page.get_by_text("改名后的示例大学").first.is_visible()
    page.get_by_role("link", name="与现在对照").click()
    walker.look("versions")
    assert page.get_by_text("不同", exact=True).count() >= 5
    walker.open("/me/")
    walker.look("me")


@pytest.mark.parametrize("page", [pytest.param(PHONE, id="phone")], indirect=True)
def test_two_tabs_and_a_new_name(stack: Stack, page: Page) -> None:
    person = make_person(random.Random(time.time_ns()), status="1")
    collected(stack, page, person)
    look = inspected(page, pictures_in(PICTURES, page, "tabs"), True)
    walker = Walker(page, stack.platform, look)
    tab = page.context.new_page()
    other = Walker(tab, stack.platform, lambda name: None)
    walker.open("/changes/education/")
    other.change("education", {"full_time_school": "甲示例大学", "full_time_major": "审计学"})
    tab.close()
    walker.fill({"full_time_school": "乙示例大学"})
    walker.press("保存")
    assert page.get_by_text("在别处保存过").is_visible() and page.get_by_text("甲示例大学").is_visible()
    walker.look("stale")
    walker.press("保存")
    assert page.get_by_text("学历信息已变更").is_visible()
    page.get_by_role("link", name="变更姓名").click()
    walker.look("name")
    walker.press("保存")
    walker.look("name-refused")
    proof = person.files["personal"]["id_card_front"]
    walker.fill({"name": "假不符", "reason": "户口簿登记的姓名已变更"}, {"name_proof": proof})
    walker.press("保存")
    assert page.get_by_text("核验不一致").first.is_visible()
    walker.look("name-mismatch")
    walker.fill({"name": "假停机"})
    walker.press("保存")
    walker.look("name-waiting")
    assert page.get_by_text("等待核验").first.is_visible() and person.name in page.content()
    walker.open("/changes/")
    walker.look("overview-name-waiting")
    page.get_by_role("link", name="查看或撤回").click()
    walker.press("撤回修改")
    page.get_by_role("link", name="变更姓名").click()
    walker.fill({"name": "欧阳若曦"})
    walker.press("保存")
    assert page.get_by_text("姓名已变更").first.is_visible()
    walker.look("renamed")
