"""What a platform may do on a day is bounded and counted, and a document that breaks the rules is taken by nobody."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest

from kuaiji.common.ids import uuid7
from kuaiji_hub.rules import QUOTA_FLOOR, Quota, most_a_day
from kuaiji_wire.client import MESSAGES, HubClient
from kuaiji_wire.errors import HubOverQuota, HubRefused
from kuaiji_wire.keys import load_private_key
from kuaiji_wire.messages import Envelope
from kuaiji_wire.people import Document, Person
from kuaiji_wire.signing import Request, Signer
from people import wire_samples
from people.houses.hub import TOKEN, Hub, MakeDatabase, new_hub, prepare, seed, send, served
from people.hub_stories import Story, somebody
from tests.support.hub_requests import proven

HUNAN = "430000"
BOUNDED: dict[str, Callable[[HubClient], object]] = {
    "questions": lambda client: client.look_up(somebody()),
    "first_reports": lambda client: send(client, Story().reported()),
}


@pytest.fixture(scope="module")
def hub(make_database: MakeDatabase) -> Iterator[Hub]:
    """A hub of this module's own: its quotas are changed."""
    made = new_hub(make_database, "hub_counted")
    prepare(made.env)
    with served(made, workers=1):
        yield made


@pytest.fixture(autouse=True)
def counted_anew(hub: Hub) -> None:
    hub.sql("DELETE FROM kuaiji_hub_daycount")
    hub.sql("DELETE FROM kuaiji_hub_announcement")


def with_left(hub: Hub, kind: str, uses: int) -> HubClient:
    """A platform that has begun its day and may do it so many times more."""
    client = hub.client(HUNAN)
    BOUNDED[kind](client)
    hub.sql("UPDATE kuaiji_hub_daycount SET most = count + %s WHERE kind = %s", uses, kind)
    return client


def signed(hub: Hub, envelope: Envelope) -> Request:
    signer = Signer(f"{HUNAN}:t", load_private_key(seed(f"{HUNAN}:t")))
    return signer.sign_request(Request("POST", hub.url + MESSAGES, body=json.dumps(envelope.plain()).encode()))


def count(hub: Hub, kind: str, platform: str = HUNAN) -> int:
    statement = "SELECT count FROM kuaiji_hub_daycount WHERE kind = %s AND platform_id = %s"
    return sum(int(found) for (found,) in hub.sql(statement, kind, platform))


@pytest.mark.parametrize("held", [0, 1, 4_999, 100_000, 250_000, 250_050, 2_000_000])
def test_a_day_s_most_is_a_share_of_whom_the_platform_holds_or_the_floor(held: int) -> None:
    assert most_a_day(Quota.QUESTIONS, held=held) == max(QUOTA_FLOOR, held // 20)
    assert most_a_day(Quota.FIRST_REPORTS, held=held) == max(QUOTA_FLOOR, held // 50)


@pytest.mark.parametrize("kind", sorted(BOUNDED))
def test_what_a_quota_bounds_ends_with_it_and_begins_again_with_what_is_announced(kind: str, hub: Hub) -> None:
    client = with_left(hub, kind, 2)
    for _ in range(2):
        BOUNDED[kind](client)
    used = count(hub, kind)
    for _ in range(2):
        with pytest.raises(HubOverQuota):
            BOUNDED[kind](client)
    assert (count(hub, kind), count(hub, "over_quota")) == (used, 2)
    said, attempts, *told = hub.operate(
        f"quotas announce {HUNAN} {kind} {used + 1} --until 2999-01-31 --reason agreed",
        "attempts",
        f"quotas announce {HUNAN} {kind} 0 --until 2999-01-31 --reason agreed",
        f"quotas announce {HUNAN} {kind} 9 --until 2020-01-31 --reason agreed",
        f"quotas announce 999999 {kind} 9 --until 2999-01-31 --reason agreed",
    )
    assert said == "" and all(each.startswith("refused: ") for each in told)
    assert f"{HUNAN}\t湖南省\tover_quota\t2" in attempts and attempts.endswith("status 1")
    BOUNDED[kind](client)
    with pytest.raises(HubOverQuota):
        BOUNDED[kind](client)


def test_transfer_matches_are_questions_as_well(hub: Hub) -> None:
    client = with_left(hub, "questions", 1)
    assert client.match_transfer(somebody(), division_code=None).verdict == "not_found"
    with pytest.raises(HubOverQuota):
        client.match_transfer(somebody(), division_code=None)


def test_over_a_quota_all_that_is_no_new_person_goes_on(hub: Hub) -> None:
    client, story = hub.client(HUNAN), Story(origin=HUNAN)
    send(client, story.reported())
    with_left(hub, "first_reports", 0)
    assert send(client, story.reported(2)).code == "ok"
    assert send(client, story.released()).code == "ok"
    assert send(hub.client("440300"), story.claimed()).code == "ok"
    assert send(client, Story(person=story.person).reported()).code == "ok"  # made anew at the same platform


def test_the_answer_means_later_under_the_same_id(hub: Hub) -> None:
    with_left(hub, "first_reports", 0)
    envelope = Envelope.of(Story().reported(), id=uuid7(), sent_at=wire_samples.NOW)

    def ask() -> tuple[int, Any]:
        return proven(hub, signed(hub, envelope))

    status, fault = ask()
    assert (status, fault["code"], fault["field"]) == (429, "over_quota", "first_reports")
    hub.sql("UPDATE kuaiji_hub_daycount SET most = most + 1 WHERE kind = 'first_reports'")
    assert ask()[1]["code"] == "ok"


def test_exactly_as_many_come_through_as_are_left(hub: Hub) -> None:
    with_left(hub, "questions", 7)

    def ask(_: int) -> bool:
        try:
            hub.client(HUNAN).look_up(somebody())
        except HubOverQuota:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(24))) == 7
    assert count(hub, "over_quota") == 17


