"""How often a page asks the database: Python's part of each question is what a request mostly costs (ADR 0098).

The numbers only go down. Whoever needs one more looks first whether a question that is asked already can tell it.
"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuaiji.accountants.enums import SectionSlug
from kuaiji.common import clock
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from people.factories.records import DraftFactory, RecordFactory
from tests.support.record_pages import browser_of, typed

pytestmark = pytest.mark.django_db


def most(count: int, act: Callable[[], int], *, status: int = 200) -> None:
    """``act`` gives a status, and asks ``count`` times at most."""
    with CaptureQueriesContext(connection) as asked:
        assert act() == status
    statements = [each["sql"] for each in asked.captured_queries]
    assert len(statements) <= count, "\n".join(statement[:160] for statement in statements)


@pytest.mark.parametrize(("path", "count"), [("/", 1), ("/directory/", 0), ("/login/", 2), ("/guide/", 0)])
def test_pages_for_everybody(path: str, count: int) -> None:
    stranger = Client()
    assert stranger.get(path).status_code == 200  # what is read once in a process
    most(count, lambda: stranger.get(path).status_code)


@pytest.mark.parametrize(
    ("path", "count"),
    [("/", 8), ("/me/", 8), ("/changes/", 8), ("/changes/employment/", 8), ("/changes/personal/", 8)],
)
def test_own_pages_of_who_is_collected(path: str, count: int) -> None:
    """Two of the first two pages' are the rules of the exam, which a process reads anew only once in a while."""
    browser = browser_of(RecordFactory.create())
    OutboxMessage.objects.update(done_at=clock.now())  # reported long since
    assert browser.get(path).status_code == 200
    most(count, lambda: browser.get(path).status_code)


def test_a_step_of_the_collection() -> None:
    draft = DraftFactory.create()
    browser = Client()
    browser.force_login(draft.user)
    assert browser.get("/collection/employment/").status_code == 200
    most(10, lambda: browser.get("/collection/employment/").status_code)


def test_saving_a_change() -> None:
    record = RecordFactory.create()
    browser, section = browser_of(record), SectionSlug.EMPLOYMENT
    fields = typed(record, section, {"employer_address": "天河路一号", "based_on": "1"})
    most(27, lambda: browser.post(f"/changes/{section}/", fields).status_code, status=302)
    record.refresh_from_db()
    assert record.version == 2


def test_submitting() -> None:
    user = DraftFactory.create().user
    Check.objects.bulk_create(first_check(user, kind, PartnerFinding(CheckOutcome.CLEAR)) for kind in CheckKind)
    browser = Client()
    browser.force_login(user)
    most(38, lambda: browser.post("/collection/review/").status_code, status=302)
    assert user.record.version == 1
