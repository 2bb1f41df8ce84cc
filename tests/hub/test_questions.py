"""Transfer matches: what a destination learns before a claim, and what it does not (R8.2)."""

from dataclasses import replace

import pytest

from kuaiji_wire.client import HubClient
from kuaiji_wire.errors import HubRefused
from people.houses.hub import Hub, send
from people.hub_stories import Story, somebody


def test_verdicts_along_a_transfer(hub: Hub, here: HubClient, there: HubClient) -> None:
    story = Story()

    def verdict(client: HubClient = there, division: str | None = "440304") -> str:
        return client.match_transfer(story.person, division_code=division).verdict

    assert verdict() == "not_found"
    send(here, story.reported())
    assert (verdict(), verdict(here)) == ("not_released", "held_here")
    send(here, story.released())
    assert verdict(division="440305") == verdict(division=None) == "wrong_division"
    assert verdict(hub.client("430000")) == "other_destination"
    matched = there.match_transfer(story.person, division_code="440304")
    assert (matched.verdict, matched.transfer_id, matched.held_by) == ("matched", story.transfer_id, None)
    assert matched.origin and matched.origin.name == "广东省"
    send(there, story.claimed())
    assert verdict() == "already_claimed"
    send(there, story.received())
    assert (verdict(), verdict(here)) == ("held_here", "not_released")


def test_another_name_learns_nothing(here: HubClient, there: HubClient) -> None:
    story = Story()
    send(here, story.reported())
    send(here, story.released())
    other = replace(story.person, name="示例乙")
    match = there.match_transfer(other, division_code="440304")
    assert match.model_dump() == {
        "verdict": "name_mismatch", "transfer_id": None, "origin": None, "held_by": None,
    }  # fmt: skip


def test_a_look_up_tells_of_an_open_transfer(here: HubClient, there: HubClient) -> None:
    story = Story()
    send(here, story.reported())
    send(here, story.released())
    transfer = there.look_up(story.person).transfer
    assert transfer and (transfer.state, transfer.destination.code) == ("released", "440300")
    send(there, story.claimed())
    transfer = there.look_up(story.person).transfer
    assert transfer and transfer.state == "claimed"
    send(here, story.withdrawn())
    assert there.look_up(story.person).transfer is None


def test_unknown_kinds_of_documents_are_named(here: HubClient) -> None:
    person = somebody()
    person = replace(person, document=replace(person.document, type="77"))
    with pytest.raises(HubRefused) as refused:
        here.look_up(person)
    assert (refused.value.code, refused.value.field) == ("bad_document", "person.document_type")
    with pytest.raises(HubRefused) as refused:
        send(here, Story(person=person).reported())
    assert refused.value.field == "body.person.document_type"
