"""What is answered about whom: found, under another name, and not known, for every kind of document and name."""

import dataclasses
import json
import random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kuaiji.common.documents import DocumentType
from kuaiji.examapi.protocol.requests import BATCH, OPENAPI
from kuaiji.examapi.protocol.scheme import SCHEME
from kuaiji.examapi.verification import verify
from kuaiji.examchecks.models import ExamCheck
from kuaiji.exams.enums import Condition
from kuaiji.identity.models import User
from kuaiji_signed.keys import Secret
from kuaiji_signed.signing import Response, verify_response
from people.exam_door import Door, open_door, said
from people.factories import RecordFactory, UserFactory
from people.numbers import valid_number
from people.persons import RARE_NAMES, make_person

pytestmark = pytest.mark.django_db
EXAM = {"level": "2", "year": 2027}
LEAST = {"outcome", "code", "text", "remedy_url", "ruleset", "answered_at", "answer_id"}


@pytest.fixture
def door() -> Door:
    return open_door()


def question(user: User, **changes: Any) -> dict[str, Any]:
    told = {"document_type": user.document_type, "document_number": user.document_number, "name": user.name}
    return {**told, "exam": EXAM, **changes}


def somebody(seed: int = 1, *, kind: str = "01", name: str = "") -> User:
    """A user without a record, with a document of that type."""
    chance = random.Random(seed)
    person = make_person(chance, status="1")
    number = valid_number(chance, DocumentType(kind))
    country = "FRA" if kind == DocumentType.FOREIGN_PASSPORT else ""
    changed = dataclasses.replace(
        person, document_type=kind, document_number=number, document_country=country, name=name or person.name
    )
    user: User = UserFactory.create(person=changed)
    return user


def test_a_record_is_answered_with_everything(door: Door) -> None:
    record = RecordFactory.create()
    told = said(door.ask(question(record.user, reference="2027-000001")))
    asked = list(told)
    assert (
        told["outcome"] == "found" and told["collection_status"] == "collected" and told["reference"] == "2027-000001"
    )
    conditions = [verdict["condition"] for verdict in told["verdicts"]]
    assert conditions == [one.value for one in Condition if one is not Condition.QUALIFICATION]
    assert told["eligible"] == all(verdict["met"] for verdict in told["verdicts"])
    assert told["division_code"] == record.division_code and told["platform"] == "440000" and told["transfer"] is None
    assert told["qualifications"] == record.exam_row.qualifications and told["education"] == record.exam_row.education
    for verdict in told["verdicts"]:
        url = verdict["remedy_url"]
        assert url is None if verdict["met"] else url.startswith("http://127.0.0.1:")
        assert 0 < len(verdict["text"]) < 40
    check = ExamCheck.objects.get(pk=told["answer_id"])
    assert (check.record_id, check.outcome, check.reference) == (record.pk, "found", "2027-000001")
    assert check.key_id == door.signer.keyid and check.ruleset == told["ruleset"]
    text = json.dumps(told, ensure_ascii=False)
    assert record.user.document_number not in text and record.user.name not in text
    assert asked[0] == "outcome"


def test_an_answer_is_signed_by_the_key_of_the_question(door: Door) -> None:
    class Keys:
        def find(self, keyid: str) -> Secret:
            assert isinstance(door.signer.private_key, Secret)
            return door.signer.private_key

    request = door.request(json.dumps(question(somebody())).encode())
    status, headers, body = door.send(request)
    answer = Response(status, request, dict(headers), body)
    assert verify_response(answer, scheme=SCHEME, keys=Keys()).keyid == door.signer.keyid
    assert "Signature" not in dict(door.ask(b"{}").headers)


@pytest.mark.parametrize("level", ["1", "2", "3"])
def test_the_qualification_is_asked_at_the_highest_level_alone(door: Door, level: str) -> None:
    told = said(door.ask(question(RecordFactory.create().user, exam={"level": level, "year": 2027})))
    assert ("qualification" in {verdict["condition"] for verdict in told["verdicts"]}) is (level == "3")
    assert told["years_after_title"] is None or level == "3"


