"""Many at the same moment, on connections of their own."""

import functools
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from kuaiji.accountants.models import Record
from kuaiji.accountants.reporting.exam_rows import EXAM_ROWS
from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import keyring
from kuaiji.examchecks.enums import Outcome
from kuaiji.examchecks.models import ExamCheck, Repair
from kuaiji.examchecks.services import execution, lookups
from kuaiji.examchecks.services.execution import DatabaseAway
from kuaiji.examchecks.services.lookups import Question, Replayed, look_up, look_up_all
from kuaiji.examchecks.services.repairs import Repaired, repairs_after
from kuaiji.house.databases import Server
from kuaiji.identity.people import indexing
from people.factories import RecordFactory, UserFactory
from people.persons import make_person
from people.records.asked import CLIENT, asked, candidate, signed
from people.records.audit_tampering import Superuser, connect_as_superuser
from people.records.audit_writers import wait_until_over
from people.records.fresh_answers import stale_answers
from people.records.key_rings import NEW, RETIRED, Rings
from tests.support.together import together

pytestmark = pytest.mark.race


def test_of_many_at_once_with_one_nonce_one_is_answered() -> None:
    user, who = UserFactory.create(), signed()

    def once() -> str:
        try:
            return look_up(who, asked(), [candidate(user)])[0].outcome
        except Replayed:
            return "replayed"

    assert sorted(map(str, together([once] * 8))) == [Outcome.FOUND, *["replayed"] * 7]
    assert ExamCheck.objects.count() == 1


def test_two_who_ask_the_same_together_in_another_order_do_not_wait_for_each_other() -> None:
    """Each nonce is answered once, whoever comes first with it, and no two statements lock each other out."""
    person, what = [candidate(UserFactory.create())], asked()
    for _ in range(20):
        asking = [Question(signed(), what, person) for _ in range(8)]
        orders = [asking, asking[::-1]]
        answers = together([functools.partial(look_up_all, order) for order in orders])
        by_nonce: dict[str, list[bool]] = {}
        for order, found in zip(orders, answers, strict=True):
            assert isinstance(found, list)
            for question, one in zip(order, found, strict=True):
                assert isinstance(one, list | Replayed)
                by_nonce.setdefault(question.signed.nonce, []).append(isinstance(one, list))
        assert all(sorted(told) == [False, True] for told in by_nonce.values())
    assert ExamCheck.objects.count() == 160


def test_what_is_wrong_with_one_question_is_no_business_of_the_others() -> None:
    person = candidate(UserFactory.create())
    asking = [Question(signed(), asked(), [one]) for one in (person, person._replace(name="\0"), person)]
    answers = look_up_all(asking)
    assert [type(one) for one in answers] == [list, psycopg.errors.CharacterNotInRepertoire, list]
    assert ExamCheck.objects.count() == 2


def test_a_reader_who_goes_on_from_the_last_number_misses_no_repair_and_sees_none_twice() -> None:
    """Saves that begin and end in any order, while two readers go on from what they saw."""
    writers, each = 6, 15
    over = threading.Event()
    seen: tuple[list[Repaired], list[Repaired]] = ([], [])

    def save(writer: int) -> None:
        rng = random.Random(writer)
        for number in range(each):
            with transaction.atomic():
                made = Repair(check_id=uuid7(), client_id=CLIENT, reference=f"{writer} {number}", at=clock.now())
                made.save(force_insert=True)
                time.sleep(rng.random() / 100)

    def read(mine: list[Repaired]) -> None:
        while True:
            last = over.is_set()
            while found := repairs_after(CLIENT, mine[-1].number if mine else 0, limit=5):
                mine += found
            if last:
                return

    def write_all() -> None:
        together([functools.partial(save, writer) for writer in range(writers)])
        wait_until_over()
        over.set()

    together([write_all, *(functools.partial(read, mine) for mine in seen)])
    for mine in seen:
        assert [one.number for one in mine] == list(range(1, writers * each + 1))
        assert {one.reference for one in mine} == {f"{writer} {n}" for writer in range(writers) for n in range(each)}
    other = uuid7()
    Repair.objects.create(check_id=uuid7(), client_id=other, reference="theirs", at=clock.now())
    wait_until_over()
    assert repairs_after(other, 0) == [Repaired(1, "theirs")] and repairs_after(other, 1) == []


