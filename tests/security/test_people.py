"""Cookies, sessions, passwords and codes, seen from the door."""

import datetime as dt
import re
import secrets
from collections import Counter
from http.cookies import Morsel

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.forms import PasswordInput
from django.test import Client

from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import FOLDER, load
from kuaiji.identity.forms import PasswordForm
from kuaiji.identity.models import Session, User
from kuaiji.identity.passwords.rules import DATA, SHORTEST
from kuaiji.identity.passwords.services import check_password
from kuaiji.identity.recovery.forms import RecoverForm
from kuaiji.identity.registration.forms import DetailsForm
from kuaiji.identity.sessions.store import SessionStore
from kuaiji.identity.signing_in.forms import SignInForm
from kuaiji.identity.signing_in.services import sign_in_user
from people.client_visitor import ClientVisitor
from people.sign_in_steps import PASSWORD, code_for, make_details, make_owner
from tests.support.refusals import refusal

pytestmark = pytest.mark.django_db
ONE = make_details("one")


def sign_in(address: str = "198.51.100.7") -> ClientVisitor:
    visitor = ClientVisitor(address)
    visitor.open("/login/")
    visitor.send(document_number=ONE.person.document.number, password=PASSWORD)
    return visitor


def is_in(visitor: ClientVisitor) -> bool:
    visitor.open("/me/")
    return visitor.path == "/me/"


# ── cookies ──


def test_every_cookie_is_for_this_host_alone_and_closed_to_scripts() -> None:
    """``__Host-``, Secure, HttpOnly, SameSite (ASVS 3.3.1 to 3.3.4), for each cookie a whole visit sets."""
    make_owner(ONE)
    visitor = sign_in()
    visitor.client.get("/elder/?on=1&next=/")
    cookies: list[Morsel[str]] = list(visitor.client.cookies.values())
    assert len(cookies) == 4
    for cookie in cookies:
        assert cookie.key.startswith("__Host-kuaiji_"), cookie.key
        assert cookie["secure"] and cookie["httponly"] and cookie["path"] == "/" and not cookie["domain"], cookie.key
        assert cookie["samesite"] == "Lax"
        assert len(cookie.key) + len(cookie.value) < 4096


def test_the_session_s_id_travels_in_its_cookie_alone() -> None:
    make_owner(ONE)
    visitor = sign_in()
    value = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    for path in ("/", "/me/", "/collection/", "/collection/notice/"):
        response = visitor.client.get(path)
        told = {name: text for name, text in response.items() if name != "Set-Cookie"}
        assert value not in response.content.decode() and value not in str(told)
    visitor.client.cookies.clear()
    assert visitor.client.get("/me/", {settings.SESSION_COOKIE_NAME: value}).status_code == 302


def test_ids_of_sessions_are_long_and_never_the_same() -> None:
    """32 characters of 36: 165 bits (ASVS 7.2.3)."""
    made = set()
    for _ in range(50):
        store = SessionStore()
        store.create()
        made.add(store.session_key)
    assert len(made) == 50 and all(re.fullmatch("[a-z0-9]{32}", key or "") for key in made)
    assert len(Counter("".join(map(str, made)))) == 36


# ── sessions ──


def test_a_disabled_person_is_out_at_once() -> None:
    """ASVS 7.4.2."""
    user = make_owner(ONE)
    visitor = sign_in()
    assert is_in(visitor)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_in(visitor)


def recover(visitor: ClientVisitor, password: str) -> None:
    visitor.open("/recover/")
    visitor.send(("action", "send_code"), document_number=ONE.person.document.number, phone=ONE.phone)
    visitor.send(("action", "verify"), sms_code=code_for(ONE.phone))
    visitor.send(password1=password)


def test_proving_oneself_again_begins_a_new_session_and_ends_the_old_one() -> None:
    """ASVS 7.2.4."""
    make_owner(ONE)
    visitor = sign_in()
    old = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    recover(visitor, "秋水 blue-heron 88")
    assert is_in(visitor) and visitor.client.cookies[settings.SESSION_COOKIE_NAME].value != old
    replay = Client()
    replay.cookies[settings.SESSION_COOKIE_NAME] = old
    assert replay.get("/me/").status_code == 302


