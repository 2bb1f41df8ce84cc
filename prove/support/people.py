"""Made-up people who register through the pages, from whatever address they are said to come from.

Imports models: only inside ``platform_inside``.
"""

import random
import re

from django.conf import settings
from django.test import Client
from procrastinate.contrib.django import app

from kuaiji.identity.models import Recovery, Registration, SmsCode
from kuaiji.identity.people.details import Details
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.identity.sms_codes.services import DRAW
from kuaiji.limits.challenge import in_chinese
from people.client_visitor import ClientVisitor, Page
from people.numbers import resident_id

PROXY = "127.0.0.1"
YES = {"works_in_accounting": "yes", "holds_qualification": "yes"}
SEND, REGISTER, VERIFY = ("action", "send_code"), ("action", "register"), ("action", "verify")
NUMERALS = {in_chinese(number): number for number in range(20)}


def somebody(number: int) -> Details:
    """The same person for the same ``number``, below 100,000,000; nobody else has this phone."""
    document = {
        "document_type": "01",
        "document_country": "",
        "document_number": resident_id(random.Random(number)),
    }
    return Details.from_flat({"name": "陈示例", **document, "phone": f"138{number:08}"})


def address(number: int) -> str:
    """One of many addresses."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def browser(address: str, form: Registration | Recovery) -> Client:
    """A program that posts from ``address``, in the middle of this form; it need not show the form's token."""
    client = Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": address})
    session = SessionStore()
    session[type(form).__name__.lower()] = str(form.pk)
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


class Person(ClientVisitor):
    """Somebody's browser behind our proxy, which says that it heard from ``address``; counts what it was asked."""

    def __init__(self, address: str) -> None:
        super().__init__(PROXY)
        self.client.defaults["HTTP_X_FORWARDED_FOR"] = address
        self.questions = 0

    def ask_for_code(self, **typed: str) -> Page:
        """Press 获取短信验证码, answering the question wherever there is one."""
        for _ in range(3):
            page = self.send(SEND, **typed, **self._answer())
            if page.status != 422 or "challenge" not in page.faults:
                return page
        return page

    def code(self, form_id: str) -> str:
        """The digits of the newest code of a form, once a worker has drawn it."""
        code = SmsCode.objects.filter(form_id=form_id).order_by("-created_at").first()
        assert code is not None
        app.tasks[DRAW](code_id=str(code.pk))
        code = SmsCode.objects.select_related("message").get(pk=code.pk)
        assert code.message is not None
        digits: str = code.message.parameters["code"]
        return digits

    def _answer(self) -> dict[str, str]:
        assert self.page is not None
        asked = re.search(r"请回答：(\w)加(\w)等于几？", self.page.text)
        if not asked:
            return {}
        self.questions += 1
        return {"challenge": in_chinese(NUMERALS[asked[1]] + NUMERALS[asked[2]])}


def registers(person: Person, details: Details) -> str:
    """From the two questions to the proven phone; empty when that went well, else where it stopped."""
    person.open("/register/")
    person.send(**YES)
    page = person.ask_for_code(**details.flat())
    if "短信验证码已发往" not in page.text:
        return f"code: {page.status} {page.summary}"
    person.send(REGISTER, sms_code=person.code(person.client.session["registration"]))
    return "" if person.path == "/register/password/" else f"entering: {person.path}"
