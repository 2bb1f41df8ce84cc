"""Sixteen exam systems that ask over HTTP while the house around them is killed, and what was kept of their answers."""

import contextlib
import functools
import http.client
import itertools
import json
import random
import threading
import time
from collections.abc import Iterator
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import psycopg

from kuaiji.common.documents.types import DocumentType
from kuaiji.house.ports import is_ready
from people.exam_client import client
from people.houses.killing import kill_database, killing
from people.houses.own_house import development_of, run_inside
from people.houses.stack import Stack
from people.numbers import valid_number

TARGET = "/api/exam/v1/verifications"
ASKERS, SECONDS_A_KILL, REST = 16, 2.0, 3.0
KNOWN_WITHIN = 1.0  # seconds until every process knows which keys hold
Figures = dict[str, Any]


class Answered(NamedTuple):
    """A 200 that came whole: the id it names, and the request as it was sent."""

    answer_id: str
    body: bytes
    headers: dict[str, str]


class Askers:
    """Ask as fast as answers come, each question about somebody else, until the block ends."""

    def __init__(self, house: Stack) -> None:
        entries = json.loads((house.home / "demo-exam-client.json").read_text(encoding="utf-8"))
        self._key = next(entry for entry in entries if entry["platform"] == "guangdong")
        self._authority = urlsplit(self._key["address"]).netloc
        self._over, self._numbers = threading.Event(), itertools.count()
        self.answered: list[Answered] = []
        self.refused: list[str] = []  # codes of what was neither answered nor told to come back
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(ASKERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def taken_again(self) -> int:
        """How many of the last answered requests are answered once more, byte for byte."""
        return sum(self.send(one.body, one.headers)[0] == 200 for one in self.answered[-500:])

    @property
    def key(self) -> tuple[str, str]:
        """By which questions are signed now: its id and its secret."""
        return self._key["keyid"], self._key["secret"]

    def sign_by(self, keyid: str, secret: str) -> None:
        """Sign by another key from now on."""
        self._key = self._key | {"keyid": keyid, "secret": secret}

    def code_of_one_more(self) -> str:
        """Of a question signed by the key of now: the problem it meets, or empty."""
        body = b'{"document_type":"01","document_number":"x","name":"x","exam":{"level":"2","year":2027}}'
        status, data = self.send(body, client.sign(self._key, "POST", self._authority, TARGET, body))
        return "" if status == 200 else str(data["code"])

    def send(self, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        """Status and answer of one request on a connection of its own."""
        connection = http.client.HTTPConnection(self._authority, timeout=10)
        with contextlib.closing(connection):
            connection.request("POST", TARGET, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def _ask(self, asker: int) -> None:
        rng = random.Random(asker)
        while not self._over.is_set():
            number = valid_number(rng, DocumentType.RESIDENT_ID)
            person = {"document_type": "01", "document_number": number, "name": "某人"}
            question = {**person, "exam": {"level": "2", "year": 2027}, "reference": f"{asker}-{next(self._numbers)}"}
            body = json.dumps(question, ensure_ascii=False).encode()
            headers = client.sign(self._key, "POST", self._authority, TARGET, body)
            try:
                status, data = self.send(body, headers)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.05)
                continue
            if status == 200:
                self.answered.append(Answered(data["answer_id"], body, headers))
            elif status in (429, 503):
                time.sleep(0.05)
            else:
                self.refused.append(data["code"])


def while_web_is_killed(house: Stack, *, seconds: float, rng: random.Random) -> Figures:
    """Ask while web workers and their parents are killed."""
    serving = functools.partial(is_ready, _port(house))
    knife = killing(house.process.pid, every=SECONDS_A_KILL, rng=rng, is_serving=serving)
    with Askers(house) as askers, knife as killed:
        time.sleep(seconds)
    _wait_ready(house)
    return _kept(house, askers) | {"killed": dict(killed)}


def while_database_is_killed(house: Stack, *, kills: int) -> Figures:
    """Ask while every process of the database server is killed at once, again and again."""
    killed = []
    with Askers(house) as askers:
        for _ in range(kills):
            time.sleep(REST)
            killed.append(kill_database(house.process.pid))
            _wait_ready(house)
        time.sleep(1)
    return _kept(house, askers) | {"killed": killed}


def while_keys_are_rotated(house: Stack, *, times: int) -> Figures:
    """Ask while the client's key is changed for another and then taken back, again and again: nobody is refused but who
    signs by a key that was taken back more than a second ago."""
    taken_back_too_late = 0
    with Askers(house) as askers:
        old = Askers(house)
        for _ in range(times):
            old.sign_by(*askers.key)
            made = run_inside(house, "people.records.exam_clients:rotated", keyid=old.key[0])
            time.sleep(KNOWN_WITHIN)
            askers.sign_by(made["keyid"], made["secret"])
            time.sleep(REST)
            run_inside(house, "people.records.exam_clients:revoked", keyid=old.key[0])
            time.sleep(KNOWN_WITHIN)
            taken_back_too_late += old.code_of_one_more() != "key_unknown"
    return _kept(house, askers) | {
        "rotated": times,
        "refused": len(askers.refused),
        "taken_back_too_late": taken_back_too_late,
    }


def commit_later(house: Stack) -> None:
    """Let the server say done before it is."""
    with psycopg.connect(development_of(house).server.admin_url, autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET synchronous_commit = off")
        admin.execute("SELECT pg_reload_conf()")


def _kept(house: Stack, askers: Askers) -> Figures:
    """What the database has of what was answered."""
    ids = [one.answer_id for one in askers.answered]
    with _rows(house) as connection:
        there = connection.execute("SELECT id::text FROM examchecks_examcheck WHERE id = ANY(%s::uuid[])", [ids])
        kept = {row_id for (row_id,) in there}
        [(doubled,)] = connection.execute(
            "SELECT count(*) FROM (SELECT FROM examchecks_examcheck GROUP BY signature HAVING count(*) > 1) AS twice"
        )
    return {
        "answered": len(ids),
        "nothing_answered": int(not ids),
        "lost": len(set(ids) - kept),
        "doubled": doubled,
        "taken_again": askers.taken_again(),
    }


@contextlib.contextmanager
def _rows(house: Stack) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    development = development_of(house)
    server = development.server
    with psycopg.connect(server.url(server.app, development.platform_database)) as connection:
        yield connection


def _port(house: Stack) -> int:
    port = urlsplit(house.platform).port
    assert port
    return port


def _wait_ready(house: Stack) -> None:
    until = time.monotonic() + 60
    while not is_ready(_port(house)):
        if time.monotonic() > until:
            raise TimeoutError("the site does not come back")
        time.sleep(0.1)
