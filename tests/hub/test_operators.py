"""``kuaiji hub``: what its operators do, and what the database itself holds to."""

import dataclasses
import subprocess
import sys
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from kuaiji.common.ids import uuid7
from kuaiji_wire.client import HubClient
from kuaiji_wire.errors import HubUnavailable, HubUntrusted
from kuaiji_wire.messages import parse
from people import wire_samples
from people.houses.hub import CODES, Hub, MakeDatabase, new_hub, prepare, public, seed, send, served
from people.houses.loopback import free_port
from people.hub_stories import Story
from tests.support.columns import CLASSES


@pytest.fixture(scope="module")
def hub(make_database: MakeDatabase) -> Iterator[Hub]:
    """A hub of this module's own, which tells what it still lacks."""
    made = new_hub(make_database, "hub_operated")
    with served(made, workers=1):
        assert readiness(made) == (503, "migrations")
        prepare(made.env)
        assert readiness(made) == (200, "ready")
        yield made


def readiness(hub: Hub) -> tuple[int, str]:
    answer = httpx.get(f"{hub.url}/readyz", trust_env=False, timeout=20)
    return answer.status_code, answer.json()["status"]


def released(here: HubClient, story: Story) -> Story:
    send(here, story.reported())
    assert send(here, story.released()).code == "ok"
    return story