def test_a_person_may_have_several_sessions_and_recovery_ends_them_all() -> None:
    """As docs/security/access.md says (ASVS 7.1.2, 7.4.3)."""
    make_owner(ONE)
    many = [sign_in(f"198.51.100.{number}") for number in range(3)]
    assert all(map(is_in, many)) and Session.objects.exclude(user=None).count() == 3
    visitor = ClientVisitor("198.51.100.99")
    recover(visitor, "秋水 blue-heron 88")
    assert is_in(visitor) and not any(map(is_in, many))


def test_a_password_never_runs_out() -> None:
    """ASVS 6.2.10."""
    user = make_owner(ONE)
    with time_machine.travel(clock.now() + dt.timedelta(days=5 * 365), tick=False):
        assert sign_in_user(number=ONE.person.document.number, password=PASSWORD) == user


# ── nobody is there before somebody registers ──


def test_there_are_no_users_to_begin_with() -> None:
    """ASVS 6.3.2; and nobody can be made outside of registration."""
    assert not User.objects.exists()
    assert not hasattr(User.objects, "create_superuser") and not hasattr(User, "is_superuser")


def test_no_backend_takes_credentials() -> None:
    make_owner(ONE)
    assert authenticate(username=ONE.person.document.number, password=PASSWORD) is None
    assert settings.AUTHENTICATION_BACKENDS == ["kuaiji.identity.backend.SessionBackend"]


# ── passwords ──

PASSWORD_FORMS = (SignInForm, PasswordForm)


def test_forms_ask_for_these_words_and_no_secret_questions() -> None:
    """ASVS 6.4.2: nothing but the number, the phone, the code and the password proves anybody."""
    asked = {form: set(form.base_fields) for form in (DetailsForm, SignInForm, RecoverForm, PasswordForm)}
    assert asked == {
        DetailsForm: {"name", "document_type", "document_number", "document_country", "phone", "sms_code"},
        SignInForm: {"document_number", "password", "document_type"},
        RecoverForm: {"document_number", "document_type", "phone", "sms_code"},
        PasswordForm: {"password1"},
    }


def test_passwords_are_masked_and_managers_know_them() -> None:
    """``type=password`` and a filler's name; nothing is trimmed or cut (ASVS 6.2.6 to 6.2.8)."""
    fields = [field for form in PASSWORD_FORMS for name, field in form.base_fields.items() if "password" in name]
    assert len(fields) == 2
    for field in fields:
        assert isinstance(field.widget, PasswordInput) and not field.widget.render_value
        assert field.widget.attrs["autocomplete"] in ("current-password", "new-password")
        assert field.strip is False and field.max_length is None  # type: ignore[attr-defined]
    page = Client().get("/login/").content.decode()
    assert re.search(r'<input type="password"[^>]*autocomplete="current-password"', page)


def test_three_thousand_common_passwords_that_are_long_enough_are_refused() -> None:
    """The 20,000 most used of known breaches, and China's (ASVS 6.2.4)."""
    listed = set(CommonPasswordValidator().passwords) | set((DATA / "common_passwords.txt").read_text().split())
    long_enough = sorted(word for word in listed if len(word) >= SHORTEST)
    assert len(long_enough) >= 3000
    for word in long_enough:
        with pytest.raises(RuleBroken):
            check_password(word, own=())


def test_words_of_the_platform_make_no_password() -> None:
    """The list stands in a file and covers names of every profile (ASVS 6.1.2, 6.2.11)."""
    words = set((DATA / "trivial_words.txt").read_text("utf-8").split())
    assert {"会计", "会计人员", "财政", "出纳", "注册会计师", "kuaiji", "caiwu", "密码", "admin"} <= words
    for path in FOLDER.glob("*.toml"):
        place = load(path.stem).title[:3].rstrip("省市")
        assert {path.stem, place} <= words
    for word in sorted(words):
        for password in (f"{word}2026", f"{word}@123", f"{word}12345678", f"88{word}8888"):
            if len(password) >= SHORTEST:
                assert refusal(check_password, password, own=()).code == "password_common", password


# ── codes ──


def test_every_code_of_six_digits_may_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million codes, zeros in front included: 20 bits (ASVS 6.5.4), drawn by the system's generator (6.5.3)."""
    asked: list[int] = []

    def low(bound: int) -> int:
        asked.append(bound)
        return 42

    visitor = ClientVisitor()
    make_owner(ONE)
    visitor.open("/recover/")
    visitor.send(("action", "send_code"), document_number=ONE.person.document.number, phone=ONE.phone)
    monkeypatch.setattr(secrets, "randbelow", low)
    assert code_for(ONE.phone) == "000042" and asked == [10**6]
