"""What strangers and crowds meet at the doors, as a browser without script sees it."""

import re
from typing import Any

import pytest
import time_machine
from django.conf import settings

from kuaiji.identity import attempts
from kuaiji.limits.challenge import in_chinese
from kuaiji.sms.models import MessageState, OutgoingSms
from people.client_visitor import ClientVisitor, Page
from people.records.busy import make_busy
from people.sign_in_steps import DRAW, PASSWORD, code_for, make_details, make_owner, other_than, run_jobs
from tests.support.moments import BEGIN
from tests.support.partners import Others
from tests.support.sign_in_pages import ONE, REGISTER, SEND, TYPED, VERIFY, signed_in, to_details

pytestmark = pytest.mark.django_db
NUMERALS = {in_chinese(number): number for number in range(20)}


# ── What a stranger learns ──


def stripped(response: Any) -> tuple[int, dict[str, str], str]:
    """Status, headers and body without tokens."""
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    return response.status_code, headers, text


def answers_to(path: str, posts: list[dict[str, str]], number: str, phone: str, state: MessageState) -> list[Any]:
    """All answers of one visit, with what was typed made alike."""
    visitor = ClientVisitor(address="198.51.100.8")
    if path == "/register/details/":
        to_details(visitor)
    seen = [stripped(visitor.client.get(path))]
    for post in posts:
        token = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
        seen.append(stripped(visitor.client.post(path, post | {"csrfmiddlewaretoken": token})))
        run_jobs(DRAW)
        OutgoingSms.objects.update(state=state)
        seen.append(stripped(visitor.client.get(path)))
    masked = f"{phone[:3]}******{phone[-2:]}"
    return [
        (status, headers, text.replace(number, "NUMBER").replace(phone, "PHONE").replace(masked, "MASKED"))
        for status, headers, text in seen
    ]


@pytest.mark.parametrize("state", MessageState)
@pytest.mark.parametrize("path", ["/login/", "/recover/", "/register/details/"])
def test_known_and_unknown_people_get_the_same_bytes(path: str, state: MessageState) -> None:
    make_owner(ONE)
    other = make_details("two")
    seen = []
    with time_machine.travel(BEGIN, tick=False):
        for who in (ONE, other):
            typed = who.flat() | {"name": "同名", "password": "wrong", "sms_code": "000000"}
            posts = [typed | dict([button]) for button in (SEND, SEND, VERIFY, VERIFY)]
            seen.append(answers_to(path, posts, who.person.document.number, who.phone, state))
    for known, unknown in zip(*seen, strict=True):
        assert known == unknown


def test_codes_are_not_sent_by_reading_nor_across_sites(visitor: ClientVisitor) -> None:
    to_details(visitor)
    visitor.client.get("/register/details/", TYPED | {"action": "send_code"})
    refused = visitor.client.post("/register/details/", TYPED | {"action": "send_code"})
    assert refused.status_code == 403
    assert run_jobs(DRAW) == 0


@pytest.mark.parametrize("path", ["/register/", "/register/details/", "/register/password/", "/login/", "/recover/"])
@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(visitor: ClientVisitor, path: str, method: str) -> None:
    visitor.client.handler.enforce_csrf_checks = False
    assert getattr(visitor.client, method)(path).status_code == 405


# ── Busy addresses ──


def answer(page: Page) -> str:
    """The answer to the page's question, in words."""
    match = re.search(r"请回答：(\w)加(\w)等于几？", page.text)
    assert match
    return in_chinese(NUMERALS[match[1]] + NUMERALS[match[2]])


def test_registering_from_a_busy_address_asks_one_question(visitor: ClientVisitor, others: Others) -> None:
    make_busy(attempts.CODE_FROM_ADDRESS, "198.51.100.7")
    page = to_details(visitor)
    question = answer(page)
    page = visitor.send(SEND, **TYPED)
    assert page.status == 422 and list(page.faults) == ["challenge"] and run_jobs(DRAW) == 0
    assert page.forms[-1]["fields"]["challenge"] == "" and "请回答" in page.text
    assert question
    page = visitor.send(SEND, challenge=answer(page))
    assert page.status == 200 and "请回答" not in page.text
    visitor.send(REGISTER, sms_code=code_for(ONE.phone))
    visitor.send(password1=PASSWORD)
    assert signed_in(visitor)


def test_signing_in_from_a_busy_address_asks_one_question(visitor: ClientVisitor) -> None:
    make_owner(ONE)
    make_busy(attempts.GUESS_FROM_ADDRESS, "198.51.100.7")
    page = visitor.open("/login/")
    page = visitor.send(document_number=ONE.person.document.number, password=PASSWORD, challenge="九十九")
    assert page.status == 422 and not signed_in(visitor)
    visitor.send(password=PASSWORD, challenge=answer(page))
    assert signed_in(visitor)


def test_a_right_answer_in_a_faulty_form_is_not_asked_again(visitor: ClientVisitor) -> None:
    make_busy(attempts.CODE_FROM_ADDRESS, "198.51.100.7")
    page = to_details(visitor)
    page = visitor.send(SEND, **TYPED | {"phone": "1"}, challenge=answer(page))
    assert page.status == 422 and list(page.faults) == ["phone"] and "请回答" not in page.text
    assert visitor.send(SEND, phone=ONE.phone).status == 200


def test_pages_carry_nothing_personal_into_the_log(visitor: ClientVisitor, caplog: pytest.LogCaptureFixture) -> None:
    make_owner(ONE)
    visitor.open("/login/")
    visitor.send(document_number=ONE.person.document.number, password="wrong")
    to_details(visitor)
    visitor.send(SEND, **TYPED)
    code = code_for(ONE.phone)
    visitor.send(REGISTER, sms_code=other_than(code))
    assert not any(
        secret in caplog.text for secret in (ONE.person.document.number, ONE.phone, ONE.person.name, code, "wrong")
    )