@pytest.mark.parametrize("kind", list(DocumentType))
def test_every_kind_of_document_is_found_mismatched_and_not_found(door: Door, kind: DocumentType) -> None:
    user = somebody(kind=kind)
    assert said(door.ask(question(user)))["outcome"] == "found"
    mismatched = said(door.ask(question(user, name="别的名字")))
    assert mismatched["outcome"] == "name_mismatch" and set(mismatched) == LEAST
    other = valid_number(random.Random(77), kind)
    unknown = said(door.ask(question(user, document_number=other)))
    assert (unknown["outcome"], unknown["code"], set(unknown)) == ("not_found", "not_known_here", LEAST)


def test_a_passport_is_found_by_the_country_that_is_said_and_by_none(door: Door) -> None:
    user = somebody(kind="04")
    assert said(door.ask(question(user, document_country="FRA")))["outcome"] == "found"
    assert said(door.ask(question(user, document_country="DEU")))["outcome"] == "not_found"
    person = make_person(random.Random(5), status="1")
    namesake: User = UserFactory.create(
        person=dataclasses.replace(
            person, document_type="04", document_number=user.document_number, document_country="USA", name="别人"
        )
    )
    for one in (user, namesake):
        told = said(door.ask(question(one)))
        assert told["outcome"] == "found" and ExamCheck.objects.get(pk=told["answer_id"]).user_id == one.pk


NAMES = [
    *((name, name) for name in RARE_NAMES),
    ("阿卜杜热合曼·艾合买提江", "阿卜杜热合曼•艾合买提江"),
    ("迪丽努尔·买买提", "迪丽努尔．买买提"),
    ("迪丽努尔·买买提", "迪丽努尔买买提"),
    ("María José O'Connor", "MARÍA JOSÉ O’CONNOR"),
    ("张三丰", " 张 三 丰 "),
    ("名" * 50, "名" * 50),
]


@pytest.mark.parametrize(("kept", "typed"), NAMES)
def test_two_ways_of_writing_one_name_are_one(door: Door, kept: str, typed: str) -> None:
    user = somebody(name=kept, kind="99")
    assert said(door.ask(question(user, name=typed)))["outcome"] == "found"
    assert (
        said(door.ask(question(user, name=typed + "某" if len(typed) < 50 else typed[:-1])))["outcome"]
        == "name_mismatch"
    )


@pytest.mark.parametrize("typed", ["张3", "张三★", "1", "★", "张三\u0000"])
def test_what_no_page_takes_for_a_name_is_another_name(door: Door, typed: str) -> None:
    assert said(door.ask(question(somebody(), name=typed)))["outcome"] == "name_mismatch"


def test_a_batch_answers_as_single_questions_do_and_in_their_order(door: Door) -> None:
    users = [RecordFactory.create().user, somebody(2), somebody(3, kind="04")]
    people = [{name: value for name, value in question(user).items() if name != "exam"} for user in users]
    people += [people[0] | {"name": "别人"}, people[0], people[1] | {"document_number": "440000199003070017"}]
    people = [one | {"reference": f"r{place}"} for place, one in enumerate(people)]
    together = said(door.ask({"exam": EXAM, "candidates": people}, path=BATCH))["answers"]
    alone = [said(door.ask(one | {"exam": EXAM})) for one in people]
    passing = {"answer_id", "answered_at"}
    for one, other in zip(together, alone, strict=True):
        assert {k: v for k, v in one.items() if k not in passing} == {
            k: v for k, v in other.items() if k not in passing
        }
    assert [one["reference"] for one in together] == [f"r{place}" for place in range(6)]
    assert ExamCheck.objects.count() == 12 and len({one["answer_id"] for one in together}) == 6


def test_operators_see_what_a_key_was_used_for(door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    user = somebody()
    for asked in (question(user), question(user), question(user, name="别人")):
        door.ask(asked)
    call_command("exam_client", "show-use", "--json")
    [use] = json.loads(capsys.readouterr().out)
    assert (use["keyid"], use["outcomes"]) == (door.signer.keyid, {"found": 2, "name_mismatch": 1})
    call_command("exam_client", "show-use", "--days", "1")
    told = capsys.readouterr().out
    assert "已找到2  姓名不符1" in told and "共 3 人次" in told and user.name not in told
    with pytest.raises(CommandError, match="应为 1 至 60"):
        call_command("exam_client", "show-use", "--days", "0")


def test_the_description_is_open_to_all() -> None:
    answer = verify("GET", OPENAPI, {"host": "kuaiji.example"}, bytes)
    assert answer.status == 200 and said(answer)["openapi"] == "3.1.0"
