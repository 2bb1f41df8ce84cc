"""What one person typed, sent and was sent stands nowhere in the clear but in the columns that say so (S-10).

``python -m prove.canaries`` does the same with many people, partners and a database that go away, and the raw files.
"""

import dataclasses
import random
import secrets
from collections.abc import Iterator

import httpx
import pytest

from kuaiji.house.databases import Server
from kuaiji.house.development import Development
from people import faulty_people
from people.canaries import Canary, Search, canaries_of, code_canary, forms, make_carrier, name_canary
from people.house_traces import Left, Passing, WatchedVisitor, planted_hits
from people.houses.stack import Stack
from tests.support.sources import read_rows


@pytest.fixture(scope="module")
def left(stack: Stack, server: Server, development: Development) -> Iterator[Left]:
    """One person without work has done everything, and everything wrong once."""
    assert development.cluster
    person = make_carrier(random.Random(secrets.randbits(64)), status="3")
    passing = Passing(server.url(server.owner, development.platform_database))
    with passing.keeping_jobs():
        with WatchedVisitor(stack.platform, passing) as visitor:
            faulty_people.register(visitor, person)
            stored = faulty_people.collect(visitor, person)
            faulty_people.come_back(visitor, person)
            assert faulty_people.knock(visitor, person) == {200, 400, 403, 404, 405, 411, 413}
        passing.pieces.add(("metrics", httpx.get(f"{stack.platform}/metrics", trust_env=False).content))
        canaries = [*canaries_of(person), name_canary(person), *stored, *map(code_canary, passing.codes)]
        yield Left(canaries, passing, stack.home, development.cluster)


def test_nothing_stands_in_the_clear(left: Left) -> None:
    kinds = {canary.what for canary in left.canaries}
    assert kinds >= {"document number", "phone", "password", "e-mail", "residence", "code", "file name", "name"}
    assert kinds >= {"uploaded picture", "stored picture"}
    sessions = [piece for what, piece in left.passing.pieces if what == "sessions"]
    assert any(b"_auth_user_id" in session for session in sessions)  # they were read, and opened
    assert {what for what, _ in left.passing.pieces} >= {"jobs", "addresses", "error pages", "metrics"}
    assert left.hits() == set()


NAMED = {
    "identity_user.name", "identity_user.name_folded", "accountants_examrow.name", "accountants_examrow.name_folded",
    "accountants_listrow.name", "accountants_listrow.reading", "accountants_namekey.key",
}  # fmt: skip


def test_the_name_stands_in_seven_columns(left: Left) -> None:
    """By decision (docs/adr/0016 and 0119), and those that docs/security/inventory.md lists."""
    [name] = [canary for canary in left.canaries if canary.what == "name"]
    unlisted = dataclasses.replace(name, plain="")
    assert left.hits([unlisted]) == {f"{column}: name (plain)" for column in NAMED}
    listed = {row[0].strip("`") for row in read_rows("security/inventory.md", heading="column with a name")}
    assert listed == NAMED


def test_what_is_planted_is_found(left: Left) -> None:
    [phone] = [canary for canary in left.canaries if canary.what == "phone"]
    with left.planted(phone.value.decode()):
        assert left.hits() == planted_hits("phone")
    assert left.hits([phone]) == set()


@pytest.mark.parametrize("value", ["440106199001011234", "赵鉭鵙仙", "012345", "k-9_x/+?&=", b"\xff\x00\n\xd8" * 16])
def test_every_form_is_found_wherever_it_stands(value: str | bytes) -> None:
    canary = Canary("it", value if isinstance(value, bytes) else value.encode())
    search, rng = Search([canary]), random.Random(1)
    for form, needle in forms(canary.value):
        for length in range(8):
            data = rng.randbytes(length) + b" " + needle + b'"' + rng.randbytes(length % 3)
            assert [hit.canary for hit in search(data)] == [canary], form
    assert not list(search(rng.randbytes(100_000)))


def test_other_digits_are_no_code() -> None:
    search = Search([Canary("code", b"012345")])
    for text in (b"2026-11-21 22:35:29.012345+00", b"13012345678", b"0123456", b"a012345", b"\\x012345ff"):
        assert not list(search(text))
