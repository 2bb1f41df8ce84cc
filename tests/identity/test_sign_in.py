"""登录 as a service: which user it is, and how guessing is stopped without stopping the owner."""

import dataclasses
import datetime as dt

import pytest
import time_machine

from kuaiji.identity.models import User
from kuaiji.identity.passwords.hashing import Argon2id
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.limits.models import Attempt
from people.sign_in_steps import PASSWORD, make_details, make_owner, refused
from tests.support.moments import BEGIN

pytestmark = pytest.mark.django_db
ONE = make_details("one")


def tried(number: str, password: str, document_type: str = "") -> str:
    """The code of the refusal, empty when it is none."""
    broken = refused(lambda: sign_in_user(number=number, password=password, document_type=document_type))
    assert broken is None or broken.field is None
    return broken.code if broken else ""


def test_the_right_password_opens_and_nothing_else_does() -> None:
    user = make_owner(ONE)
    other = make_owner(make_details("two"), "another password 9")
    assert sign_in_user(number=ONE.person.document.number, password=PASSWORD) == user
    assert sign_in_user(number=ONE.person.document.number, password=PASSWORD, document_type="01") == user
    wrong = [
        (ONE.person.document.number, PASSWORD.upper(), ""),
        (ONE.person.document.number, f"{PASSWORD} ", ""),
        (ONE.person.document.number, "another password 9", ""),
        (ONE.person.document.number, PASSWORD, "02"),
        (other.document_number, PASSWORD, ""),
        ("110101190001010009", PASSWORD, ""),
        ("", PASSWORD, ""),
    ]
    assert [tried(*guess) for guess in wrong] == ["sign_in_refused"] * len(wrong)


def test_people_with_the_same_number_are_told_apart_by_password() -> None:
    people = {
        country: make_owner(
            make_details(country, document_type="04", document_number="P1234567", document_country=country),
            f"{PASSWORD} {country}",
        )
        for country in ("USA", "FRA", "DEU")
    }
    for country, user in people.items():
        assert sign_in_user(number="P1234567", password=f"{PASSWORD} {country}") == user
    assert tried("P1234567", PASSWORD) == "sign_in_refused"


def test_a_disabled_user_is_refused_as_a_stranger_is() -> None:
    make_owner(ONE)
    User.objects.update(is_active=False)
    assert tried(ONE.person.document.number, PASSWORD) == "sign_in_refused"


@pytest.mark.parametrize("known", [True, False])
def test_guesses_are_counted_for_known_and_unknown_numbers_alike(known: bool) -> None:
    if known:
        make_owner(ONE)
    outcomes = [tried(ONE.person.document.number, f"guess {number}") for number in range(8)]
    assert outcomes == ["sign_in_refused"] * 5 + ["limit_guess_on_number"] * 3
    assert tried(make_details("two").person.document.number, "guess") == "sign_in_refused"


def test_ten_thousand_guesses_a_day_are_forty() -> None:
    make_owner(ONE)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        compared = 0
        for _ in range(24 * 12):
            for _ in range(6):
                outcome = tried(ONE.person.document.number, "guess")
                compared += outcome == "sign_in_refused"
                if outcome != "sign_in_refused":
                    break
            traveller.shift(dt.timedelta(minutes=5))
        assert compared == 40


def test_signing_in_rightly_costs_nothing() -> None:
    make_owner(ONE)
    for _ in range(12):
        assert tried(ONE.person.document.number, PASSWORD) == ""
    assert not Attempt.objects.exists()


def test_an_old_hash_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Argon2id, "memory_cost", 8 * 1024)
    user = make_owner(dataclasses.replace(ONE))
    monkeypatch.undo()
    assert "m=8192" in user.password
    sign_in_user(number=ONE.person.document.number, password=PASSWORD)
    user.refresh_from_db()
    assert "m=19456" in user.password
    assert tried(ONE.person.document.number, PASSWORD) == ""
