"""Nothing typed is lost when a session ends, and nothing of it reaches anybody else; old tabs are led on (ADR 0066)."""

import html
import random
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from kuaiji.collection.models import StepAnswers
from kuaiji.identity.late_forms.services import MOST_CHARACTERS, keep_late_form, sweep_late_forms
from kuaiji.identity.models import LateForm, Session, User
from kuaiji.identity.sessions.store import SessionStore
from people.client_visitor import ClientVisitor, Page
from people.persons import make_person
from people.records.drafts import fill_in, submit
from people.records.users import make_user
from people.sign_in_steps import PASSWORD, make_details, make_owner

pytestmark = pytest.mark.django_db
STEP = "/collection/employment/"
WORDS = "广州市 <示例> 路 9 号"
FORMS = [  # address, and what is typed there
    (STEP, {"employer_address": WORDS}),
    ("/collection/awards/", {"awards-TOTAL_FORMS": "1", "awards-0-name": WORDS, "awards-0-level": "3"}),
    ("/changes/employment/", {"employer_address": WORDS, "employer_phone": "还不知道"}),
    ("/changes/name/", {"name": "新名字", "reason": WORDS}),
    ("/transfers/out/new/", {"destination_platform": "440300", "reason": WORDS}),
]


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-21 09:00+08:00", tick=False) as moving:
        yield moving


def sign_in(visitor: ClientVisitor, details: Any, path: str = "/login/") -> Page:
    visitor.open(path)
    return visitor.send(document_number=details.person.document.number, password=PASSWORD)


def owner(name: str, *, collected: bool = False) -> Any:
    """A person who can sign in, with a whole draft or a record; what was typed at registration."""
    details = make_details(name)
    user = make_owner(details)
    person = make_person(random.Random(str(name)), status="1")
    fill_in(user, person)
    if collected:
        submit(user)
    return details


def fields_of(visitor: ClientVisitor) -> dict[str, str]:
    assert visitor.page is not None
    return dict(next(form["fields"] for form in visitor.page.forms if "whose" in form["fields"]))


@pytest.mark.parametrize(("path", "words"), FORMS)
def test_what_is_sent_after_the_session_s_end_stands_as_typed_after_signing_in(
    clock: Any, path: str, words: dict[str, str]
) -> None:
    details, visitor = owner("one", collected="collection" not in path), ClientVisitor()
    sign_in(visitor, details)
    visitor.open(path)
    typed = fields_of(visitor) | words
    clock.shift(31 * 60)
    answer = visitor.client.post(path, typed)
    assert answer.status_code == 302 and answer.headers["Location"] == f"/login/?next={path}"
    kept = LateForm.objects.select_related("person_key").get()
    assert "示例" not in repr(LateForm.objects.values_list().get())
    assert kept.fields == {name: [value] for name, value in typed.items() if name != "csrfmiddlewaretoken"}
    page = sign_in(visitor, details, answer.headers["Location"])
    assert visitor.path == path and page.status == 200 and "已找回" in page.text
    shown = fields_of(visitor)
    assert html.escape(WORDS) in page.text and "error-" not in page.text  # the page says nothing of it yet
    same = shown.keys() & typed.keys() - {"csrfmiddlewaretoken"}
    assert {name: shown[name] for name in same} == {name: typed[name] for name in same}
    assert not (words.keys() - {"reason"}) - same  # a text area is found by its words


def test_it_is_saved_by_the_next_press_and_then_gone(clock: Any) -> None:
    details, visitor = owner("one"), ClientVisitor()
    sign_in(visitor, details)
    visitor.open(STEP)
    typed = fields_of(visitor) | {"employer_address": "示例路 9 号"}
    clock.shift(31 * 60)
    visitor.client.post(STEP, typed)
    sign_in(visitor, details, f"/login/?next={STEP}")
    visitor.send()
    assert visitor.path == "/collection/professional/" and not LateForm.objects.exists()
    data = StepAnswers.objects.select_related("person_key").get(step="employment").data
    assert data["employer_address"] == "示例路 9 号"
    assert "已找回" not in visitor.open(STEP).text


def test_to_anybody_else_it_is_gone(clock: Any) -> None:
    one, two, visitor = owner("one"), owner("two"), ClientVisitor()
    sign_in(visitor, one)
    visitor.open(STEP)
    typed = fields_of(visitor) | {"employer_address": "别人的地址"}
    clock.shift(31 * 60)
    visitor.client.post(STEP, typed)
    page = sign_in(visitor, two, f"/login/?next={STEP}")
    assert visitor.path == STEP and "别人的地址" not in page.text and "已找回" not in page.text
    assert not LateForm.objects.exists()
    elsewhere = ClientVisitor()
    assert "别人的地址" not in sign_in(elsewhere, one, f"/login/?next={STEP}").text


