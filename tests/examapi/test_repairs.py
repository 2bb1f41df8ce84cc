"""Refusals that were mended are listed for who got them, signed, once a signature, in the order of their numbers."""

import pytest

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.changing import change_section
from kuaiji.accountants.services.versions import current_version
from kuaiji.examapi.protocol.problems import ProblemCode
from kuaiji.examapi.protocol.requests import REPAIRS
from people.exam_door import Door, open_door, said
from people.factories import RecordFactory
from people.records.versioned_records import by_owner

ASKED = {"exam": {"level": "3", "year": 2027}, "reference": "2027-3-1"}


def listed(door: Door, after: str = "") -> tuple[list[str], str]:
    told = said(door.send(door.request(b"", path=f"{REPAIRS}{after}", method="GET")))
    return [each["reference"] for each in told["repairs"]], told["next"]


def with_schooling(record: Record, level: str) -> None:
    """Save another schooling."""
    record = Record.objects.select_related("user__person_key", "person_key").get(pk=record.pk)
    version = current_version(record)
    answers = version.content["education"] | {"full_time_level": level, "full_time_degree": "0"}
    change_section(
        operation=by_owner(record),
        record_id=record.pk,
        slug=SectionSlug.EDUCATION,
        answers=answers,
        based_on=version.number,
    )


@pytest.mark.race
def test_a_refusal_that_was_mended_is_listed_for_who_got_it() -> None:
    door, other = open_door(), open_door(name="另一个系统")
    record = RecordFactory.create()
    with_schooling(record, "61")
    person = {"document_type": "01", "document_number": record.user.document_number, "name": record.user.name}
    refused = said(door.ask(person | ASKED))
    assert "schooling_too_low" in {verdict["code"] for verdict in refused["verdicts"]}
    assert listed(door) == ([], "0")
    with_schooling(record, "21")
    references, reached = listed(door, "?after=0")
    assert references == ["2027-3-1"] and int(reached) > 0
    assert listed(door, f"?after={reached}") == ([], reached)
    assert listed(other) == ([], "0")


@pytest.mark.django_db
def test_a_signature_lists_once() -> None:
    door = open_door()
    request = door.request(b"", path=f"{REPAIRS}?after=3", method="GET")
    assert door.send(request).status == 200
    assert said(door.send(request))["code"] == ProblemCode.REPLAYED


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["?after=x", "?after=-1", "?after=1&after=2", "?before=1", f"?after={'9' * 19}", "?after"]
)
def test_what_is_no_number_is_told(query: str) -> None:
    door = open_door()
    told = said(door.send(door.request(b"", path=f"{REPAIRS}{query}", method="GET")))
    assert (told["code"], told["field"], told["found"]) == ("unknown_value", "after", query[1:41])