def test_platforms_are_the_forty_and_those_that_are_added(hub: Hub) -> None:
    forty, added, more, *refused = hub.operate(
        "platforms list",
        "platforms add 900009 示例单位",
        "platforms list",
        "platforms add 9 示例单位",
        "platforms stop 900008",
    )
    assert len(forty.splitlines()) == 40 and added == ""
    assert "900009\t示例单位\t0\t0\tactive\treads 1" in more
    assert "six digits" in refused[0] and "no platform" in refused[1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"KUAIJI_HUB_FIRST_KEY": "hub:1=a-short-secret"}, "KUAIJI_HUB_FIRST_KEY has a value (not shown)"),
        (
            {"KUAIJI_HUB_DATABASE_URL": "postgresql://app:a-short-secret@db.example/hub"},
            "KUAIJI_HUB_DATABASE_URL has a value (not shown): on the way to another host it needs sslmode=verify-full",
        ),
        (
            {"KUAIJI_HUB_OWNER_URL": "postgresql://app@/hub", "KUAIJI_HUB_DATABASE_URL": "postgresql://app@/hub"},
            "KUAIJI_HUB_DATABASE_URL and KUAIJI_HUB_OWNER_URL both name the role 'app'",
        ),
        ({"KUAIJI_DATABASE_ROLE": "owner"}, "KUAIJI_DATABASE_ROLE is 'owner': that is for migrate"),
    ],
)  # fmt: skip
def test_a_hub_in_production_refuses_what_would_be_unsafe(change: dict[str, str], said: str, hub: Hub) -> None:
    safe = {name: value for name, value in hub.env.items() if name != "KUAIJI_HUB_FIRST_KEY"}
    done = subprocess.run(
        [sys.executable, "-m", "kuaiji.cli", "hub-serve", "--port", "1"],
        env=safe | {"KUAIJI_ENV": "production", "KUAIJI_DEMO": "0"} | change,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and said in done.stderr
    assert "Traceback" not in done.stderr and "a-short-secret" not in done.stderr


def test_keys_are_listed_added_once_and_never_replaced(hub: Hub) -> None:
    known, again, *refused = hub.operate(
        "keys list",
        f"keys add 440000:t {public('440000:t')}",
        f"keys add 440000:t {public('440000:u')}",
        f"keys add 999999:t {public('440000:t')}",
        f"keys add hub:mine {public('440000:t')}",
        "keys add 440000:u AAAA",
        f"keys add 440000:u {wire_samples.PUBLIC[wire_samples.PLATFORM_KEY]}",
        "keys revoke 440000:u",
    )
    assert len(known.splitlines()) == len(CODES) + 1
    assert again in known
    for text, said in zip(
        ("new name", "no platform", "no platform", "32 bytes", "wire's examples", "no key"), refused, strict=True
    ):
        assert said.startswith("refused: ") and text in said


def test_a_new_key_is_announced_before_it_signs(hub: Hub) -> None:
    before, story, message_id = hub.public_keys(), Story(), uuid7()
    assert hub.operate("rotate --if-none")[0] == ""
    [announced] = hub.operate("rotate")
    assert announced.split("\t")[:2] in [list(key) for key in hub.public_keys().items() - before.items()]
    old = hub.client("440000", hub_keys=before)
    first = old.send(story.reported(), id=message_id, sent_at=wire_samples.NOW)

    hub.operate("rotate --now")
    with pytest.raises(HubUntrusted, match="unknown_key"):
        old.look_up(story.person)
    assert hub.client("440000").send(story.reported(), id=message_id, sent_at=wire_samples.NOW) == first
    assert hub.operate("verify") == ["record.reported\t1\n1 messages, 0 differ"]


def test_a_key_by_its_name_is_added_once(hub: Hub) -> None:
    def named(keyid: str) -> Hub:
        return dataclasses.replace(hub, env={**hub.env, "KUAIJI_HUB_FIRST_KEY": f"{keyid}={seed('hub')}"})

    added, again = named("hub:named").operate("rotate --if-none", "rotate --if-none")
    assert (added.split("\t")[:2], again) == (["hub:named", public("hub")], "")
    assert named("440000:named").operate("rotate --if-none")[0].startswith("refused: KUAIJI_HUB_FIRST_KEY is hub:")


def test_differences_stay_until_the_platform_is_told_ok(hub: Hub, here: HubClient, there: HubClient) -> None:
    story = Story()
    send(here, story.reported())
    elsewhere = Story(person=story.person)
    send(there, elsewhere.reported())
    send(there, elsewhere.reported(2))
    [line, status] = hub.operate("differences")[0].splitlines()
    assert status == "status 1" and line.startswith(f"440300\t深圳市\t{elsewhere.record_id}\theld_elsewhere\t")
    send(here, story.released())
    send(there, story.claimed())
    send(there, story.received().model_copy(update={"record_id": elsewhere.record_id}))
    assert send(there, elsewhere.reported(3)).code == "ok"
    assert hub.operate("differences") == [""]


def test_what_waits_too_long_is_found_and_moved_on(hub: Hub) -> None:
    here, there = hub.client("120000"), hub.client("130000")
    stories = [Story(origin="120000", destination="130000", division="130102") for _ in range(2)]
    for story in stories:
        released(here, story)
    send(there, stories[1].claimed())
    assert hub.operate("stuck") == [""]
    [stuck, moved] = hub.operate("stuck", "expire", days=29)
    assert "feed\t130000\t河北省\t2 waiting" in stuck and "transfer" not in stuck and stuck.endswith("\nstatus 1")
    assert moved == "0 transfers moved on"
    [stuck, moved] = hub.operate("stuck", "expire", days=31)
    assert f"transfer\t{stories[1].transfer_id}\t120000>130000\tclaimed" in stuck
    assert moved == "1 transfers moved on"
    assert hub.operate("expire", days=91) == ["1 transfers moved on"]

    for client in (here, there):
        said = [entry.envelope for entry in client.feed(after=0).entries][-2:]
        assert [envelope.topic for envelope in said] == ["transfer.claim_rejected", "transfer.returned"]
        rejected, returned = (parse(envelope).plain() for envelope in said)
        assert (rejected["transfer_id"], rejected["code"]) == (str(stories[1].transfer_id), "not_confirmed")
        assert (returned["transfer_id"], returned["code"]) == (str(stories[0].transfer_id), "unclaimed")
    assert send(there, stories[0].claimed()).code == "already_returned"
    assert send(there, stories[1].claimed()).code == "ok"  # its ninety days began anew


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kuaiji_hub_message SET code = 'ok'",
        "DELETE FROM kuaiji_hub_message",
        "TRUNCATE kuaiji_hub_message CASCADE",
        "UPDATE kuaiji_hub_feedentry SET number = number + 1",
        "DELETE FROM kuaiji_hub_feedentry",
    ],
)
@pytest.mark.parametrize("role", ["app", "owner"])
def test_messages_and_feeds_only_grow(hub: Hub, here: HubClient, statement: str, role: str) -> None:
    released(here, Story())
    url = hub.owner_url if role == "owner" else hub.env["KUAIJI_HUB_DATABASE_URL"]
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE kuaiji_hub_person SET holder_id = NULL", "holder_id"),
        ("UPDATE kuaiji_hub_person SET record_id = gen_random_uuid(), holder_id = '999999'", "holder_id"),
        (
            "UPDATE kuaiji_hub_transfer SET person_id = (SELECT person_id FROM kuaiji_hub_transfer LIMIT 1)",
            "one_open_transfer",
        ),
        ("UPDATE kuaiji_hub_transfer SET claim_id = gen_random_uuid()", "claimed_by_a_claim"),
        ("UPDATE kuaiji_hub_transfer SET state = 'claimed' WHERE state = 'released'", "claimed_by_a_claim"),
        ("UPDATE kuaiji_hub_transfer SET state = 'lost', deadline_at = NULL, claim_id = NULL", "transfer_state"),
        ("UPDATE kuaiji_hub_transfer SET deadline_at = NULL", "open_until_a_deadline"),
        ("UPDATE kuaiji_hub_transfer SET destination_id = origin_id", "transfer_goes_elsewhere"),
        ("UPDATE kuaiji_hub_platform SET feed_collected = feed_number + 1", "collected_is_told"),
        ("UPDATE kuaiji_hub_signingkey SET private_key = NULL WHERE platform_id IS NULL", "private_only_of_the_hub"),
        ("DELETE FROM kuaiji_hub_signingkey WHERE id = '440000:t'", "signing_key_id"),
    ],
)
def test_what_cannot_be_is_refused_by_the_database(hub: Hub, here: HubClient, statement: str, constraint: str) -> None:
    for _ in range(2):
        released(here, Story())
    with pytest.raises(psycopg.errors.IntegrityError, match=constraint):
        hub.sql(statement)


