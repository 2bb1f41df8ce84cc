"""What strangers do to a number, or to number and phone, does not keep the owner out (ADR 0027, 0060)."""

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import count, islice

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuaiji.common.phones import mask_phone
from kuaiji.identity import attempts
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import current_fingerprint, number_fingerprints, phone_fingerprints
from kuaiji.identity.sessions.known_browsers import Browser, browser_cookie_name
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.limits.services import Address, address_of, count_act
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import OutgoingSms
from people.client_visitor import ClientVisitor
from people.lockouts import by_number, by_phone, outcomes, registers
from people.lockouts import recovers as ask_for_recovery
from people.sign_in_steps import DRAW, PASSWORD, make_details, make_owner, refused, run_jobs
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
ONE, OTHER = make_details("one"), make_details("two")
NEW = "秋水 blue-heron 88"
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
    keys = {attempts.GUESS_ON_NUMBER: number, attempts.CODE_TO_PHONE: phone}
    for kind, key in keys.items():
        for _ in range(max(window.most for window in kind.windows)):
            count_act(kind, key)


def test_a_browser_of_the_owner_opens_while_strangers_have_used_up_everything() -> None:
    make_owner(ONE)
    own = browser_of(ONE.person.document.number)
    use_up()
    assert tries(ClientVisitor(), PASSWORD) == "limited"
    assert [tries(own, password) for password in ("guess", PASSWORD, PASSWORD)] == ["refused", "in", "in"]


def recovers(owner: ClientVisitor, details: Details = ONE) -> str:
    """找回密码 through the pages; how it ends."""
    owner.open("/recover/")
    who = {"document_number": details.person.document.number, "phone": details.phone}
    page = owner.send(("action", "send_code"), **who)
    if page.status != 200:
        return page.summary
    run_jobs(DRAW)
    sent = OutgoingSms.objects.filter(template_key=TemplateKey.RECOVERY_CODE).order_by("created_at")
    mine = [message for message in sent if message.phone == details.phone]
    if not mine:
        return "no message"
    owner.send(("action", "verify"), sms_code=mine[-1].parameters["code"])
    owner.send(password1=NEW)
    return "in" if owner.path == "/me/" else owner.path


def addresses() -> Iterator[Address]:
    """Of strangers, each of a network of its own."""
    return (address_of(f"10.{number}.0.1") for number in count())


def test_what_strangers_do_to_a_number_does_not_stop_its_owner() -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        made = addresses()
        for _ in range(2):
            found = [code for act in by_number(ONE, next(made)) for code in outcomes(iter([act]))]
            assert found[:24] == [""] * 24 and set(found[24:]) <= {"sign_in_refused", "limit_guess_on_number"}
            traveller.shift(dt.timedelta(minutes=1))
        assert tries(ClientVisitor(), PASSWORD) == "limited"
        assert recovers(ClientVisitor()) == "in"


def test_what_strangers_do_to_a_number_does_not_keep_its_owner_from_registering() -> None:
    with time_machine.travel(BEGIN, tick=False):
        assert outcomes(by_number(ONE, next(addresses()))).count("") == 24
        assert outcomes(iter([lambda: registers(ONE, address_of("198.51.100.7"))])) == [""]


def test_what_strangers_do_to_a_phone_does_not_stop_its_owner() -> None:
    """Ten messages that really go there are all of them that a day has; 找回密码 has its own."""
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for other in map(make_details, range(12)):
            outcomes(by_phone(ONE, [other], next(addresses())))
            traveller.shift(dt.timedelta(minutes=13))
        assert outcomes(iter([lambda: registers(ONE, address_of("198.51.100.7"))])) == ["limit_code_to_phone"]
        assert recovers(ClientVisitor()) == "in"


def test_who_knows_number_and_phone_uses_up_the_messages_of_new_browsers_alone() -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        own = browser_of(ONE.person.document.number)
        for address in islice(addresses(), 14):
            assert outcomes(iter([lambda address=address: _knows_both(address)])) == [""]  # type: ignore[misc]
            traveller.shift(dt.timedelta(minutes=13))
        sent = OutgoingSms.objects.filter(template_key=TemplateKey.RECOVERY_CODE)
        assert sent.count() == 10
        assert recovers(own) == "in"
        assert sent.count() == 11


def _knows_both(address: Address) -> bool:
    asked = ask_for_recovery(ONE.person.document.number, ONE.phone, address)
    run_jobs(DRAW)
    return asked


def test_the_page_says_the_same_when_nothing_more_is_sent() -> None:
    """Whether number and phone belong together shows neither before nor after the messages of the day are used up."""
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for address in islice(addresses(), 12):
            _knows_both(address)
            traveller.shift(dt.timedelta(minutes=13))
        texts = []
        for details in (ONE, dataclasses.replace(ONE, phone="13900139000")):
            visitor = ClientVisitor()
            visitor.open("/recover/")
            who = {"document_number": details.person.document.number, "phone": details.phone}
            page = visitor.send(("action", "send_code"), **who)
            run_jobs(DRAW)
            words = re.sub(r"<[^>]*>", "", visitor.open("/recover/").text)
            texts.append((page.status, page.summary, words.replace(mask_phone(details.phone), "…")))
        assert texts[0] == texts[1] and "…" in texts[0][2]


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
