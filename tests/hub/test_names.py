"""The hub knows a person by every way of writing the name, also by what it kept under the rule before."""

import json
from dataclasses import replace

import pytest

from kuaiji_wire.client import HubClient
from people.houses.hub import MakeDatabase, new_hub, prepare, send, served
from people.hub_stories import Story, somebody
from tests.support.wire_vectors import FOLDER

VECTORS = json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))
# One of each kind: case, apostrophe, hyphen, the dot of a name, a blank, something unseen, a form of an ideograph.
SAME = [VECTORS["same"][place] for place in (0, 3, 7, 9, 20, 23, 26)]


def named(name: str, story: Story) -> Story:
    return replace(story, person=replace(story.person, name=name))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_person_is_known_by_every_way_of_writing_the_name(
    here: HubClient, there: HubClient, one: str, other: str
) -> None:
    reported = named(one, Story())
    asked = named(other, reported)
    assert send(here, reported.reported()).code == "ok"
    assert there.look_up(asked.person).verdict == "found"
    assert send(here, asked.released()).code == "ok"
    assert there.match_transfer(asked.person, division_code="440304").verdict == "matched"
    assert send(there, asked.claimed()).code == "ok"
    assert send(there, asked.received()).code == "ok"


@pytest.mark.parametrize(("one", "other"), VECTORS["different"][:4])
def test_another_name_stays_another(here: HubClient, there: HubClient, one: str, other: str) -> None:
    story = named(one, Story())
    send(here, story.reported())
    assert there.look_up(named(other, story).person).verdict == "name_mismatch"
    elsewhere = replace(named(other, story), record_id=Story().record_id)
    assert send(there, elsewhere.reported()).code == "name_mismatch"


def test_names_kept_by_the_rule_before_are_compared_and_mended(make_database: MakeDatabase) -> None:
    hub = new_hub(make_database, "hub_mended")
    prepare(hub.env)
    stories = [named("SMITH JOHN", Story()), named("古丽·阿里", Story())]

    def verdicts() -> list[str]:
        others = ("Smith John", "古丽 阿里")
        asked = [named(name, story).person for name, story in zip(others, stories, strict=True)]
        return [hub.client("440300").look_up(person).verdict for person in asked]

    with served(hub, workers=1):
        send(hub.client("440000"), stories[0].reported())
        send(hub.client("440000"), stories[1].reported_2())
        hub.sql("UPDATE kuaiji_hub_person SET name_folding = 1, name_digest = '\\x00' RETURNING 1")
        assert verdicts() == ["found", "found"]
        before = hub.sql("SELECT id, name_digest, name_folding FROM kuaiji_hub_person ORDER BY id")
        [said] = hub.operate("mend_texts --dry-run")
        assert said == "姓名索引：待看 2 条，将改 2 条"
        assert hub.sql("SELECT id, name_digest, name_folding FROM kuaiji_hub_person ORDER BY id") == before
        first, second = hub.operate("mend_texts", "mend_texts")
        assert first.startswith("姓名索引：看了 2 条，改了 2 条") and second.startswith(
            "姓名索引：看了 0 条，改了 0 条"
        )
        assert hub.sql("SELECT DISTINCT name_folding, octet_length(name_digest) FROM kuaiji_hub_person") == [(2, 32)]
        assert verdicts() == ["found", "found"]
        assert hub.client("440300").look_up(replace(stories[0].person, name=somebody().name)).verdict == "name_mismatch"