def test_every_column_says_how_sensitive_it_is(hub: Hub) -> None:
    rows = hub.sql(
        "SELECT c.relname, a.attname, col_description(c.oid, a.attnum) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE starts_with(c.relname, 'kuaiji_hub_') AND c.relkind = 'r' AND a.attidentity = ''"
    )
    assert len(rows) > 60
    assert not [row for row in rows if (row[2] or "").split(":")[0] not in CLASSES]


@pytest.mark.parametrize(
    "changes",
    [
        {"KUAIJI_HUB_KEYRING": ""},
        {"KUAIJI_HUB_KEYRING": "{}"},
        {"KUAIJI_HUB_DATABASE_URL": ""},
        {"KUAIJI_HUB_URL": ""},
        {"KUAIJI_HUB_URL": "http://hub.example"},
        {"KUAIJI_HUB_URL": "https://hub.example/wire"},
    ],
)
def test_it_does_not_start_with_half_an_environment(hub: Hub, changes: dict[str, str]) -> None:
    command = [sys.executable, "-c", "import kuaiji_hub.wsgi"]
    done = subprocess.run(command, env={**hub.env, **changes}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"ConfigurationError: {'set ' if not next(iter(changes.values())) else ''}KUAIJI_HUB_" in done.stderr


def test_without_its_database_it_says_later(hub: Hub) -> None:
    address = "postgresql://nobody@127.0.0.1:1/nowhere"
    url = f"http://127.0.0.1:{free_port()}"
    lonely = Hub(url, {**hub.env, "KUAIJI_HUB_URL": url, "KUAIJI_HUB_DATABASE_URL": address}, address)
    with served(lonely, workers=1):
        assert readiness(lonely) == (503, "database")
        client = lonely.client("440000", hub_keys=hub.public_keys())
        with pytest.raises(HubUnavailable, match="status_503"):
            client.look_up(Story().person)


TAMPERING = {
    "body": "body = set_byte(body, 40, get_byte(body, 40) # 1)",
    "digest": "digest = repeat('0', 64)",
    "digest ": "topic = 'transfer.withdrawn'",
    "digest  ": "subject_id = gen_random_uuid()",
    "signature": "headers = jsonb_set(headers, '{content-digest}', to_jsonb(''::text))",
    "signature, answer  ": "headers = headers || ('{\"signature\": \"wire=:' || repeat('A', 86) || '==:\"}')::jsonb",
    "signature, answer": "url = 'https://hub.example/wire/v1/messages'",
    "answer": "answer = replace(answer, '440000', '440300')",
    "answer  ": "code = 'held_elsewhere'",
    "signature   ": "headers = jsonb_set(headers, '{signature-input}', to_jsonb((headers->>'signature-input') || ' '))",
    "answer ": "answer_headers = jsonb_set(answer_headers, '{signature}', headers->'signature')",
    "signature ": "sender_id = '440300'",
    "signature  ": "signing_key_id = '440300:t'",
    "signature, answer ": "received_at = received_at - interval '1 hour'",
}


def test_every_changed_byte_is_found(hub: Hub, here: HubClient) -> None:
    """Last of all, for it leaves the book broken."""
    ids = [uuid7() for _ in TAMPERING]
    for message_id in ids:
        here.send(Story().reported(), id=message_id, sent_at=wire_samples.NOW)
    released(here, Story())
    assert hub.operate("verify")[0].endswith(" 0 differ")
    for message_id, change in zip(ids, TAMPERING.values(), strict=True):
        hub.sql(f"UPDATE kuaiji_hub_message SET {change} WHERE id = %s", message_id, untriggered=True)
    hub.sql(
        "UPDATE kuaiji_hub_feedentry SET number = 1000 WHERE platform_id = '440300' AND number = 1", untriggered=True
    )
    told = hub.operate("verify")[0].splitlines()
    for message_id, fault in zip(ids, TAMPERING, strict=True):
        [line] = [line for line in told if line.startswith(f"{message_id}\t")]
        assert line.endswith(f"\tdiffers: {fault.strip()}")
    assert "feed\t440300\tnot numbered without a gap" in told
    assert told[-2].endswith(f", {len(ids)} differ") and told[-1] == "status 1"
