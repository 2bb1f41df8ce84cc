"""Is what a person was told true, once and whole, whoever presses how often and whatever is killed (R-1, R-2, R-4)?

    python -m prove.exactly_once [--part registrations|presses|web|database|control] [--scale 1.0]

- registrations: 64 at once of one document number make one user.
- presses: five at once of each form make one record and show one reference number.
- web: submissions while a web or job process is killed every two seconds.
- database: submissions while all processes of the database server are killed, every ten seconds.
- control: the same with ``synchronous_commit=off``; here the proof must see loss, or it could not see any.

Starts a durable house of its own. Prints one JSON line; the exit status is 1 when a count is off.
"""

import argparse
import concurrent.futures
import contextlib
import functools
import itertools
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import psycopg

from kuaiji.house.ports import is_ready
from people.houses.killing import kill_database, killing
from people.houses.own_house import development_of, own_house, run_inside
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor, Stuck
from people.persons import make_person
from people.repeated_submits import Browser, Submission, press, submit

Figures = dict[str, Any]
Item = TypeVar("Item")
Result = TypeVar("Result")

CLIENTS = 16
FORMS_AT_ONCE, PRESSES = 64, 5
KILL_SECONDS = 2.0
REST_SECONDS = 8.0  # between two kills of the database, so that they are about ten seconds apart
PEOPLE_A_KILL, COUNTERS, CONTROL_TRIES = 100, 2, 4
PATIENCE_SECONDS = 60.0
NONE_OF = (
    "wrong_rounds", "not_acknowledged", "lost", "doubled", "half", "wrong_number", "shared_number", "rows_lost",
    "not_durable", "stuck_after",
)  # fmt: skip
PASSWORD = {"password1": "春风 xiao-yu 0417"}
ONE_USER = {"users": 1, "fingerprints": 3, "checks": 2, "events": 1}


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--scale", type=float, default=1.0)
    chosen = parser.parse_args()
    figures: Figures = {"prove": "exactly_once"}
    faults = []
    with own_house() as house:
        for name in [chosen.part] if chosen.part else PARTS:
            start = time.perf_counter()
            part = figures[name] = PARTS[name](house, chosen.scale)
            part["seconds"] = round(time.perf_counter() - start, 1)
            if name == "control":
                faults += [] if part["lost"] + part["rows_lost"] else ["control: no loss was seen"]
            else:
                faults += [f"{name}: {what} {part[what]}" for what in NONE_OF if part.get(what)]
    print(json.dumps(figures | {"faults": faults}, ensure_ascii=False))
    return 1 if faults else 0


def registrations(house: Stack, scale: float) -> Figures:
    """Rounds of browsers at the last page of registering the same number."""
    rounds = max(1, round(20 * scale))
    made = "people.records.prepared_people:fill_registrations"
    filled = run_inside(house, made, rounds=rounds, forms=FORMS_AT_ONCE, seed="registrations")
    outcomes = []
    for person in filled:
        browsers = [Browser(port_of(house), **browser) for browser in person["browsers"]]
        answers = at_once(browsers, lambda browser: press(browser, "/register/password/", PASSWORD))
        welcome = sum(answer.location == "/collection/" for answer in answers)
        refused = sum(answer.status == 422 and "您已在本平台注册" in answer.text for answer in answers)
        outcomes.append((welcome, refused))
    numbers = [person["number"] for person in filled]
    left = run_inside(house, "people.records.submission_counts:count_registrations", numbers=numbers)
    right = ((1, FORMS_AT_ONCE - 1), ONE_USER)
    wrong = sum(found != right for found in zip(outcomes, left, strict=True))
    return {"rounds": rounds, "forms": FORMS_AT_ONCE, "wrong_rounds": wrong}


