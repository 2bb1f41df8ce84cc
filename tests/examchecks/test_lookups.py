"""The one statement: who is found how, what is written down of it, and that nothing is done twice or by a scan."""

import dataclasses
import itertools
import json
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import ExamRow, Record
from kuaiji.collection.enums import WaitsFor
from kuaiji.collection.models import Draft, Submission
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.examchecks.enums import Outcome
from kuaiji.examchecks.models import ExamCheck, UsedNonce
from kuaiji.examchecks.services import lookups, statements
from kuaiji.examchecks.services.lookups import Question, Replayed, Row, look_up, look_up_all
from kuaiji.exams.enums import ExamStatus
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check, User
from kuaiji.transfers.enums import InState, OutState
from people.factories import RecordFactory, TransferInFactory, TransferOutFactory, UserFactory
from people.persons import make_person
from people.records.asked import asked, candidate, signed, stranger

pytestmark = pytest.mark.django_db
_seeds = itertools.count(1)


def ask(*users: User) -> list[Row]:
    return look_up(signed(), asked(), [candidate(user) for user in users])


def recorded_person() -> Record:
    """Another one each time."""
    return RecordFactory.create(person=make_person(random.Random(next(_seeds)), status="1"))


def waiting(waits_for: WaitsFor) -> User:
    user = UserFactory.create()
    Submission.objects.create(
        user=user,
        person_key=user.person_key,
        waits_for=waits_for,
        state="waiting",
        answers={},
        submitted_at=clock.now(),
    )
    return user


def recorded(status: CollectionStatus) -> User:
    user: User = recorded_person().user
    Record.objects.of(user).update(status=status)
    ExamRow.objects.filter(record__user=user).update(status=status)
    return user


def drafting() -> User:
    user: User = UserFactory.create()
    Draft.objects.create(user=user, person_key=user.person_key)
    return user


# Everybody there can be, and how the exam system is told of them.
PEOPLE: dict[ExamStatus, Callable[[], User]] = {
    ExamStatus.NOT_STARTED: UserFactory.create,
    ExamStatus.DRAFT: drafting,
    ExamStatus.UNDER_VERIFICATION: lambda: waiting(WaitsFor.IDENTITY),
    ExamStatus.UNDER_REVIEW: lambda: waiting(WaitsFor.BUREAU),
    ExamStatus.CLAIM_UNDER_REVIEW: lambda: TransferInFactory.create(state=InState.UNDER_REVIEW).user,
    ExamStatus.COLLECTED: lambda: recorded(CollectionStatus.COLLECTED),
    ExamStatus.TRANSFERRING_OUT: lambda: recorded(CollectionStatus.TRANSFERRING_OUT),
    ExamStatus.TRANSFERRED_OUT: lambda: recorded(CollectionStatus.TRANSFERRED_OUT),
    ExamStatus.ENDED: lambda: recorded(CollectionStatus.ENDED),
    ExamStatus.TO_COMPLETE: lambda: recorded(CollectionStatus.TO_COMPLETE),
}


@pytest.mark.parametrize("status", PEOPLE)
def test_everybody_is_found_with_the_status_they_have_and_written_down_so(status: ExamStatus) -> None:
    user = PEOPLE[status]()
    [row] = ask(user)
    assert (row.outcome, row.status, row.user_id) == (Outcome.FOUND, status, user.pk)
    check = ExamCheck.objects.get(pk=row.id)
    record = Record.objects.of(user).first()
    assert (check.record_id, check.version) == ((record.pk, record.version) if record else (None, None))
    assert (check.outcome, check.user_id, check.status) == (Outcome.FOUND, user.pk, status)
    if record:
        exam_row = record.exam_row
        assert (row.qualifications, row.education) == (exam_row.qualifications, exam_row.education)
        assert row.accounting_periods == exam_row.accounting_periods and row.updated_at == exam_row.updated_at
        assert check.division_code == row.division_code == record.division_code
        assert check.confirmed_at == row.confirmed_at == record.confirmed_at
    else:
        assert (row.qualifications, row.education, row.accounting_periods, row.confirmed_at) == (None,) * 4


