"""A person and a document are values: cheap, equal by what they are, silent about it, flat at the edge of the wire."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from kuaiji_wire.answers import Question
from kuaiji_wire.people import Document, Person
from people.wire_samples import PERSON

FLAT = {
    "name": PERSON.name,
    "document_type": "01",
    "document_country": "",
    "document_number": PERSON.document.number,
}


def test_a_person_is_flat_on_the_wire_and_comes_back() -> None:
    assert Question(person=PERSON).plain() == {"person": FLAT}
    assert Question.model_validate_json(Question(person=PERSON).model_dump_json()).person == PERSON
    assert Person.from_flat(FLAT) == PERSON and PERSON.flat() == FLAT


def test_people_are_compared_by_what_they_are() -> None:
    assert {PERSON, Person.from_flat(FLAT)} == {PERSON}
    assert replace(PERSON, document=replace(PERSON.document, country="GBR")) != PERSON


def test_neither_is_shown() -> None:
    shown = f"{PERSON!r} {PERSON} {PERSON.document!r} {Question(person=PERSON)!r}"
    assert PERSON.name not in shown and PERSON.document.number not in shown


def test_nothing_is_made_by_position() -> None:
    with pytest.raises(TypeError):
        Document("01", "", "1")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Person("甲", PERSON.document)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "person",
    [
        replace(PERSON, name=""),
        replace(PERSON, name="秘密\n"),
        replace(PERSON, document=replace(PERSON.document, type="1")),
        replace(PERSON, document=replace(PERSON.document, country="China")),
        replace(PERSON, document=replace(PERSON.document, number="")),
    ],
    ids=["no name", "a line break", "a type that is none", "a country that is none", "no number"],
)
def test_the_edge_lets_nobody_through_who_is_none(person: Person) -> None:
    with pytest.raises(ValidationError) as refused:
        Question(person=person)
    assert "秘密" not in str(refused.value) and PERSON.document.number not in str(refused.value)
