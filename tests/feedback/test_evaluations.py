"""好差评: after an own act, once, by nobody; what is kept of it, and who reads it."""

import datetime as dt
import random
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test import Client

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.models import Operation as OperationRow
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.feedback.acts import ACTS
from kuaiji.feedback.enums import Grade
from kuaiji.feedback.metrics import EvaluationCollector
from kuaiji.feedback.models import Evaluation
from kuaiji.feedback.services import KEPT, MAY_BE_GIVEN, evaluate, figures, open_act, sweep_evaluations, words_given
from kuaiji.identity.models import User
from kuaiji.keys.models import PersonKey
from kuaiji.transfers.enums import InState
from kuaiji.transfers.models import TransferIn
from people.factories.records import RecordFactory
from people.factories.transfers import TransferInFactory
from people.factories.users import UserFactory
from people.persons import make_person

PAGE, THANKS, DONE = "/me/feedback/collection/", "/me/feedback/thanks/", "/collection/done/"
WORDS = "步骤清楚，照片裁剪很方便"


def operation() -> Operation:
    return Operation(kind=OperationKind.EVALUATING, actor_kind=ActorKind.CITIZEN)


def give(user: User, grade: Grade = Grade.GOOD, words: str = "") -> None:
    evaluate(operation=operation(), user=user, act="collection", grade=grade, words=words)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_grades_are_those_of_the_standard() -> None:
    """GB/T 39735-2020."""
    assert [grade.label for grade in Grade] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    assert [int(grade) for grade in Grade] == [5, 4, 3, 2, 1]


def test_every_kind_of_finished_act_may_be_evaluated() -> None:
    assert set(ACTS) == {"collection", "change", "transfer-out", "transfer-in", "correction", "print"}


@pytest.mark.django_db
def test_from_the_page_that_ends_an_act_to_the_thanks() -> None:
    record = RecordFactory.create()
    client = signed_in(record.user)
    offer = client.get(DONE).content.decode().partition('<details class="k-card k-offer">')[2]
    assert f'action="{PAGE}"' in offer and all(f'value="{int(grade)}"' in offer for grade in Grade)
    assert "checked" not in offer, "nothing is chosen beforehand"
    refused = client.post(PAGE, {"words": WORDS})
    assert refused.status_code == 422 and "请选择一个评价" in refused.content.decode()
    assert WORDS in refused.content.decode() and not Evaluation.objects.exists()
    for _ in range(2):
        answer = client.post(PAGE, {"grade": "5", "words": WORDS})
        assert (answer.status_code, answer["Location"]) == (302, THANKS)
    [kept] = Evaluation.objects.all()
    assert (kept.act, kept.grade, kept.place, kept.words) == ("collection", 5, record.division_code, WORDS)
    assert "谢谢您的评价" in client.get(THANKS).content.decode()
    assert "k-offer" not in client.get(DONE).content.decode()
    assert client.get(PAGE)["Location"] == "/me/"