def test_another_platform_has_a_quota_of_its_own(hub: Hub) -> None:
    with_left(hub, "questions", 0)
    assert hub.client("440000").look_up(somebody()).verdict == "not_found"


def test_the_quotas_are_listed_with_what_was_used(hub: Hub) -> None:
    hub.client(HUNAN).look_up(somebody())
    [listed] = hub.operate("quotas list")
    assert f"{HUNAN}\t湖南省\tquestions\t1\t{QUOTA_FLOOR}" in listed
    assert f"{HUNAN}\t湖南省\tfirst_reports\t0\t{QUOTA_FLOOR}" in listed
    assert len(listed.splitlines()) == 80


@pytest.mark.parametrize("verdict", ["name_mismatch", "held_elsewhere"])
def test_refused_attempts_are_counted(verdict: str, hub: Hub) -> None:
    story = Story()
    send(hub.client("440000"), story.reported())
    if verdict == "name_mismatch":
        client, other = hub.client(HUNAN), replace(story.person, name="示例乙")
        assert client.look_up(other).verdict == client.match_transfer(other, division_code=None).verdict == verdict
        assert send(client, Story(person=other).reported()).code == verdict
        assert count(hub, verdict) == 3
    else:
        assert send(hub.client(HUNAN), Story(person=story.person).reported()).code == verdict
        assert count(hub, verdict) == 1
    [said] = hub.operate("attempts --days 1")
    assert f"\t{verdict}\t" in said and "status" not in said