def test_what_a_running_save_has_written_waits_and_so_does_all_that_came_after() -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            Repair.objects.create(check_id=uuid7(), client_id=CLIENT, reference="slow", at=clock.now())
            begun.set()
            finish.wait()

    def fast() -> list[Repaired]:
        begun.wait()
        Repair.objects.create(check_id=uuid7(), client_id=CLIENT, reference="fast", at=clock.now())
        meanwhile = repairs_after(CLIENT, 0)
        finish.set()
        return meanwhile

    assert together([slow, fast])[1] == []
    wait_until_over()
    assert repairs_after(CLIENT, 0) == [Repaired(1, "slow"), Repaired(2, "fast")]


def test_what_is_saved_in_one_process_is_in_the_next_answer_of_another() -> None:
    """``prove.exam_checks`` does it ten thousand times."""
    assert stale_answers(60, people=3) == 0


@pytest.fixture
def superuser(server: Server, cloned_database: str) -> Iterator[Superuser]:
    with connect_as_superuser(server, cloned_database) as superuser:
        yield superuser


def end_all_others(superuser: Superuser) -> None:
    superuser.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_a_connection_that_broke_while_idle_is_replaced(superuser: Superuser) -> None:
    user = UserFactory.create()
    look_up(signed(), asked(), [candidate(user)])
    question = asked()
    end_all_others(superuser)
    [row] = look_up(signed(), question, [candidate(user)])
    assert row.outcome == Outcome.FOUND and ExamCheck.objects.count() == 2


def test_what_broke_after_its_commit_is_not_answered_and_not_done_twice(
    superuser: Superuser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was lost on the way: the second attempt finds the nonce used, and nobody can say by whom."""
    user, who = UserFactory.create(), signed()
    calls: list[int] = []

    def losing(query: str, parameters: Any) -> Any:
        rows = execution.execute(query, parameters)
        calls.append(len(rows))
        if len(calls) == 1:
            end_all_others(superuser)
            return execution.execute("SELECT 1", {})  # raises Lost
        return rows

    question = asked()
    monkeypatch.setattr(lookups, "execute", losing)
    with pytest.raises(DatabaseAway):
        look_up(who, question, [candidate(user)])
    assert calls == [1, 0] and ExamCheck.objects.count() == 1


def test_a_statement_that_takes_too_long_is_given_up_and_the_connection_stays(superuser: Superuser) -> None:
    user, question = UserFactory.create(), asked()
    superuser.execute("BEGIN")
    superuser.execute("LOCK TABLE accountants_examrow IN ACCESS EXCLUSIVE MODE")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '200ms'")
        with pytest.raises(DatabaseAway):
            look_up(signed(), question, [candidate(user)])
        superuser.execute("ROLLBACK")
        cursor.execute("SET statement_timeout = '10s'")
    assert look_up(signed(), question, [candidate(user)])[0].outcome == Outcome.FOUND
    assert ExamCheck.objects.count() == 1


@pytest.fixture
def use_ring() -> Iterator[Callable[[str], None]]:
    """Changes the ring of keys until the end of the test."""
    ours = os.environ["KUAIJI_KEYRING"]

    def use(text: str) -> None:
        os.environ["KUAIJI_KEYRING"] = text
        keyring.cache_clear()

    yield use
    use(ours)


def test_everybody_is_found_while_the_fingerprint_key_is_changed(use_ring: Callable[[str], None]) -> None:
    """Asked without a pause: before, while rows are brought over one by one, and once the old key has retired."""
    rings = Rings(os.environ["KUAIJI_KEYRING"])
    made = [RecordFactory.create(person=make_person(random.Random(n), status="1")).user for n in range(4)]
    people = [*made, *(UserFactory.create() for _ in range(4))]
    use_ring(rings.text(NEW))
    over, outcomes = threading.Event(), Counter[str]()

    def ask_on() -> None:
        while not over.is_set() or not outcomes:
            rows = look_up(signed(), asked(), [candidate(user) for user in people])
            outcomes.update(row.outcome for row in rows)

    def rotate() -> None:
        try:
            for step in (indexing.PEOPLE, EXAM_ROWS):
                for user in people:
                    ids = [user.pk, *Record.objects.of(user).values_list("pk", flat=True)]
                    with transaction.atomic():
                        step.bring(ids)
                    time.sleep(0.02)
                assert step.left() == 0
        finally:
            over.set()

    together([ask_on, ask_on, rotate])
    use_ring(rings.text(NEW, old=RETIRED))
    ask_on()
    assert outcomes.keys() == {Outcome.FOUND} and outcomes.total() > 2 * len(people)
