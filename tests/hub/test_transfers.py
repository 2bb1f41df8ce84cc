"""A transfer at the running hub: every state, every message, said by whoever may and may not say it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kuaiji_hub import rules
from kuaiji_hub.rules import Role
from kuaiji_wire.answers import Answer, Refusal, TransferResult, TransferState
from kuaiji_wire.client import HubClient
from kuaiji_wire.errors import HubRefused
from kuaiji_wire.messages import Message, Topic
from people.houses.hub import Hub, send
from people.hub_stories import Story

HERE, THERE, THIRD = "440000", "440300", "430000"
SAYING: dict[Topic, Callable[[Story], Message]] = {
    Topic.TRANSFER_WITHDRAWN: Story.withdrawn,
    Topic.TRANSFER_CLAIMED: Story.claimed,
    Topic.TRANSFER_CLAIM_REJECTED: Story.claim_rejected,
    Topic.TRANSFER_RECEIVED: Story.received,
    Topic.TRANSFER_RETURNED: Story.returned,
    Topic.TRANSFER_CODE_RENEWED: Story.code_renewed,
    Topic.TRANSFER_ATTEMPTS_REFUSED: Story.attempts_refused,
}
WAY: dict[TransferState, tuple[tuple[str, Topic], ...]] = {
    TransferState.RELEASED: (),
    TransferState.CLAIMED: ((THERE, Topic.TRANSFER_CLAIMED),),
    TransferState.RECEIVED: ((THERE, Topic.TRANSFER_CLAIMED), (THERE, Topic.TRANSFER_RECEIVED)),
    TransferState.WITHDRAWN: ((HERE, Topic.TRANSFER_WITHDRAWN),),
    TransferState.RETURNED: ((THERE, Topic.TRANSFER_RETURNED),),
}


@pytest.fixture(scope="module", autouse=True)
def _all_read_version_2(hub: Hub) -> None:
    hub.operate(f"platforms reads {HERE} 2", f"platforms reads {THERE} 2")


@pytest.fixture(scope="module")
def here(hub: Hub) -> HubClient:
    return hub.client(HERE)


@pytest.fixture(scope="module")
def there(hub: Hub) -> HubClient:
    return hub.client(THERE)


def result(answer: Answer) -> TransferResult:
    assert isinstance(answer.result, TransferResult)
    return answer.result


def released(here: HubClient, story: Story | None = None) -> Story:
    story = story or Story()
    assert send(here, story.reported()).code == "ok"
    assert send(here, story.released()).code == "ok"
    return story


def brought_to(state: TransferState, clients: dict[str, HubClient]) -> Story:
    story = released(clients[HERE])
    for code, topic in WAY[state]:
        assert send(clients[code], SAYING[topic](story)).code == "ok"
    return story


@pytest.mark.parametrize("state", TransferState)
@pytest.mark.parametrize("topic", SAYING)
def test_every_cell_of_the_table(state: TransferState, topic: Topic, here: HubClient, there: HubClient) -> None:
    clients = {HERE: here, THERE: there}
    story = brought_to(state, clients)
    speaker = HERE if Role.ORIGIN in rules.SPEAKERS[topic] else THERE
    answer = send(clients[speaker], SAYING[topic](story))
    step = rules.TABLE[state, topic]
    after = state if isinstance(step, Refusal) else step
    assert answer.code == (step if isinstance(step, Refusal) else "ok")
    assert (answer.status == "refused") is isinstance(step, Refusal)
    assert result(answer).state == after
    assert result(answer).held_by.code == (THERE if after == TransferState.RECEIVED else HERE)


@pytest.mark.parametrize("topic", SAYING)
def test_nobody_speaks_for_another(topic: Topic, hub: Hub, here: HubClient, there: HubClient) -> None:
    story = released(here)
    message = SAYING[topic](story)
    other = there if Role.ORIGIN in rules.SPEAKERS[topic] else here
    with pytest.raises(HubRefused, match="not_yours"):
        send(other, message)
    answer = send(hub.client(THIRD), message)
    assert (answer.code, answer.result) == (Refusal.UNKNOWN_TRANSFER, None)


def test_the_table_is_whole_and_every_refusal_has_words() -> None:
    assert set(rules.TABLE) == {(state, topic) for state in TransferState for topic in rules.SPEAKERS}
    assert set(rules.WORDS) == set(Refusal)
    assert all(len(words) <= 30 for words in rules.WORDS.values())
    for state, (_, topic) in rules.DEADLINES.items():
        assert isinstance(rules.TABLE[state, topic], TransferState) and Role.HUB in rules.SPEAKERS[topic]


def test_whoever_receives_holds_from_that_moment(here: HubClient, there: HubClient) -> None:
    story = brought_to(TransferState.RECEIVED, {HERE: here, THERE: there})
    found = here.look_up(story.person)
    assert found.held_by and found.held_by.code == THERE and found.transfer is None
    late = send(here, story.reported(9))
    assert (late.code, late.result and late.result.held_by.code) == (Refusal.HELD_ELSEWHERE, THERE)
    moved = Story(person=story.person, record_id=story.there_id)
    assert send(there, moved.reported(1)).code == "ok"


def test_who_left_may_come_back_to_the_old_record(here: HubClient, there: HubClient) -> None:
    story = brought_to(TransferState.RECEIVED, {HERE: here, THERE: there})
    assert send(there, Story(person=story.person, record_id=story.there_id).reported()).code == "ok"
    back = Story(
        person=story.person, record_id=story.there_id, there_id=story.record_id,
        origin=THERE, destination=HERE, division="440103",
    )  # fmt: skip
    assert send(there, back.released()).code == "ok"
    assert send(here, back.claimed()).code == "ok"
    assert result(send(here, back.received())).held_by.code == HERE
    assert send(here, story.reported(2)).code == "ok"


def test_each_side_is_told_what_the_other_said(hub: Hub) -> None:
    here, there = hub.client("120000"), hub.client("130000")
    story = Story(origin="120000", destination="130000", division="130102")
    released(here, story)
    send(there, story.claimed())
    send(there, story.claim_rejected())
    send(here, story.withdrawn())
    mine, theirs = here.feed(after=0), there.feed(after=0)
    assert [entry.envelope.topic for entry in mine.entries] == ["transfer.claimed", "transfer.claim_rejected"]
    assert [entry.envelope.topic for entry in theirs.entries] == ["transfer.released", "transfer.withdrawn"]
    assert [entry.number for entry in theirs.entries] == [1, 2]
    assert theirs.entries[0].envelope.body == story.released().plain()
    assert there.feed(after=1, limit=1).entries == theirs.entries[1:]
    with pytest.raises(HubRefused, match="bad_message"):
        there.feed(after=3)


def test_one_transfer_at_a_time(here: HubClient) -> None:
    story = released(here)
    answer = send(here, story.again().released())
    assert (answer.code, result(answer).transfer_id) == (Refusal.TRANSFER_OPEN, story.transfer_id)
    assert send(here, story.withdrawn()).code == "ok"
    assert send(here, story.again().released()).code == "ok"
    with pytest.raises(HubRefused, match="bad_message"):
        send(here, story.released())


def test_a_rejected_claim_makes_room_for_another(here: HubClient, there: HubClient) -> None:
    story = brought_to(TransferState.CLAIMED, {HERE: here, THERE: there})
    other = Story(**{**vars(story), "claim_id": story.transfer_id})
    assert send(there, other.claim_rejected()).code == Refusal.OTHER_CLAIM
    assert send(there, other.received()).code == Refusal.OTHER_CLAIM
    assert send(there, story.claim_rejected()).code == "ok"
    assert send(there, other.claimed()).code == "ok"
    assert send(there, story.received()).code == Refusal.OTHER_CLAIM
    assert send(there, other.received()).code == "ok"


def test_a_claim_must_be_of_the_person_and_the_place(here: HubClient, there: HubClient) -> None:
    story = released(here)
    wrong: dict[Refusal, list[dict[str, object]]] = {
        Refusal.WRONG_PERSON: [
            {"person": Story().person},
            {"person": replace(story.person, name="示例乙")},
        ],
        Refusal.WRONG_DIVISION: [{"destination_division": "440305"}, {"destination_division": None}],
    }
    for refusal, changes in wrong.items():
        for change in changes:
            assert send(there, story.claimed().model_copy(update=change)).code == refusal
    assert send(there, story.claimed()).code == "ok"


@pytest.mark.parametrize(
    ("destination", "division"),
    [
        ("440000", "440103"),  # itself
        ("999999", "440304"),
        ("440300", None),
        ("440300", "440103"),
        ("430000", "440103"),
        ("660000", "650100"),  # has no divisions
        ("210000", "210202"),  # 大连 keeps its own
    ],
)
def test_a_release_needs_a_place_to_go(destination: str, division: str | None, here: HubClient) -> None:
    story = Story(destination=destination, division=division)
    send(here, story.reported())
    assert send(here, story.released()).code == Refusal.UNKNOWN_DESTINATION


@pytest.mark.parametrize(("destination", "division"), [("660000", None), ("210000", "210102"), ("440300", "440300-00")])
def test_places_one_can_go_to(destination: str, division: str | None, here: HubClient) -> None:
    assert released(here, Story(destination=destination, division=division))


def test_only_the_holder_releases_and_only_whom_it_holds(here: HubClient, there: HubClient) -> None:
    story = Story()
    assert send(here, story.released()).code == Refusal.NOT_HOLDER
    send(here, story.reported())
    with pytest.raises(HubRefused, match="not_yours"):
        send(there, story.released())
    theirs = Story(**{**vars(story), "origin": THERE, "destination": HERE, "division": "440103"})
    assert send(there, theirs.released()).code == Refusal.NOT_HOLDER
    renamed = story.released().model_copy(update={"person": replace(story.person, name="示例乙")})
    assert send(here, renamed).code == Refusal.NAME_MISMATCH
    stranger = story.released().model_copy(update={"person": Story().person})
    assert send(here, stranger).code == Refusal.NAME_MISMATCH
    assert send(here, story.released()).code == "ok"


def test_nobody_is_received_as_somebody_else_s_record(here: HubClient, there: HubClient) -> None:
    other = Story()
    send(there, other.reported())
    story = brought_to(TransferState.CLAIMED, {HERE: here, THERE: there})
    with pytest.raises(HubRefused, match="bad_message"):
        send(there, story.received().model_copy(update={"record_id": other.record_id}))
    assert send(there, story.received()).code == "ok"


def test_only_the_hub_counts_the_days(here: HubClient, there: HubClient) -> None:
    story = released(here)
    with pytest.raises(HubRefused, match="bad_message"):
        send(there, story.returned().model_copy(update={"code": "unclaimed"}))