def test_the_row_says_who_asked_what_and_nothing_of_the_body() -> None:
    user = UserFactory.create()
    who, what = signed(), asked(level="3", year=2028, division="440300")
    [row] = look_up(who, what, [candidate(user, reference="A-17")])
    check = ExamCheck.objects.get(pk=row.id)
    assert (check.client_id, check.key_id) == (who.client_id, who.key_id)
    assert (bytes(check.digest), bytes(check.signature)) == (who.digest, who.signature)
    assert (check.level, check.year, check.division, check.reference) == ("3", 2028, "440300", "A-17")
    assert (check.ruleset, check.at) == (what.ruleset, what.at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM examchecks_examcheck t")
        [(text,)] = cursor.fetchall()
    assert user.name not in text and user.document_number not in text


def test_another_name_is_a_mismatch_whoever_is_known_and_nobody_is_not_found() -> None:
    registered, record = UserFactory.create(), recorded_person()
    other = random.Random(5).choice("甲乙丙丁")
    rows = look_up(
        signed(), asked(), [candidate(registered, name=other), candidate(record.user, name=other), stranger()]
    )
    assert [row.outcome for row in rows] == [Outcome.NAME_MISMATCH, Outcome.NAME_MISMATCH, Outcome.NOT_FOUND]
    kept = {check.pk: check for check in ExamCheck.objects.all()}
    assert [kept[row.id].user_id for row in rows] == [registered.pk, record.user_id, None]
    assert [kept[row.id].record_id for row in rows] == [None, record.pk, None]


@pytest.mark.parametrize("typed", ["smith john", "ＳＭＩＴＨ　Ｊｏｈｎ", "Smith-John"])
def test_names_are_equal_as_on_pages(typed: str) -> None:
    registered = UserFactory.create(name="SMITH John")
    assert look_up(signed(), asked(), [candidate(registered, name=typed)])[0].outcome == Outcome.FOUND
    User.objects.update(name_folded="")  # before mend-texts names are compared as they were written
    assert look_up(signed(), asked(), [candidate(registered, name=typed)])[0].outcome == Outcome.NAME_MISMATCH


def test_a_number_that_is_none_is_written_down_as_not_found() -> None:
    [row] = look_up(signed(), asked(), [candidate(UserFactory.create())._replace(prints=())])
    assert row.outcome == Outcome.NOT_FOUND and ExamCheck.objects.get(pk=row.id).user_id is None


def test_a_batch_keeps_its_order_answers_duplicates_each_and_mixes_everybody() -> None:
    people = [make() for make in PEOPLE.values()]
    candidates = [candidate(user, reference=str(place)) for place, user in enumerate(people)]
    candidates = [*candidates, stranger(reference="nobody"), *reversed(candidates)]
    rows = look_up(signed(), asked(), candidates)
    kept = {check.pk: check for check in ExamCheck.objects.all()}
    assert [kept[row.id].reference for row in rows] == [one.reference for one in candidates]
    statuses = [row.status for row in rows]
    assert statuses[: len(PEOPLE)] == list(PEOPLE) and statuses == statuses[::-1]
    assert len(kept) == len(rows) == len(candidates)


def test_one_and_many_are_answered_alike() -> None:
    people = [candidate(make()) for make in PEOPLE.values()] + [stranger()]
    together_ = look_up(signed(), asked(), people)
    alone = [look_up(signed(), asked(), [one])[0] for one in people]
    assert [row._replace(id=uuid.UUID(int=0)) for row in alone] == [
        row._replace(id=uuid.UUID(int=0)) for row in together_
    ]


def test_who_leaves_and_who_has_left_says_where_to() -> None:
    leaving = TransferOutFactory.create(record=recorded_person(), state=OutState.RELEASED)
    [row] = ask(leaving.record.user)
    assert (row.transfer_id, row.destination, row.destination_division) == (leaving.pk, "440300", "440304")
    assert ExamCheck.objects.get(pk=row.id).transfer_id == leaving.pk
    user = recorded(CollectionStatus.TRANSFERRED_OUT)
    record = Record.objects.of(user).get()
    TransferOutFactory.create(record=record, state=OutState.WITHDRAWN)
    gone = TransferOutFactory.create(record=record, state=OutState.COMPLETED)
    assert ask(user)[0].transfer_id == gone.pk
    back = recorded(CollectionStatus.COLLECTED)
    TransferOutFactory.create(record=Record.objects.of(back).get(), state=OutState.COMPLETED)
    assert ask(back)[0].transfer_id is None


@pytest.mark.parametrize(
    ("kind", "outcome", "holder", "told"),
    [
        (CheckKind.HOLDER, CheckOutcome.CONFLICT, "430000", "430000"),
        (CheckKind.HOLDER, CheckOutcome.CONFLICT, "", ""),  # the hub knows another name
        (CheckKind.HOLDER, CheckOutcome.CLEAR, "", ""),
        (CheckKind.IDENTITY, CheckOutcome.CONFLICT, "", ""),
    ],
)
def test_an_open_conflict_names_the_other_holder(
    kind: CheckKind, outcome: CheckOutcome, holder: str, told: str
) -> None:
    for user in (recorded_person().user, UserFactory.create()):
        Check.objects.create(user=user, kind=kind, outcome=outcome, holder_code=holder, checked_at=clock.now())
        [row] = ask(user)
        assert row.holder_code == ExamCheck.objects.get(pk=row.id).holder_code == told


def test_where_somebody_is_held_is_what_a_claim_is_about() -> None:
    claim = TransferInFactory.create(state=InState.CLAIMING)
    Check.objects.create(
        user=claim.user, kind="holder", outcome="conflict", holder_code="430000", checked_at=clock.now()
    )
    assert ask(claim.user)[0].holder_code == ""


def test_people_are_found_under_both_keys_while_the_key_is_changed() -> None:
    record, other = recorded_person(), UserFactory.create()
    for user in (record.user, other):
        found = candidate(user)
        before = found._replace(prints=(bytes(32), *found.prints))
        after = found._replace(prints=(*found.prints, bytes(32)))
        nobody = found._replace(prints=(bytes(32), bytes(32)))
        outcomes = [row.outcome for row in look_up(signed(), asked(), [before, after, nobody])]
        assert outcomes == [Outcome.FOUND, Outcome.FOUND, Outcome.NOT_FOUND]
        assert look_up(signed(), asked(), [before])[0].user_id == user.pk


def test_a_nonce_that_was_used_looks_nothing_up_and_writes_nothing() -> None:
    user, who = UserFactory.create(), signed()
    look_up(who, asked(), [candidate(user)])
    for candidates in ([candidate(user)], [candidate(user), stranger()]):
        with pytest.raises(Replayed):
            look_up(who, asked(), candidates)
    assert ExamCheck.objects.count() == UsedNonce.objects.count() == 1
    look_up(signed(key_id="another"), asked(), [candidate(user)])


def test_questions_that_come_together_are_answered_as_if_each_came_alone() -> None:
    people = [candidate(make(), reference=str(place)) for place, make in enumerate(PEOPLE.values())]
    asking = [
        Question(signed(key_id=f"key-{place}"), asked(level=str(1 + place % 3), year=2027 + place), [one])
        for place, one in enumerate([*people, stranger(), people[0]._replace(prints=())])
    ]
    asking.insert(3, Question(signed(), asked(division="440300"), people))  # a batch among them
    for question, rows in zip(asking, look_up_all(asking), strict=True):
        assert isinstance(rows, list)
        who = dataclasses.replace(question.signed, nonce=f"alone {question.signed.nonce}")
        alone = look_up(who, question.asked, question.candidates)
        assert [row._replace(id=uuid.UUID(int=0)) for row in rows] == [
            row._replace(id=uuid.UUID(int=0)) for row in alone
        ]
        for row, one in zip(rows, question.candidates, strict=True):
            check = ExamCheck.objects.get(pk=row.id)
            assert (check.key_id, bytes(check.digest)) == (question.signed.key_id, question.signed.digest)
            what = question.asked
            assert (check.level, check.year, check.division) == (what.level, what.year, what.division)
            assert (check.reference, check.user_id) == (one.reference, row.user_id)
    assert look_up_all([]) == []


def test_of_questions_that_come_together_those_that_were_asked_before_are_refused() -> None:
    person = [candidate(UserFactory.create())]
    before, twice = signed(), signed()
    look_up(before, asked(), person)
    asking = [Question(who, asked(), person) for who in (twice, before, signed(), twice)]
    found = look_up_all(asking)
    assert [type(one) for one in found] == [list, Replayed, list, Replayed]
    assert ExamCheck.objects.count() == UsedNonce.objects.count() == 3


ABOUT_PEOPLE = ("accountants_", "identity_", "collection_", "transfers_", "examchecks_")


def scanned(plan: dict[str, Any]) -> set[str]:
    """Tables about people of which the plan reads every row."""
    own = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    below = [scanned(part) for part in plan.get("Plans", ())]
    return {name for name in own.union(*below) if name.startswith(ABOUT_PEOPLE)}


def plan_of(query: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """As the server would do it on tables so large that reading all of one costs too much."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query}", parameters)
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return plan


@pytest.mark.parametrize("keys", [1, 2])
@pytest.mark.parametrize(("questions", "count"), [(1, 1), (16, 1), (1, 1000)])
def test_no_table_about_people_is_scanned(
    monkeypatch: pytest.MonkeyPatch, keys: int, questions: int, count: int
) -> None:
    asked_of: list[tuple[str, dict[str, Any]]] = []

    def execute(query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        asked_of.append((query, parameters))
        return []

    monkeypatch.setattr(lookups, "execute", execute)
    candidates = [stranger()._replace(prints=(bytes(32),) * keys)] * count
    answers = look_up_all([Question(signed(), asked(), candidates) for _ in range(questions)])
    assert all(isinstance(one, Replayed) for one in answers)
    [(query, parameters)] = asked_of
    plan = plan_of(query, parameters)
    assert scanned(plan) == set()
    assert "document_fingerprint = " in json.dumps(plan)  # it is the plan of a look-up


def test_a_user_is_found_without_a_scan() -> None:
    assert scanned(plan_of(statements.standing_of_user(), {"user_id": uuid7()})) == set()


def test_a_scan_would_be_found() -> None:
    assert scanned(plan_of("SELECT FROM identity_user WHERE name = 'x' OR phone IS NULL", {})) == {"identity_user"}
