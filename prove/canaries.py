"""Does anything that people typed, sent or were sent stand in the clear where it may not (S-10)?

    python -m prove.canaries

People of every kind go through the whole journey and do everything wrong once, with partners that are away, messages
that are not carried, and a database that goes away under them. Then logs, addresses, error pages, sessions, jobs,
figures, the database's dump, the raw files of the cluster with its journal, the home and the temporary folder are
searched for their values: plain, base64, hex, URL-encoded, UTF-16, JSON. At the end values are planted, to see that
they would be found. Prints one JSON line; the exit status is 1 for a hit, or a planted value that is not found.
"""

import json
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg

from people import faulty_people
from people.canaries import CODE, Canary, Search, canaries_of, code_canary, make_carrier, name_canary
from people.house_traces import Left, Passing, WatchedVisitor, in_folder, planted_hits
from people.http_visitor import SECTIONS, Stuck, hidden_fields
from people.persons import Person
from prove.support.apart import Apart, platform_apart

# Status and, where a partner shall fail, a name or a phone that it knows (kuaiji_standins.magic). While the identity
# check fails, what was submitted waits.
SUBMITTING = (("1", ""), ("2", ""), ("3", ""), ("4", ""), ("1", "假停机"), ("3", "查停机"), ("4", "假超时"))
REFUSED = (("1", "假不符"), ("2", "在湘"))
NO_MESSAGE = ("17000000001", "17000000002", "17000000003")
RECOVERING = 3
BETWEEN_CODES = 61
TRIED_AFTER = 3
KNOCKED = {200, 400, 403, 404, 405, 411, 413}


def main() -> int:
    """Run and print."""
    begun = time.time()
    with platform_apart() as house, Passing(house.database).keeping_jobs() as passing:
        numbers = {code for path in files_in(house.cluster.data) for code in CODE.findall(path.read_bytes())}
        party = Party(house, passing)
        party.go()
        codes = sorted(party.passing.codes)
        left = Left([*party.canaries, *map(code_canary, codes)], party.passing, house.home, house.cluster)
        # Nothing tells columns apart in raw files: there, what may stand plainly in some column is not looked for.
        raw = [canary for canary in party.canaries if not canary.plain]
        raw += [Canary("code", code.encode()) for code in codes if code.encode() not in numbers]
        hits = {*left.hits(), *in_raw_files(house, raw), *in_temporary_files(raw, begun)}
        missed = planted_and_missed(house, left)
        figures = party.figures | {
            "canaries": dict(sorted(Counter(canary.what for canary in left.canaries).items())),
            "looked_at": dict(sorted(Counter(what for what, _ in party.passing.pieces).items())),
            "raw_megabytes": sum(path.stat().st_size for path in files_in(house.cluster.data)) >> 20,
        }
    figures |= {"hits": len(hits), "planted_and_missed": len(missed), "seconds": round(time.time() - begun, 1)}
    print(json.dumps({"prove": "canaries", **figures}, ensure_ascii=False))
    for line in sorted(hits | missed)[:40]:
        print(line, file=sys.stderr)
    return 1 if hits or missed else 0


