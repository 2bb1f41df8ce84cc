"""Who knows a person's number and phone and uses up guesses and codes does not keep the owner out (ADR 0027)."""

import datetime as dt
import re
from collections import Counter
from functools import partial

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuaiji.identity import attempts
from kuaiji.identity.people.fingerprints import current_fingerprint, number_fingerprints, phone_fingerprints
from kuaiji.identity.sessions.known_browsers import Browser, browser_cookie_name
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.limits.services import count_act
from people.client_visitor import ClientVisitor
from people.sign_in_steps import PASSWORD, make_details, make_owner, refused
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
ONE, OTHER = make_details("one"), make_details("two")
OWN_VALUES = re.compile(r"'[^']*'| ?-?\d+|\bs\d+_x\d+")  # of statements
MOST_A_DAY = 60  # ASVS 6.3.1, all ways together


def tries(visitor: ClientVisitor, password: str, number: str = ONE.person.document.number) -> str:
    """Signs in, and out again by losing the session; what came of it."""
    visitor.open("/login/")
    page = visitor.send(document_number=number, password=password)
    if page.status == 200:
        del visitor.client.cookies[settings.SESSION_COOKIE_NAME]
        return "in"
    return "limited" if "密码错误次数过多" in page.summary else "refused"


def browser_of(number: str) -> ClientVisitor:
    """Somebody's browser that has signed in with this number."""
    visitor = ClientVisitor()
    assert tries(visitor, PASSWORD, number) == "in"
    return visitor


def use_up() -> None:
    """What strangers can use up in a day: guesses at the number, codes to the phone and for the number."""
    number = current_fingerprint(number_fingerprints(ONE.person.document.number))
    phone = current_fingerprint(phone_fingerprints(ONE.phone))
    keys = {attempts.GUESS_ON_NUMBER: number, attempts.CODE_FOR_PERSON: number, attempts.CODE_TO_PHONE: phone}
    for kind, key in keys.items():
        for _ in range(max(window.most for window in kind.windows)):
            count_act(kind, key)


def test_a_browser_of_the_owner_opens_while_strangers_have_used_up_everything() -> None:
    make_owner(ONE)
    own = browser_of(ONE.person.document.number)
    use_up()
    assert tries(ClientVisitor(), PASSWORD) == "limited"
    assert [tries(own, password) for password in ("guess", PASSWORD, PASSWORD)] == ["refused", "in", "in"]


def test_a_browser_of_somebody_else_is_a_stranger() -> None:
    for details in (ONE, OTHER):
        make_owner(details)
    theirs = browser_of(OTHER.person.document.number)
    use_up()
    assert tries(theirs, PASSWORD) == "limited"


def test_all_ways_together_check_sixty_guesses_a_day() -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        own = browser_of(ONE.person.document.number).client.cookies[browser_cookie_name()].value
        browsers = [Browser(brought, own) for brought in ("", own)]
        codes = Counter[str]()
        for _ in range(24 * 4):
            for browser in browsers:
                act = partial(sign_in_user, number=ONE.person.document.number, password="guess", browser=browser)
                while (code := getattr(refused(act), "code", "")) == "sign_in_refused":
                    codes[browser.brought] += 1
                assert code.startswith("limit_guess_")
            traveller.shift(dt.timedelta(minutes=15))
    assert list(codes.values()) == [40, 20] and codes.total() <= MOST_A_DAY


def test_the_database_is_asked_the_same_about_known_and_unknown_numbers() -> None:
    make_owner(ONE)
    own = browser_of(ONE.person.document.number)
    asked = []
    for number in (ONE.person.document.number, OTHER.person.document.number):
        own.open("/login/")
        with CaptureQueriesContext(connection) as queries:
            own.send(document_number=number, password="guess")
        asked.append([OWN_VALUES.sub("", query["sql"]) for query in queries.captured_queries])
    assert asked[0] == asked[1]
