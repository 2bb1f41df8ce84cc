"""What may be typed into the search of the desk, and in which writing."""

import random
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuaiji.common.errors import RuleBroken
from kuaiji.desk.people.typed import read_typed
from people.factories import UserFactory
from people.persons import make_person
from tests.support.desk_searches import PEOPLE, WIDE, logged, search
from tests.support.members import make_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "write",
    [
        str,
        str.lower,
        lambda number: f" {number[:6]} {number[6:14]} {number[14:]} ",
        lambda number: number.translate(WIDE),
        lambda number: "-".join((number[:6], number[6:14], number[14:])),
        lambda number: number[:6] + number[8:17],
        lambda number: f"'{number}\u200b",
    ],
    ids=["printed", "small", "spaces", "full width", "dashes", "fifteen digits", "from a sheet"],
)
def test_a_number_is_found_in_any_writing(write: Callable[[str], str]) -> None:
    person = next(
        made
        for seed in range(100)
        if (made := make_person(random.Random(seed), status="1")).document_number[6:8] == "19"
    )
    user = UserFactory.create(person=person)
    page = search(signed_in(make_member()), write(person.document_number))
    assert user.name in page and person.document_number not in page
    assert logged()[-1] == ("desk.found", str(user.pk), "ok")


@pytest.mark.parametrize(
    "write", [str, lambda one: f"+86 {one[:3]} {one[3:7]} {one[7:]}", lambda one: one.translate(WIDE)]
)
def test_a_phone_is_found_in_any_writing(write: Callable[[str], str]) -> None:
    user = UserFactory.create()
    assert user.name in search(signed_in(make_member()), write(user.phone))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nothing_typed"),
        (" \u3000\u200b", "nothing_typed"),
        ("z", "one_letter"),
        ("ｚ", "one_letter"),
        ("%", "no_letter"),
        ("%%%%", "no_letter"),
        ("_", "no_letter"),
        ("😀", "no_letter"),
        ("·", "no_letter"),
        ("4", "number_too_short"),
        ("44010", "number_too_short"),
        ("张" * 61, "too_long"),
        ("a" * 200, "too_long"),
    ],
)
def test_what_cannot_be_searched_is_said_in_words_and_nothing_is_looked_through(text: str, code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        read_typed(text)
    assert broken.value.code == code
    clerk = signed_in(make_member())
    with CaptureQueriesContext(connection) as asked:
        answer = clerk.post(PEOPLE, {"q": text})
    assert answer.status_code == 422 and broken.value.message in answer.content.decode()
    assert not [one for one in asked.captured_queries if "accountants_" in one["sql"] or "fingerprint" in one["sql"]]
