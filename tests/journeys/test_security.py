"""登录与安全 in a real browser on a phone: another number, another password, a session ended, a new text, the end.

``JOURNEY_PICTURES=<folder>`` keeps a picture of every page.
"""

import random
import time

import psycopg
import pytest
from playwright.sync_api import Page

from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from people.browsers import DESKTOP, PHONE
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor
from people.persons import make_person
from people.walker import Walker, pictures_in
from tests.support.browser_journeys import PICTURES, inspected

NEW_PASSWORD = "秋水 blue-heron 88"


@pytest.mark.parametrize("page", [PHONE, DESKTOP], ids=["phone", "desktop"], indirect=True)
def test_a_person_looks_after_their_own_sign_in(
    stack: Stack, page: Page, server: Server, development: Development
) -> None:
    person = make_person(random.Random(time.time_ns()), status="3")
    with HttpVisitor(stack.platform) as other:
        other.register(person)
        with psycopg.connect(server.url(server.owner, development.platform_database)) as connection:
            connection.execute("DELETE FROM limits_attempt")  # as if the minute after the last code were over
        width = page.viewport_size["width"]  # type: ignore[index]
        look = inspected(page, pictures_in(PICTURES, page, f"security-{width}"), scripted=True)
        walker = Walker(page, stack.platform, look)
        sign_in = {"document_number": person.document_number, "password": person.password}

        walker.open("/login/")
        walker.fill(sign_in)
        walker.press("登录")
        assert other.is_told(person.phone, "在新设备登录")
        walker.open("/me/security/")
        look("security")
        assert page.locator(".k-tasklist li").count() == 2
        walker.press("退出其他全部登录")
        assert page.locator(".k-tasklist li").count() == 1 and "/login/" in str(other.client.get("/me/").headers)

        page.get_by_role("link", name="更换手机号").click()
        look("old-phone")
        walker.press("获取短信验证码")
        look("old-phone-sent")
        walker.fill({"sms_code": other.code_for(person.phone)})
        walker.press("下一步")
        look("new-phone")
        phone = f"139{random.Random(time.time_ns()).randint(10**7, 10**8 - 1)}"
        walker.fill({"phone": "139"})
        walker.press("获取短信验证码")
        look("new-phone-refused")
        walker.fill({"phone": phone})
        walker.press("获取短信验证码")
        walker.fill({"sms_code": other.code_for(phone)})
        walker.press("更换手机号")
        assert page.get_by_text("手机号已更换").is_visible()
        assert other.is_told(person.phone, "手机号已于")

        page.get_by_role("link", name="修改密码").click()
        look("password")
        walker.fill({"current_password": "wrong", "password1": NEW_PASSWORD})
        walker.press("修改密码")
        look("password-refused")
        changed = {"current_password": person.password, "password1": NEW_PASSWORD}
        walker.fill(changed)
        walker.press("修改密码")
        look("password-changed")
        assert page.get_by_text("密码已修改").is_visible() and other.is_told(phone, "登录密码已于")

        page.get_by_role("link", name="个人信息处理告知").first.click()
        look("privacy-notice")
        walker.open("/me/security/")
        page.get_by_role("link", name="了解并办理注销").click()
        look("close")
        walker.press("注销")
        look("close-refused")
        walker.fill({"understood": "on", "current_password": NEW_PASSWORD})
        walker.press("注销")
        look("closed")
        assert page.url.endswith("/closed/") and other.is_told(phone, "注销")
        walker.open("/login/")
        walker.fill(sign_in | {"password": NEW_PASSWORD})
        walker.press("登录")
        assert page.get_by_text("证件号或密码不正确").first.is_visible()
