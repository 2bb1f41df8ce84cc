"""Reports: who is held by whom, and how the hub follows a record through changes."""

import datetime as dt
from dataclasses import replace

import pytest

from kuaiji.common.ids import uuid7
from kuaiji_wire.answers import Answer, Refusal, ReportResult
from kuaiji_wire.archive_2 import Ended
from kuaiji_wire.client import HubClient
from kuaiji_wire.people import Document, Person
from people import wire_samples
from people.houses.hub import send
from people.hub_stories import Story, somebody


def told(answer: Answer) -> tuple[str, str | None, int | None]:
    result = answer.result
    if result is None:
        return answer.code, None, None
    assert isinstance(result, ReportResult)
    return answer.code, result.held_by.code, result.newest_version


def named(person: Person, name: str) -> Person:
    return replace(person, name=name)


def test_the_first_to_report_holds(here: HubClient, there: HubClient) -> None:
    story = Story()
    assert told(send(here, story.reported())) == ("ok", "440000", 1)
    elsewhere = Story(person=story.person)
    assert told(send(there, elsewhere.reported())) == (Refusal.HELD_ELSEWHERE, "440000", None)
    found = there.look_up(story.person)
    assert found.held_by and found.held_by.code == "440000"


def test_versions_only_go_forward(here: HubClient) -> None:
    story = Story()
    answers = [told(send(here, story.reported(version)))[2] for version in (2, 1, 5, 3, 5, 6)]
    assert answers == [2, 2, 5, 5, 5, 6]


def test_an_older_version_brings_no_name_back(here: HubClient) -> None:
    story = Story()
    renamed = Story(person=named(story.person, "示例乙"), record_id=story.record_id)
    send(here, story.reported(1))
    send(here, renamed.reported(3, previous=story.person))
    send(here, story.reported(2))
    assert here.look_up(renamed.person).verdict == "found"
    assert here.look_up(story.person).verdict == "name_mismatch"


def test_a_corrected_number_follows_the_record_and_is_free_again(here: HubClient, there: HubClient) -> None:
    wrong, right = somebody(), somebody()
    story = Story(person=wrong)
    corrected = Story(person=right, record_id=story.record_id)
    send(here, story.reported(1))
    assert told(send(here, corrected.reported(2, previous=wrong))) == ("ok", "440000", 2)
    assert here.look_up(wrong).verdict == "not_found"
    assert here.look_up(right).verdict == "found"
    assert told(send(there, Story(person=wrong).reported())) == ("ok", "440300", 1)


def test_a_number_of_somebody_else_is_not_taken(here: HubClient) -> None:
    story, other = Story(), Story()
    send(here, story.reported(1))
    send(here, other.reported(1))
    taken = Story(person=other.person, record_id=story.record_id)
    assert told(send(here, taken.reported(2, previous=story.person)))[0] == Refusal.DOCUMENT_TAKEN
    assert here.look_up(story.person).verdict == "found"


def test_a_stranger_s_name_learns_nothing(here: HubClient, there: HubClient) -> None:
    story = Story()
    send(here, story.reported())
    other = Story(person=named(story.person, "示例乙"))
    assert told(send(there, other.reported())) == (Refusal.NAME_MISMATCH, None, None)
    assert there.look_up(other.person) == there.look_up(other.person)
    assert there.look_up(other.person).held_by is None


def test_who_was_known_before_a_change_is_known_after_it(here: HubClient, there: HubClient) -> None:
    """Another platform's person with a new number, told of with the old one, is no new person."""
    story = Story()
    send(here, story.reported())
    changed = Story(person=somebody())
    assert told(send(there, changed.reported(previous=story.person)))[:2] == (Refusal.HELD_ELSEWHERE, "440000")


def test_a_record_made_anew_replaces_the_old_one(here: HubClient) -> None:
    story = Story()
    anew = Story(person=story.person)
    send(here, story.reported(7))
    assert told(send(here, anew.reported(1, made_at=wire_samples.NOW - dt.timedelta(days=1))))[2] is None
    assert told(send(here, anew.reported(1, made_at=wire_samples.NOW + dt.timedelta(days=1))))[2] == 1
    assert told(send(here, story.reported(8)))[2] is None


@pytest.mark.parametrize(
    ("number", "renewed"), [("H1234567801", "H1234567802"), ("h12345678", "H1234567899"), ("H 12345678", "H12345678")]
)
def test_a_renewed_permit_is_the_same_person(number: str, renewed: str, here: HubClient) -> None:
    digits = str(uuid7().int % 10**8).zfill(8)
    document = Document(type="02", country="", number=number.replace("12345678", digits))
    permit = Person(name="示例丙", document=document)
    send(here, Story(person=permit).reported())
    again = replace(permit, document=replace(document, number=renewed.replace("12345678", digits)))
    assert here.look_up(again).verdict == "found"


def test_a_record_that_ended_is_held_by_the_same_platform(here: HubClient, there: HubClient) -> None:
    """A report of the end says nothing of a holder (docs/adr/0041): who comes back is released, or taken up again."""
    story = Story()
    send(here, story.reported())
    report = story.reported_2(2)
    end = Ended(reason="withdrawn", on=wire_samples.NOW.date())
    archive = report.archive.model_copy(update={"status": "ended", "ended": end})
    assert told(send(here, report.model_copy(update={"archive": archive}))) == ("ok", "440000", 2)
    assert told(send(there, Story(person=story.person).reported()))[:2] == (Refusal.HELD_ELSEWHERE, "440000")


def test_names_are_compared_with_their_dots_folded(here: HubClient) -> None:
    story = Story(person=named(somebody(), "迪丽努尔·示例"))
    send(here, story.reported())
    assert here.look_up(named(story.person, "迪丽努尔•示例")).verdict == "found"
    assert here.look_up(named(story.person, "迪丽努尔示例")).verdict == "found"
    assert here.look_up(named(story.person, "迪丽努尔·示")).verdict == "name_mismatch"


def test_one_number_is_one_person_of_its_kind_and_country(here: HubClient) -> None:
    number = f"P{uuid7().int % 10**8:08d}"
    documents = (Document(type="04", country=country, number=number) for country in ("GBR", "FRA"))
    first, second = (Person(name="Ann Example", document=document) for document in documents)
    send(here, Story(person=first).reported())
    assert here.look_up(second).verdict == "not_found"
