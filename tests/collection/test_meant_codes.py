"""Credit codes that break the standard and are in use all the same: asked about once more, kept with a mark."""

import random

import pytest
from django.test import Client

from kuaiji.accountants.models import Employment, Record
from kuaiji.accountants.reporting.reports import sections_2_of
from kuaiji.accountants.services.versions import current_version
from kuaiji.collection.models import StepAnswers
from kuaiji.common import credit_codes
from kuaiji.identity.models import User
from people.client_visitor import Page
from people.persons import Fields, make_person
from people.records.drafts import fill_in, submit
from people.records.users import make_user

pytestmark = pytest.mark.django_db
STEP, CHANGE = "/collection/employment/", "/changes/employment/"


def someone() -> tuple[User, Client, Fields]:
    person = make_person(random.Random(1), status="1")
    user, client = make_user(person), Client()
    fill_in(user, person)
    client.force_login(user)
    return user, client, person.sections["employment"]


def broken(code: str, at: int) -> str:
    """The same code with another character there."""
    return code[:at] + next(sign for sign in "0123456789" if sign != code[at]) + code[at + 1 :]


def asked(page: Page) -> Fields:
    """The fields of the form on the page."""
    found: Fields = next(form["fields"] for form in page.forms if "employer_uscc" in form["fields"])
    return found


def saved(user: User) -> dict[str, object]:
    data: dict[str, object] = (
        StepAnswers.objects.select_related("person_key").get(draft__user=user, step="employment").data
    )
    return data


@pytest.mark.parametrize("at", [17, 16])
def test_a_code_that_breaks_the_standard_is_asked_about_once_more_and_kept_with_a_mark(at: int) -> None:
    user, client, right = someone()
    typed = right | {"employer_uscc": broken(right["employer_uscc"], at)}
    page = Page(client.post(STEP, typed))
    assert page.status == 422 and list(page.faults) == ["employer_uscc"] and "校验不符" in page.faults["employer_uscc"]
    assert asked(page)["employer_uscc_meant"] == ""  # asked, and nothing answered for the person
    assert client.post(STEP, typed | {"employer_uscc_meant": "on"}).status_code == 302
    assert saved(user)["employer_uscc"] == typed["employer_uscc"] and saved(user)["employer_uscc_meant"] is True
    assert "校验不符，仍按此填写" in client.get("/collection/review/").content.decode()
    again = Page(client.get(STEP))
    assert (
        next(form["fields"] for form in again.forms if "employer_uscc" in form["fields"])["employer_uscc_meant"] == "on"
    )
    record = submit(user)
    assert list(Employment.objects.filter(employer_uscc_meant=True)) == [record.employment]
    told = sections_2_of(current_version(record)).employment
    assert told.employer_uscc == typed["employer_uscc"] and not hasattr(told, "employer_uscc_meant")


def test_a_right_code_is_not_asked_about_and_bears_no_mark() -> None:
    user, client, right = someone()
    assert "employer_uscc_meant" not in client.get(STEP).content.decode()
    assert client.post(STEP, right | {"employer_uscc_meant": "on"}).status_code == 302
    assert "employer_uscc_meant" not in saved(user) and StepAnswers.objects.get(step="employment").revision == 1
    assert not submit(user).employment.employer_uscc_meant


@pytest.mark.parametrize("code", ["91440101", "O1440101MA59KWKW5Q", "9144010AMA59KWKW5Q", ""])
def test_another_form_is_no_question(code: str) -> None:
    _, client, right = someone()
    page = Page(client.post(STEP, right | {"employer_uscc": code, "employer_uscc_meant": "on"}))
    assert page.status == 422 and list(page.faults) == ["employer_uscc"]


def test_a_change_asks_in_the_same_way() -> None:
    user, client, right = someone()
    submit(user)
    typed = right | {"employer_uscc": broken(right["employer_uscc"], 17), "based_on": "1"}
    page = Page(client.post(CHANGE, typed))
    assert page.status == 422 and "employer_uscc_meant" in page.text
    assert client.post(CHANGE, typed | {"employer_uscc_meant": "on"}).status_code == 302
    record = Record.objects.get(user=user)
    assert record.version == 2 and record.employment.employer_uscc_meant
    assert "仍按此填写" in client.get("/changes/").content.decode()
    assert client.post(CHANGE, right | {"based_on": "2"}).status_code == 302
    record = Record.objects.get(user=user)
    assert not record.employment.employer_uscc_meant
    assert "employer_uscc_meant" not in current_version(record).content["employment"]


def test_which_codes_break_the_standard() -> None:
    right = make_person(random.Random(1), status="1").sections["employment"]["employer_uscc"]
    assert not credit_codes.is_broken(right)
    assert credit_codes.is_broken(broken(right, 17)) and credit_codes.is_broken(broken(right, 16))