@pytest.mark.django_db
def test_what_came_from_elsewhere_may_be_evaluated_once_it_is_received() -> None:
    record = RecordFactory.create()
    Record.objects.filter(pk=record.pk).update(status=CollectionStatus.TO_COMPLETE)
    row = TransferInFactory.create(user=record.user, state=InState.UNDER_REVIEW)
    client = signed_in(record.user)
    assert "k-offer" not in client.get("/me/").content.decode()
    TransferIn.objects.filter(pk=row.pk).update(state=InState.RECEIVED)
    assert 'action="/me/feedback/transfer-in/"' in client.get("/me/").content.decode()
    assert client.post("/me/feedback/transfer-in/", {"grade": "4"})["Location"] == "/me/feedback/thanks/"
    assert "k-offer" not in client.get("/me/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("grade", ["0", "6", "-1", "x", "5 ", "五", ""])
def test_another_grade_is_refused(grade: str) -> None:
    client = signed_in(RecordFactory.create().user)
    assert client.post(PAGE, {"grade": grade}).status_code == 422


@pytest.mark.django_db
def test_too_many_words_are_refused_and_kept_on_the_page() -> None:
    client = signed_in(RecordFactory.create().user)
    answer = client.post(PAGE, {"grade": "1", "words": "长" * 201})
    assert answer.status_code == 422 and "长" * 201 in answer.content.decode()


@pytest.mark.django_db
def test_only_an_own_act_of_late_is_evaluated() -> None:
    stranger, record = UserFactory.create(), RecordFactory.create()
    with pytest.raises(RuleBroken) as refused:
        give(stranger)
    assert refused.value.code == "nothing_to_evaluate"
    assert signed_in(stranger).post(PAGE, {"grade": "1"})["Location"] == THANKS
    assert signed_in(stranger).get("/me/feedback/nothing/")["Location"] == "/me/"
    assert Client().post(PAGE, {"grade": "1"})["Location"].startswith("/login/")
    with time_machine.travel(record.collected_at + MAY_BE_GIVEN + dt.timedelta(seconds=1), tick=False):
        assert open_act(record.user, "collection") is None
        with pytest.raises(RuleBroken):
            give(record.user)
    assert not Evaluation.objects.exists()


@pytest.mark.django_db
def test_another_act_of_the_kind_is_evaluated_by_itself() -> None:
    record = RecordFactory.create()
    give(record.user)
    assert open_act(record.user, "collection") is None and open_act(record.user, "change") is None
    Record.objects.filter(pk=record.pk).update(confirmed_at=clock.now())
    assert open_act(record.user, "change") is not None
    Record.objects.filter(pk=record.pk).update(collected_at=clock.now())
    assert open_act(record.user, "collection") is not None


@pytest.mark.django_db
def test_nothing_that_is_kept_says_who_it_was() -> None:
    record = RecordFactory.create()
    signed_in(record.user).post(PAGE, {"grade": "2", "words": WORDS})
    [row] = Evaluation.objects.values()
    ids = {str(one) for one in (record.pk, record.user_id, record.person_key_id)}
    assert not ids & {str(value) for value in row.values()}
    assert row["id"].version == 4, "a random id tells no moment"
    assert WORDS.encode() not in bytes(row["words"] or b"") and row["person_key_id"] != record.person_key_id
    event = Event.objects.get(kind="EvaluationGiven")
    assert event.data == {"act": "collection", "has_words": True} and str(event.subject_id) == str(row["id"])
    assert OperationRow.objects.get(pk=event.operation_id).actor_id is None


@pytest.mark.django_db
def test_an_operation_with_an_actor_is_no_evaluation() -> None:
    record = RecordFactory.create()
    named = Operation(kind=OperationKind.EVALUATING, actor_kind=ActorKind.CITIZEN, actor_id=uuid.uuid4())
    with pytest.raises(AssertionError, match="nobody's"):
        evaluate(operation=named, user=record.user, act="collection", grade=Grade.BAD, words="")


@pytest.mark.django_db
def test_the_desk_reads_figures_of_its_places_and_the_words() -> None:
    here = RecordFactory.create()
    other = RecordFactory.create(person=make_person(random.Random(2), status="1"))
    Record.objects.filter(pk=other.pk).update(division_code="440104")
    give(here.user, Grade.VERY_GOOD, WORDS)
    give(other.user, Grade.BAD)
    today = clock.today()
    told = figures(since=today, until=today)
    assert [(one.act, one.grade, one.count) for one in told] == [
        ("collection", Grade.VERY_GOOD, 1),
        ("collection", Grade.BAD, 1),
    ]
    only = figures(since=today, until=today, places=["440104"])
    assert [(one.grade, one.count) for one in only] == [(Grade.BAD, 1)]
    assert list(words_given(since=today, until=today, places=[here.division_code])) == [
        (today, "collection", Grade.VERY_GOOD, WORDS)
    ]
    assert figures(since=today + dt.timedelta(days=1), until=today + dt.timedelta(days=2)) == []
    [family] = EvaluationCollector().collect()
    assert {(one.labels["act"], one.labels["grade"], one.value) for one in family.samples} == {
        ("collection", "5", 1),
        ("collection", "2", 1),
    }


@pytest.mark.django_db
def test_what_was_kept_long_enough_goes_with_its_key() -> None:
    record = RecordFactory.create()
    keys = PersonKey.objects.count()
    give(record.user, Grade.FAIR, WORDS)
    assert PersonKey.objects.count() == keys + 1
    assert sweep_evaluations(today=clock.today() + KEPT) == 0
    assert sweep_evaluations(today=clock.today() + KEPT + dt.timedelta(days=1)) == 1
    assert not Evaluation.objects.exists() and PersonKey.objects.count() == keys


@pytest.mark.race
def test_many_presses_at_once_are_one_evaluation() -> None:
    record = RecordFactory.create()

    def press(_: int) -> None:
        try:
            give(record.user, Grade.GOOD, WORDS)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as threads:
        list(threads.map(press, range(8)))
    assert Evaluation.objects.count() == 1
    assert Event.objects.filter(kind="EvaluationGiven").count() == 1