def test_after_thirty_minutes_it_is_gone(clock: Any) -> None:
    details, visitor = owner("one"), ClientVisitor()
    sign_in(visitor, details)
    visitor.open(STEP)
    typed = fields_of(visitor) | {"employer_address": "示例路 9 号"}
    clock.shift(31 * 60)
    visitor.client.post(STEP, typed)
    clock.shift(29 * 60)
    sweep_late_forms()
    assert LateForm.objects.count() == 1
    clock.shift(2 * 60)
    assert "已找回" not in sign_in(visitor, details, f"/login/?next={STEP}").text
    sweep_late_forms()
    assert not LateForm.objects.exists()


def test_strangers_and_ended_sessions_leave_nothing(clock: Any) -> None:
    details, visitor = owner("one"), ClientVisitor()
    assert Client().post(STEP, {"employer_address": "x"}).headers["Location"] == f"/login/?next={STEP}"
    sign_in(visitor, details)
    visitor.open(STEP)
    typed = fields_of(visitor)
    Session.objects.all().delete()  # ended by its owner from elsewhere
    visitor.client.post(STEP, typed)
    assert not LateForm.objects.exists()
    user = User.objects.get()
    assert keep_late_form(user=user, path=STEP, fields={"a": ["x" * MOST_CHARACTERS]}) is None
    assert keep_late_form(user=user, path="/" + "x" * 200, fields={"a": ["x"]}) is None


def test_whose_a_session_was_is_known_for_half_a_day(clock: Any) -> None:
    details, visitor = owner("one"), ClientVisitor()
    sign_in(visitor, details)
    clock.shift(11 * 3600)
    SessionStore.clear_expired()
    assert Session.objects.filter(user__isnull=False).exists()
    clock.shift(3 * 3600)
    SessionStore.clear_expired()
    assert not Session.objects.filter(user__isnull=False).exists()


# --- old tabs ---------------------------------------------------------------------------------------------------------


def test_a_second_sign_in_tab_leads_to_me() -> None:
    details, visitor = owner("one"), ClientVisitor()
    visitor.open("/login/")
    old = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
    sign_in(visitor, details)
    typed = {"document_number": details.person.document.number, "password": PASSWORD, "csrfmiddlewaretoken": old}
    assert visitor.client.post("/login/", typed).headers["Location"] == "/me/"
    assert visitor.client.post("/login/", typed | {"next": "/collection/"}).headers["Location"] == "/collection/"
    assert visitor.client.post("/login/", typed | {"next": "https://evil.example/"}).headers["Location"] == "/me/"


@pytest.mark.parametrize("path", ["/register/", "/register/details/", "/register/password/", "/recover/"])
def test_an_old_tab_of_another_door_is_opened_anew(path: str) -> None:
    details, visitor = owner("one"), ClientVisitor()
    visitor.open("/login/")
    old = visitor.client.cookies[settings.CSRF_COOKIE_NAME].value
    sign_in(visitor, details)
    assert visitor.client.post(path, {"csrfmiddlewaretoken": old}).headers["Location"] == path
    assert visitor.client.get(path, follow=True).status_code == 200


def test_signing_out_from_an_old_tab_signs_out() -> None:
    details, visitor = owner("one"), ClientVisitor()
    visitor.open("/login/")
    old = {"csrfmiddlewaretoken": visitor.client.cookies[settings.CSRF_COOKIE_NAME].value}
    sign_in(visitor, details)
    assert visitor.client.post("/logout/", old).status_code == 403
    assert visitor.client.post("/logout/", old, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert visitor.client.get("/me/").status_code == 200
    assert visitor.client.post("/logout/", old, headers={"Sec-Fetch-Site": "same-origin"}).headers["Location"] == "/"
    assert visitor.client.get("/me/").status_code == 302


def test_a_form_from_before_a_new_sign_in_is_shown_again_to_its_person_alone() -> None:
    one, two, visitor = owner("one"), owner("two"), ClientVisitor()
    sign_in(visitor, one)
    visitor.open(STEP)
    typed = fields_of(visitor) | {"employer_address": "示例路 9 号"}
    visitor.client.cookies.pop(settings.SESSION_COOKIE_NAME)
    sign_in(visitor, one)  # in another tab: the token is another one now
    answer = visitor.client.post(STEP, typed)
    assert answer.headers["Location"] == STEP
    page = visitor.open(STEP)
    assert "已找回" in page.text and fields_of(visitor)["employer_address"] == "示例路 9 号"
    visitor.client.cookies.pop(settings.SESSION_COOKIE_NAME)
    sign_in(visitor, two)
    assert visitor.client.post(STEP, typed).status_code == 403
    assert visitor.client.post(STEP, typed | {"whose": "0" * 64}).status_code == 403
    assert "示例路 9 号" not in visitor.open(STEP).text
    assert StepAnswers.objects.filter(step="employment", revision=1).count() == 2


def test_an_old_step_of_a_submitted_collection_leads_to_where_one_stands() -> None:
    user = make_user(make_person(random.Random(3), status="1"))
    person = make_person(random.Random(3), status="1")
    fill_in(user, person)
    submit(user)
    client = Client()
    client.force_login(user)
    assert client.post(STEP, person.sections["employment"]).headers["Location"] == "/me/"