def presses(house: Stack, scale: float) -> Figures:
    """Every person presses five times at the same moment."""
    people = fill(house, round(1000 * scale), "presses")
    with concurrent.futures.ThreadPoolExecutor(CLIENTS // PRESSES) as pool:
        groups = list(pool.map(lambda person: at_once([person] * PRESSES, submit), people))
    return judge(house, [submission for group in groups for submission in group])


def web(house: Stack, scale: float) -> Figures:
    """Submissions while processes of the site are killed."""
    people = fill(house, round(1000 * scale), "web")
    start = time.monotonic()
    serving = functools.partial(is_ready, port_of(house))
    knife = killing(house.process.pid, every=KILL_SECONDS, rng=random.Random(1), is_serving=serving)
    with knife as killed, concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        submissions = list(pool.map(submit, people))
    pace = round((time.monotonic() - start) / max(1, killed.total()), 2)
    return judge(house, submissions) | {"killed": dict(killed), "seconds_a_kill": pace} | walk(house, "web")


def database(house: Stack, scale: float) -> Figures:
    """Submissions and plain rows while the database server is killed."""
    figures = under_the_knife(house, "database", kills=max(2, round(10 * scale)), rest=REST_SECONDS)
    not_durable = figures["fsync_and_commit"] != ("on", "on")
    return figures | {"not_durable": not_durable} | walk(house, "database")


def control(house: Stack, scale: float) -> Figures:
    """The same on a server that says done before it is; again until loss is seen."""
    with psycopg.connect(development_of(house).server.admin_url, autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET synchronous_commit = off")
        admin.execute("SELECT pg_reload_conf()")
    kills = max(2, round(3 * scale))
    for tries in range(1, CONTROL_TRIES + 1):
        figures = under_the_knife(house, f"control {tries}", kills=kills)
        if figures["lost"] + figures["rows_lost"]:
            break
    return figures | {"tries": tries}


class Tally:
    """Rows written beside the submissions, as fast as connections can, and which of them were acknowledged."""

    def __init__(self, house: Stack) -> None:
        development = development_of(house)
        server, name = development.server, development.platform_database
        with psycopg.connect(server.url(server.owner, name), autocommit=True) as owner:
            owner.execute("DROP TABLE IF EXISTS tally")
            owner.execute("CREATE TABLE tally (writer int, number int)")
        self._url = server.url(server.app, name)
        self._acknowledged: list[tuple[int, int]] = []
        self._over = threading.Event()
        self._writers = [threading.Thread(target=self._write, args=(writer,)) for writer in range(COUNTERS)]

    def __enter__(self) -> Self:
        for writer in self._writers:
            writer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for writer in self._writers:
            writer.join()

    def count(self) -> Figures:
        """How many rows were acknowledged, how many of those are gone, and what the server promised."""
        with psycopg.connect(self._url) as connection:
            kept = set(connection.execute("SELECT writer, number FROM tally"))
            settings = connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            return {
                "rows": len(self._acknowledged),
                "rows_lost": len(set(self._acknowledged) - kept),
                "fsync_and_commit": settings.fetchone(),
            }

    def _write(self, writer: int) -> None:
        number = 0
        while not self._over.wait(0.05):
            with contextlib.suppress(psycopg.Error), psycopg.connect(self._url, autocommit=True) as connection:
                while not self._over.is_set():
                    number += 1
                    connection.execute("INSERT INTO tally VALUES (%s, %s)", [writer, number])
                    self._acknowledged.append((writer, number))


def under_the_knife(house: Stack, name: str, *, kills: int, rest: float = 0.0) -> Figures:
    """Kill the database in the middle of each hundred people's submissions, while rows are written beside them."""
    people, rng = fill(house, PEOPLE_A_KILL * kills, name), random.Random(name)
    submissions: list[Submission] = []
    killed, away = list[int](), list[float]()
    with Tally(house) as tally, concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for first in range(0, len(people), PEOPLE_A_KILL):
            going = [pool.submit(submit, browser) for browser in people[first : first + PEOPLE_A_KILL]]
            for answered in itertools.islice(concurrent.futures.as_completed(going), rng.randrange(10, 70)):
                answered.result()
            start = time.monotonic()
            killed.append(kill_database(house.process.pid))
            wait_ready(house)
            away.append(round(time.monotonic() - start, 2))
            submissions += [each.result() for each in going]
            time.sleep(rest)
    return judge(house, submissions) | tally.count() | {"killed": killed, "away_seconds": away}


def judge(house: Stack, submissions: Sequence[Submission]) -> Figures:
    """Compare what people were told with what is in the database."""
    told: dict[str, set[str]] = {}
    for submission in submissions:
        told.setdefault(submission.user, set()).add(submission.number)
    books = run_inside(house, "people.records.submission_counts:count_submissions", users=list(told))
    acknowledged = {submission.user for submission in submissions if submission.acknowledged}
    numbers = [book["number"] for book in books.values() if book["number"]]
    return {
        "people": len(told),
        "sends": sum(submission.answer.sends for submission in submissions),
        "not_acknowledged": sum(not submission.acknowledged for submission in submissions),
        "lost": sum(not books[user]["number"] for user in acknowledged),
        "doubled": sum(bool(book["too_much"]) for book in books.values()),
        "half": sum(bool(book["too_little"]) for book in books.values()),
        "wrong_number": sum(told[user] != {book["number"]} for user, book in books.items()),
        "shared_number": len(numbers) - len(set(numbers)),
    }


def fill(house: Stack, count: int, seed: str) -> list[Browser]:
    """Browsers of people who lack only the last button."""
    filled = run_inside(house, "people.records.prepared_people:fill", count=count, seed=seed)
    return [Browser(port_of(house), **person) for person in filled]


def walk(house: Stack, part: str) -> Figures:
    """One more person goes the whole way from registration: is everything still at work, the messages too?"""
    wait_ready(house)
    person = make_person(random.Random(f"after {part}"), status="1")
    try:
        with HttpVisitor(house.platform) as visitor:
            visitor.register(person)
            visitor.collect(person)
    except Stuck as stuck:
        return {"stuck_after": str(stuck)}
    return {"stuck_after": ""}


def at_once(items: Sequence[Item], act: Callable[[Item], Result]) -> list[Result]:
    """Do ``act`` with every item at the same moment."""
    barrier = threading.Barrier(len(items))

    def work(item: Item) -> Result:
        barrier.wait()
        return act(item)

    with concurrent.futures.ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(work, items))


def wait_ready(house: Stack) -> None:
    """Return when the platform says that it is ready; raises TimeoutError when it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_ready(port_of(house)):
        if time.monotonic() > deadline:
            raise TimeoutError("the house does not come back")
        time.sleep(0.05)


def port_of(house: Stack) -> int:
    """Of the platform."""
    return urlsplit(house.platform).port or 0


PARTS: dict[str, Callable[[Stack, float], Figures]] = {
    "registrations": registrations,
    "presses": presses,
    "web": web,
    "database": database,
    "control": control,
}

if __name__ == "__main__":
    sys.exit(main())