UNSOUND = {
    "country of a resident's card": (Document(type="01", country="ZZZ", number="-"), "document_country"),
    "country of a Chinese passport": (Document(type="05", country="CHN", number="E12345678"), "document_country"),
    "no country of a foreign passport": (Document(type="04", country="", number="P12345678"), "document_country"),
    "a country that is none": (Document(type="04", country="ZZZ", number="P12345678"), "document_country"),
    "a type that is none": (Document(type="77", country="", number="-"), "document_type"),
    "a wrong check digit": (Document(type="01", country="", number="440106199001011230"), "document_number"),
    "a passport as a card": (Document(type="01", country="", number="P12345678"), "document_number"),
    "a sign that is not seen": (Document(type="99", country="", number="\u202e"), "document_number"),
    "a sentence": (Document(type="99", country="", number="see the other record"), "document_number"),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_a_document_that_breaks_the_rules_is_taken_by_nobody(name: str, hub: Hub) -> None:
    document, field = UNSOUND[name]
    if document.number == "-":
        document = replace(document, number=somebody().document.number)
    person = Person(name="示例甲", document=document)
    client = hub.client(HUNAN)
    for place, act in (
        ("person", lambda: client.look_up(person)),
        ("person", lambda: client.match_transfer(person, division_code=None)),
        ("body.person", lambda: send(client, Story(person=person).reported())),
    ):
        with pytest.raises(HubRefused) as refused:
            act()
        assert (refused.value.code, refused.value.field) == ("bad_document", f"{place}.{field}")
    assert count(hub, "bad_document") == 3 and count(hub, "first_reports") == 0


def test_nobody_is_held_twice_by_adding_a_country(hub: Hub) -> None:
    story = Story()
    send(hub.client("440000"), story.reported())
    document = replace(story.person.document, country="ZZZ")
    twin = Story(person=replace(story.person, document=document))
    with pytest.raises(HubRefused, match="bad_document"):
        send(hub.client("440300"), twin.reported())
    held_by = hub.client("440300").look_up(story.person).held_by
    assert held_by and held_by.code == "440000"


def test_a_record_does_not_move_to_a_document_that_breaks_the_rules(hub: Hub) -> None:
    client, story = hub.client(HUNAN), Story()
    send(client, story.reported())
    worse = replace(story.person, document=replace(story.person.document, number="440106199001011230"))
    with pytest.raises(HubRefused, match="bad_document"):
        send(client, Story(person=worse, record_id=story.record_id).reported(2, previous=story.person))
    assert client.look_up(story.person).verdict == "found"


# What a hub took before it looked at documents: the rule is switched off for one message.
PLANT = """
import json, sys, django
django.setup()
from django.db import transaction
from kuaiji_hub import sealing, signatures
from kuaiji_hub.services import messages
from kuaiji_wire.signing import Request, verify_request
sealing.check_document = lambda person, field: None
url, headers, body = json.loads(sys.argv[1])
asked = Request("POST", url, headers, body.encode())
with transaction.atomic():
    messages.take(asked, verify_request(asked, keys=signatures.Book(), nonces=signatures.Memory()))
"""


def plant(hub: Hub, story: Story) -> None:
    asked = signed(hub, Envelope.of(story.reported(), id=uuid7(), sent_at=wire_samples.NOW))
    told = json.dumps([asked.url, dict(asked.headers), asked.body.decode()])
    subprocess.run([sys.executable, "-c", PLANT, told], env=hub.env, check=True)


def test_what_stands_under_an_unsound_document_is_listed_told_of_and_mended(hub: Hub) -> None:
    assert hub.operate("documents") == [""]
    story = Story(person=Person(name="示例甲", document=Document(type="99", country="", number="无号")))
    plant(hub, story)
    [listed] = hub.operate("documents")
    assert listed.startswith(f"{HUNAN}\t{story.record_id}\tperson.document_number\tsince ")
    assert listed.endswith("status 1")
    client = hub.client(HUNAN)
    assert send(client, story.reported(2)).code == "ok"
    mended = Story(person=somebody(), record_id=story.record_id)
    assert send(client, mended.reported(3, previous=story.person)).code == "ok"
    assert hub.operate("documents") == [""]


def test_figures_are_for_who_has_the_token(hub: Hub) -> None:
    hub.client(HUNAN).look_up(somebody())

    def ask(**headers: str) -> httpx.Response:
        return httpx.get(f"{hub.url}/metrics", headers=headers, trust_env=False)

    assert ask().status_code == ask(Authorization="Bearer x").status_code == 404
    figures = ask(Authorization=f"Bearer {TOKEN}").text
    assert f'kuaiji_hub_today{{kind="questions",platform="{HUNAN}"}} 1.0' in figures
    assert f'kuaiji_hub_most{{kind="questions",platform="{HUNAN}"}} {float(QUOTA_FLOOR)}' in figures


def test_counts_are_kept_for_a_year_and_a_month(hub: Hub) -> None:
    hub.client(HUNAN).look_up(somebody())
    hub.operate("expire", days=399)
    assert count(hub, "questions") == 1
    hub.operate("expire", days=402)
    assert count(hub, "questions") == 0


def test_strangers_leave_no_count(hub: Hub) -> None:
    unsigned = httpx.post(hub.url + MESSAGES, json={}, trust_env=False)
    assert unsigned.status_code == 401
    assert hub.sql("SELECT count(*) FROM kuaiji_hub_daycount") == [(0,)]


def test_who_asks_while_another_begins_the_day_is_not_refused(hub: Hub) -> None:
    day = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
    hub.sql(
        "CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END'"
    )
    hub.sql(
        "CREATE TRIGGER wait_for_test BEFORE UPDATE ON kuaiji_hub_daycount"
        " FOR EACH STATEMENT EXECUTE FUNCTION wait_for_test()"
    )
    try:
        with psycopg.connect(hub.owner_url, autocommit=True) as other, ThreadPoolExecutor(1) as pool:
            other.execute("SELECT pg_advisory_lock(1)")
            asking = pool.submit(hub.client(HUNAN).look_up, somebody())
            while not other.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
                assert not asking.done()
            other.execute(  # after the statement that looks for the day's row has begun, so that it finds none
                "INSERT INTO kuaiji_hub_daycount (platform_id, day, kind, count, most)"
                f" VALUES (%s, {day}, 'questions', 1, 100)",
                [HUNAN],
            )
            other.execute("SELECT pg_advisory_unlock(1)")
            asking.result()
    finally:
        hub.sql("DROP FUNCTION wait_for_test CASCADE")
    assert count(hub, "questions") == 2