class Party:
    """Everybody who goes through the house, and what may leak of them."""

    def __init__(self, house: Apart, passing: Passing) -> None:
        self.house, self.passing = house, passing
        self.rng = random.Random(secrets.randbits(64))
        self.canaries: list[Canary] = []
        self.figures: dict[str, object] = {}

    def go(self) -> None:
        """Everybody, one after another. Raises Stuck for whoever is answered otherwise than expected."""
        submitted = [self._submitted(*one) for one in SUBMITTING]
        for status, name in REFUSED:
            self._refused_at_the_door(status, name)
        without_database = self._database_goes_away()
        time.sleep(BETWEEN_CODES)  # since the last of the codes that the first people asked for
        for person, visitor in submitted[:RECOVERING]:
            faulty_people.recover(visitor, person)
        # Last: while the gateway fails for one of them, others wait.
        for phone in NO_MESSAGE:
            self._without_message(phone)
        figures = httpx.get(f"{self.house.address}/metrics", trust_env=False).content
        self.passing.pieces.add(("figures", figures))
        self.figures = {
            "people": len(SUBMITTING) + len(REFUSED) + len(NO_MESSAGE) + 2,
            "submitted": len(submitted) + 1,
            "answers_without_database": dict(without_database),
        }

    def _new(self, status: str, *, name: str = "", phone: str = "") -> tuple[Person, WatchedVisitor]:
        """Somebody at the door; a name that a partner knows is no canary."""
        person = make_carrier(self.rng, status=status, name=name, phone=phone)
        self.canaries += canaries_of(person) if name else [*canaries_of(person), name_canary(person)]
        return person, WatchedVisitor(self.house.address, self.passing)

    def _submitted(self, status: str, name: str) -> tuple[Person, WatchedVisitor]:
        person, visitor = self._new(status, name=name)
        faulty_people.register(visitor, person)
        self.canaries += faulty_people.collect(visitor, person)
        faulty_people.come_back(visitor, person)
        if (statuses := faulty_people.knock(visitor, person)) != KNOCKED:
            raise Stuck(f"doors that are not there answered {statuses}")
        return person, visitor

    def _refused_at_the_door(self, status: str, name: str) -> None:
        person, visitor = self._new(status, name=name)
        faulty_people.start(visitor, person)
        typed = person.details | {"sms_code": visitor.code_for(person.phone), "action": "register"}
        faulty_people.refused(visitor, "/register/details/", typed)

    def _without_message(self, phone: str) -> None:
        person, visitor = self._new("1", phone=phone)
        faulty_people.start(visitor, person)
        time.sleep(TRIED_AFTER)
        typed = person.details | {"sms_code": "000000", "action": "register"}
        faulty_people.refused(visitor, "/register/details/", typed)

    def _database_goes_away(self) -> Counter[int]:
        """Two people in the middle of everything send their forms to a platform without database; what they get.

        One of them is collected once it is back.
        """
        (inside, signed_in), (outside, at_the_door) = self._new("4"), self._new("1")
        faulty_people.register(signed_in, inside)
        signed_in.send("/collection/notice/", {"truthful": "on"})
        faulty_people.start(at_the_door, outside)
        typed = {"document_number": outside.document_number, "password": outside.password}
        forms = [
            (at_the_door, "/register/details/", outside.details | {"action": "send_code"}, None),
            (at_the_door, "/login/", typed, None),
            (at_the_door, "/recover/", typed | {"phone": outside.phone, "action": "send_code"}, None),
            *((signed_in, f"/collection/{slug}/", inside.sections[slug], inside.files.get(slug)) for slug in SECTIONS),
        ]
        tokens = {id(visitor): hidden_fields(visitor.get("/recover/")) for visitor in (signed_in, at_the_door)}
        statuses = Counter[int]()
        with self.house.database_away():
            for visitor, path, fields, files in forms:
                answer = visitor.client.post(path, data=tokens[id(visitor)] | fields, files=files or None)
                statuses[answer.status_code] += 1
            statuses[signed_in.client.get("/me/").status_code] += 1
            statuses[at_the_door.client.get("/directory/", params={"q": outside.name}).status_code] += 1
        if min(statuses) < 500:
            raise Stuck(f"without a database pages answered {dict(statuses)}")
        self.canaries += faulty_people.collect(signed_in, inside)
        return statuses


def in_raw_files(house: Apart, canaries: list[Canary]) -> Iterator[str]:
    """Hits in the files of the cluster, tables and journal, once all is written."""
    with psycopg.connect(house.cluster.admin_url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    return in_folder(house.cluster.data, Search(canaries))


def in_temporary_files(canaries: list[Canary], begun: float) -> Iterator[str]:
    """Hits in files that were put into the system's temporary folder; the platform's own is inside its home."""
    search = Search(canaries)
    for path in Path(tempfile.gettempdir()).iterdir():
        if path.is_file() and path.stat().st_mtime >= begun:
            yield from (f"{path}: {hit.canary.what} ({hit.form})" for hit in search(path.read_bytes()))


def planted_and_missed(house: Apart, left: Left) -> set[str]:
    """Plant a phone in a log, a column and a session: where it should have been found and was not."""
    phone = next(canary for canary in left.canaries if canary.what == "phone")
    with left.planted(phone.value.decode()):
        found, in_raw = left.hits([phone]), set(in_raw_files(house, [phone]))
    raw = {f"{place}: phone" for place in ("base/", "pg_wal/") if not any(hit.startswith(place) for hit in in_raw)}
    return (planted_hits("phone") - found) | raw


def files_in(folder: Path) -> list[Path]:
    """The files below ``folder`` at this moment."""
    return [path for path in folder.rglob("*") if path.is_file()]


if __name__ == "__main__":
    sys.exit(main())
