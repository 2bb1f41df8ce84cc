"""Many presses of one button, with real connections."""

import contextlib
import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kuaiji.accountants.models import Record, RecordVersion
from kuaiji.collection.models import Draft
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.models import User
from people.persons import make_person
from people.records.drafts import fill_in, submit
from people.records.users import make_user


@pytest.mark.race
def test_many_presses_make_one_record() -> None:
    person = make_person(random.Random(11), status="4")
    user = make_user(person)
    fill_in(user, person)
    numbers: list[str] = []

    def press() -> None:
        try:
            numbers.append(submit(User.objects.select_related("person_key").get(pk=user.pk)).reference_number)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 8 and len(set(numbers)) == 1
    assert Record.objects.count() == RecordVersion.objects.count() == OutboxMessage.objects.count() == 1


@contextlib.contextmanager
def overtaken(user: User, before: str) -> Iterator[None]:
    """Another press submits the draft of ``user`` at the moment when this thread is about to say ``before``."""
    said = False

    def overtake(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal said
        if before in sql and not said:
            said = True
            other = threading.Thread(target=press)
            other.start()
            other.join()
        return execute(sql, params, many, context)

    def press() -> None:
        submit(user)
        connection.close()

    with connection.execute_wrapper(overtake):
        yield
    assert said


@pytest.mark.race
@pytest.mark.parametrize(
    ("page", "before", "leads_to"),
    [
        ("review", 'FROM "collection_stepanswers"', "/collection/done/"),
        ("review", "FOR NO KEY UPDATE", "/collection/done/"),
        ("notice", "FOR NO KEY UPDATE", "/collection/personal/"),
        ("awards", "FOR NO KEY UPDATE", "/collection/"),
    ],
)
def test_a_press_that_another_overtakes_ends_where_the_other_did(page: str, before: str, leads_to: str) -> None:
    person = make_person(random.Random(12), status="4")
    user = make_user(person)
    fill_in(user, person)
    client = Client()
    client.force_login(user)
    if page == "notice":  # an earlier text was agreed to
        Draft.objects.update(notice_version="")
    with overtaken(user, before):
        answer = client.post(f"/collection/{page}/", {"truthful": "on"} | person.sections["awards"])
    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)
    assert Record.objects.count() == RecordVersion.objects.count() == OutboxMessage.objects.count() == 1
    assert not Draft.objects.filter(submitted_at=None).exists()
