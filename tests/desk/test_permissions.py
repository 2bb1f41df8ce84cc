"""Who may open what: one table, walked with real sessions; and that what is out of reach is as if it were not there."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse

from kuaiji.common.ids import uuid7
from kuaiji.config.faces import STAFF
from kuaiji.desk.permissions import PERMISSIONS, Reach, Row
from kuaiji.staff.enums import Role
from tests.support.desk_addresses import ADDRESSES, arguments
from tests.support.members import make_member, signed_in

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def guard_of(pattern: URLPattern) -> dict[str, Any]:
    """What ``member_page`` says of a view; nothing where it stands in front of none."""
    found: dict[str, Any] = getattr(pattern.callback, "staff_page", {})
    return found


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    assert ADDRESSES.keys() == PERMISSIONS.keys()


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_a_view_keeps_what_its_row_says(name: str) -> None:
    row, guard = PERMISSIONS[name], guard_of(ADDRESSES[name])
    assert bool(guard.get("roles")) == (row.reach != Reach.ANYBODY), "who is not signed in gets as far as a view"
    if guard.get("roles"):  # half way in there are none yet
        assert row.get | row.post == guard["roles"]
        assert bool(row.get) == ("GET" in guard["methods"]) and bool(row.post) == ("POST" in guard["methods"])


WALKED = sorted(name for name, row in PERMISSIONS.items() if row.reach in (Reach.LISTED, Reach.RECORD, Reach.PERSON))
# Which queue is for whom is said by the kinds of what waits in it (cases/kinds.py).
# A picture whose file is missing is not there for anybody: tests/desk/test_record.py, and the guard above.
FILES = {"desk:record_picture", "desk:person_picture"}
BY_KIND = {f"desk:{folder}" for folder in ("applications", "transfers", "conflicts", "messages", "reviews")}


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in WALKED if name not in BY_KIND and name not in FILES])
def test_a_role_gets_as_far_as_its_row_says(name: str) -> None:
    row, address = PERMISSIONS[name], reverse(name, STAFF.urlconf, kwargs=arguments(name, "440103"))
    opened = {
        role: {method: answers(signed_in(make_member(role)), method, address) for method in ("GET", "POST")}
        for role in Role
    }
    for role, answered in opened.items():
        for method, found in answered.items():
            assert found == expected(row, role, method), (role, method)


def answers(client: Client, method: str, address: str) -> int:
    """404, 405, or anything else as 0."""
    status = client.generic(method, address).status_code
    return status if status in (404, 405, 302) else 0


def expected(row: Row, role: Role, method: str) -> int:
    if not row.roles(method):
        return 405
    return 0 if role in row.roles(method) else 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", WALKED)
def test_nobody_who_is_not_signed_in_finds_more_than_the_sign_in(name: str) -> None:
    address = reverse(name, STAFF.urlconf, kwargs=arguments(name, "440103"))
    method = "GET" if PERMISSIONS[name].get else "POST"
    answer = Client().generic(method, address)
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/staff/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in WALKED if PERMISSIONS[name].reach == Reach.RECORD])
def test_a_record_of_elsewhere_is_as_if_it_were_not_there(name: str) -> None:
    """The same bytes and as many statements as for a number that nobody has."""
    clerk = signed_in(make_member(Role.CLERK, bureau="440103"))
    elsewhere = reverse(name, STAFF.urlconf, kwargs=arguments(name, "440104"))
    given = {"number": "GD-2026-9999-9999", "picture_id": uuid7()}
    unknown = reverse(name, STAFF.urlconf, kwargs={one: given[one] for one in ADDRESSES[name].pattern.converters})
    seen, method = [], "GET" if PERMISSIONS[name].get else "POST"
    for address in (elsewhere, unknown, elsewhere):
        with CaptureQueriesContext(connection) as asked:
            answer = clerk.generic(method, address)
        page = TOKEN.sub(b"", answer.content)  # which is masked anew for each answer
        seen.append((answer.status_code, page, [shape_of(each["sql"]) for each in asked.captured_queries]))
    assert seen[1] == seen[2] and seen[0][:2] == seen[1][:2] and seen[0][0] == 404


def shape_of(statement: str) -> tuple[str, str]:
    """What a statement does, and to which table."""
    return statement.split()[0], statement.partition(" FROM ")[2].split(" ")[0]
