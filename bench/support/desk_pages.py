"""The pages of the desk as members of a county's bureau, a city's and the province's open them, and cases that wait.

Imports models: only where Django is set up. Cases stand for nothing: their own pages are not opened.
"""

import datetime as dt
import random
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from bench.population.personas import Persona
from kuaiji.accountants.models import ListRow, Record
from kuaiji.applications.enums import ApplicationKind
from kuaiji.cases.models import Case
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import Role
from people.records.scope_oracle import browser_of

AT_ONCE, MOST_RECORDS = 10_000, 5_000
HOME, PEOPLE, QUEUE = "/staff/", "/staff/people/", "/staff/applications/"
DAYS = 60  # cases are due from so many days ago to so many ahead
CLOSED = 4
CLOSE = """
INSERT INTO cases_case (id, kind, stage, subject_id, number, division_code, opened_at, due_on, handed_words, closed_at)
SELECT gen_random_uuid(), kind, stage, gen_random_uuid(), number, division_code, opened_at - interval '1 year',
    due_on - 365, '', opened_at
FROM cases_case CROSS JOIN generate_series(1, %s) WHERE closed_at IS NULL
"""

Page = Callable[[], object]


def open_cases(number: int, rng: random.Random) -> int:
    """See to it that at least so many cases wait, spread over the places where people are, beside ``CLOSED`` times as
    many that are closed; how many are new."""
    places = list(ListRow.objects.order_by("division_code").values_list("division_code", flat=True).distinct())
    missing = max(0, number - Case.objects.waiting().count())
    today, now = clock.today(), clock.now()
    for begin in range(0, missing, AT_ONCE):
        rows = [
            Case(
                kind=rng.choice(ApplicationKind.values),
                subject_id=uuid7(),
                number=f"GD-{nth:010}",
                division_code=rng.choice(places),
                opened_at=now - dt.timedelta(minutes=nth),
                due_on=today + dt.timedelta(rng.randrange(-DAYS, DAYS)),
            )
            for nth in range(begin, min(missing, begin + AT_ONCE))
        ]
        Case.objects.bulk_create(rows)
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(CLOSE, [CLOSED])
    return missing


def pages(
    place: str, places: Collection[str], somebody: Callable[[], Persona], rng: random.Random
) -> Mapping[str, Page]:
    """By name, as a manager who is clerk and reviewer too sees them: somebody of the bureau that serves ``place``.

    The records that are opened are some of those of ``places``, chosen beforehand.
    """
    bureau = bureau_of(place)
    assert bureau is not None, place
    browser = browser_of(bureau, Role.CLERK, Role.REVIEWER, Role.MANAGER)
    kind = ApplicationKind.CORRECTION.value
    numbers = list(
        Record.objects.filter(division_code__in=places).values_list("reference_number", flat=True)[:MOST_RECORDS]
    )

    def deep() -> str:
        day = clock.today() + dt.timedelta(rng.randrange(-DAYS, DAYS))
        return f"{QUEUE}?{urlencode({'kind': kind, 'stage': 1, 'after': f'{day.isoformat()}_{uuid7()}'})}"

    def found() -> None:
        answer = browser.post(PEOPLE, {"q": somebody().name[:2]})
        assert answer.status_code == 303, answer.status_code
        get(browser, answer.headers["Location"])

    def record(rest: str = "") -> None:
        get(browser, f"{PEOPLE}{rng.choice(numbers)}/{rest}")

    return {
        "page home": lambda: get(browser, HOME),
        "page queue": lambda: get(browser, f"{QUEUE}?kind={kind}&stage=1"),
        "page queue, deep": lambda: get(browser, deep()),
        "page queue, free": lambda: get(browser, f"{QUEUE}?kind={kind}&stage=1&show=free"),
        "page list": lambda: get(browser, PEOPLE),
        "page search": found,
        "page record": record,
        "page timeline": lambda: record("timeline/"),
    }


def get(browser: Client, address: str) -> None:
    """Open a page, which has to be there."""
    answer = browser.get(address)
    assert answer.status_code == 200, (address.partition("?")[0], answer.status_code)
