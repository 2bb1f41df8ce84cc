"""What was answered can be judged again, whatever became of the record: of it nothing but facts is kept."""

import dataclasses
import json
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.changing import change_section, confirm_record
from kuaiji.accountants.services.versions import current_version
from kuaiji.common import clock
from kuaiji.examchecks.enums import Outcome
from kuaiji.examchecks.models import ExamCheck, ExamClient
from kuaiji.examchecks.services.facts import facts_of
from kuaiji.examchecks.services.judgements import facts_then, judged, judgement_of
from kuaiji.examchecks.services.lookups import look_up
from kuaiji.examchecks.services.standing import facts_of_user
from kuaiji.examchecks.services.told import told_about
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.judge import Judgement
from kuaiji.exams.services.rulebook import rulebook
from kuaiji.identity.models import User
from kuaiji.portal.data_export import as_json
from kuaiji.transfers.enums import InState, OutState
from people.factories import DraftFactory, RecordFactory, TransferInFactory, TransferOutFactory, UserFactory
from people.persons import make_person
from people.records.asked import CLIENT, asked, candidate, signed
from people.records.versioned_records import by_owner, other_answers

pytestmark = pytest.mark.django_db
LEVELS = ("11", "21", "23", "31", "33", "61", "71")
DEGREES = ("0", "3", "4")


def make_people() -> list[User]:
    """Records of every kind of post, and who has none."""
    people = [make_person(random.Random(seed), status=str(1 + seed % 4)) for seed in range(8)]
    records = [RecordFactory.create(person=person) for person in people]
    TransferOutFactory.create(record=records[0], state=OutState.RELEASED)
    return [
        *(record.user for record in records),
        UserFactory.create(),
        DraftFactory.create(person=make_person(random.Random(90), status="1")).user,
        TransferInFactory.create(state=InState.CLAIMING).user,
    ]


def change(user: User, rng: random.Random) -> None:
    """Another schooling, other titles, or a confirmation; nothing of who has no record."""
    record = Record.objects.of(user).select_related("user__person_key", "person_key").first()
    if record is None:
        return
    operation, version = by_owner(record), current_version(record)
    what = rng.randrange(3)
    if what == 0:
        confirm_record(operation=operation, record_id=record.pk)
        return
    if what == 1:
        chosen = {"full_time_level": rng.choice(LEVELS), "full_time_degree": rng.choice(DEGREES)}
        answers = version.content["education"] | chosen
        slug = SectionSlug.EDUCATION
    else:
        slug = SectionSlug.PROFESSIONAL
        answers = other_answers(record, slug, seed=rng.randrange(1000))
    change_section(operation=operation, record_id=record.pk, slug=slug, answers=answers, based_on=version.number)


def test_a_thousand_answers_are_judged_again_as_they_were_given() -> None:
    """Asked between changes, judged after all of them: what was answered then, and not what would be today."""
    rng, people, given = random.Random(7), make_people(), dict[object, Judgement]()
    book = rulebook()
    for _ in range(31):
        question = asked(level=rng.choice("123"), year=rng.randint(2026, 2030), division=rng.choice(("", "440100")))
        rows = look_up(signed(), question, [candidate(user) for user in people for _ in range(3)])
        for row in rows:
            check = ExamCheck.objects.get(pk=row.id)
            given[row.id] = judged(check, facts_of(row, book.here), book.here)
        change(rng.choice(people), rng)
    assert len(given) > 1000
    again = {check.pk: judgement_of(check) for check in ExamCheck.objects.all()}
    assert again == given
    today = {check.pk: judged(check, facts, book.here) for check in ExamCheck.objects.all() if (facts := now(check))}
    assert today != given  # the changes were such that it matters


def now(check: ExamCheck) -> Facts | None:
    assert check.user_id
    return facts_of_user(check.user_id, rulebook().here)


def test_page_and_machine_read_the_same_facts() -> None:
    people, here = make_people(), rulebook().here
    rows = look_up(signed(), asked(), [candidate(user) for user in people])
    for user, row in zip(people, rows, strict=True):
        assert facts_of_user(user.pk, here) == facts_of(row, here) == facts_then(ExamCheck.objects.get(pk=row.id), here)
    assert facts_of_user(ExamCheck.objects.all()[0].pk, here) is None


def test_a_person_reads_what_was_told_newest_first_page_by_page() -> None:
    said = {"levels": [1], "addresses": [], "rate": 1, "created_at": clock.now()}
    client = ExamClient.objects.create(id=CLIENT, name="全国报名系统", **said)
    user, other = RecordFactory.create().user, UserFactory.create()
    for level in "123":
        look_up(signed(), asked(level=level), [candidate(user), candidate(other)])
    look_up(signed(), asked(), [candidate(user, name="别人")])
    told = told_about(user.pk)
    assert [(one.question.level.value, one.client) for one in told] == [(level, client.name) for level in (2, 3, 2, 1)]
    assert told[0].judgement is None and told[0].check.outcome == Outcome.NAME_MISMATCH
    assert all(one.judgement and one.judgement.verdicts for one in told[1:])
    assert told_about(user.pk, limit=2) == told[:2]
    assert [one.check.pk for one in told_about(user.pk, before=told[1].check.pk)] == [one.check.pk for one in told[2:]]


def test_many_answers_cost_as_many_statements_as_few() -> None:
    """The versions and transfers that they name are read once, however often each is named."""
    leaving = TransferOutFactory.create(record=RecordFactory.create(), state=OutState.RELEASED)
    user = leaving.record.user
    for year in range(2027, 2039):
        look_up(signed(), asked(year=year), [candidate(user)])
    told_about(user.pk)  # names of rules are looked up once a process
    asked_for = []
    for limit in (2, 12):
        with CaptureQueriesContext(connection) as queries:
            told = told_about(user.pk, limit=limit)
        asked_for.append(len(queries))
        assert [one.judgement for one in told] == [judgement_of(one.check) for one in told]
        assert len(told) == limit and all(one.judgement for one in told)
    assert asked_for[0] == asked_for[1] <= 6


def test_the_file_of_own_data_has_all_of_it() -> None:
    user = RecordFactory.create().user
    look_up(signed(), asked(level="3"), [candidate(user, reference="A-1")])
    [part] = json.loads("".join(as_json(user)))["exam_checks"]
    assert (part["level"], part["reference"], part["outcome"]) == ("3", "A-1", Outcome.FOUND)
    told = judgement_of(ExamCheck.objects.get())
    assert told and [one["code"] for one in part["verdicts"]] == [one.code for one in told.verdicts]


def test_the_row_holds_no_verdict() -> None:
    names = {field.name for field in ExamCheck._meta.fields}
    assert not names & {field.name for field in dataclasses.fields(Judgement) if field.name != "ruleset"}
