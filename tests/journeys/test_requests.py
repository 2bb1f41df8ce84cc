"""What a bureau decides, in a real browser against the running house: a correction, the own data, a lost phone.

``JOURNEY_PICTURES=<folder>`` keeps a picture of every page.
"""

import os
import random
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from people import numbers
from people.houses.bureau import python_command
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.persons import Person, make_person
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import CHOSEN, PICTURES, WIDTH, collected, inspected

Desk = Callable[..., None]
pytestmark = pytest.mark.parametrize("page", [CHOSEN], indirect=True, ids=["chosen"])


@pytest.fixture
def desk(stack: Stack, server: Server, development: Development) -> Desk:
    """What a member of the bureau says, on the house's database: verdict, number, name, own words."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "KUAIJI_"))}
    env |= development.platform_env(development.platform_database)
    env |= {"DJANGO_SETTINGS_MODULE": "kuaiji.config.settings", "PYTHONPATH": str(Path(__file__).parents[2])}
    env["DATABASE_URL"] = server.url(server.app, development.platform_database)

    def run(*words: str) -> None:
        subprocess.run(python_command(*words), env=env, capture_output=True, timeout=60, check=True)

    return run


def newest_number(page: Page) -> str:
    found = re.search(r"GD-SQ-\d{4}-\d{4}-\d{4}", page.content())
    assert found
    return found[0]


@pytest.mark.timeout(240)
def test_a_correction_the_own_data_and_a_lost_phone(stack: Stack, page: Page, desk: Desk) -> None:
    rng = random.Random(time.time_ns())
    person = make_person(rng, status="3")
    collected(stack, page, person)
    look = pictures_in(PICTURES, page, f"requests-{WIDTH}")
    walker = Walker(page, stack.platform, inspected(page, look, True))
    corrected = numbers.resident_id(rng, born=person.birth_date, gender=person.sections["personal"]["gender"])
    ask_for_correction(walker, person, corrected)
    number = newest_number(page)
    desk("approve", number, "张三")
    desk("approve", number, "李四")
    walker.open("/me/corrections/")
    walker.look("approved")
    assert "已通过" in page.content()
    walker.open("/me/data/")
    walker.look("data")
    assert corrected[6:14] in page.content() and person.phone in page.content()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载我的数据").click()
    assert corrected in download.value.path().read_text("utf-8")
    walker.press("退出")
    number = lose_the_phone(walker, person, corrected)
    walker.open("/login/")
    walker.fill({"document_number": corrected, "password": person.password})
    walker.press("登录")
    walker.look("me-warned")
    assert "有人申请更换您的登录手机号" in page.content()
    walker.open("/me/corrections/")
    walker.look("claimed")
    desk("return", number, "张三", "请带身份证件到窗口核对")
    walker.open("/me/corrections/")
    walker.look("refused")
    assert "请带身份证件到窗口核对" in page.content()


def ask_for_correction(walker: Walker, person: Person, corrected: str) -> None:
    """From the own page to a request for another number."""
    walker.open("/me/")
    walker.look("me")
    walker.page.get_by_role("link", name="更正申请").click()
    walker.look("corrections-empty")
    walker.page.get_by_role("link", name="申请更正").click()
    walker.look("which-field")
    walker.page.locator('a[href$="/new/document/"]').click()
    walker.press("提交申请")
    walker.look("correction-faults")
    files = {"correction_proof": person.files["personal"]["id_card_front"]}
    walker.fill({"document_type": "01", "document_number": corrected, "reason": "注册时证件号码填错"}, files)
    walker.look("correction")
    walker.press("提交申请")
    walker.look("corrections-sent")
    assert "申请已提交" in walker.page.content()


def lose_the_phone(walker: Walker, person: Person, number: str) -> str:
    """From 找回密码 to the number of a request for another phone."""
    phone = f"199{random.randrange(10**8):08}"
    walker.open("/recover/")
    walker.page.get_by_role("link", name="申请换成新手机号").click()
    walker.look("phone-lost")
    fields = {
        "name": person.name,
        "document_type": "01",
        "document_number": number,
        "first_item": "email",
        "first_answer": person.sections["personal"]["email"],
        "second_item": "school",
        "second_answer": person.sections["education"]["full_time_school"],
        "phone": phone,
    }
    walker.fill(fields)
    walker.press("获取短信验证码")
    walker.look("phone-lost-code")
    with HttpVisitor(walker.address) as inbox:
        walker.fill({"sms_code": inbox.code_for(phone)})
        walker.press("提交申请")
        walker.look("phone-lost-done")
        made = newest_number(walker.page)
        assert inbox.is_told(person.phone, "申请更换您的登录手机号")
    return made
