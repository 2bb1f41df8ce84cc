"""What waits for somebody outside: every cell of its table, on the database, and what is told apart from it."""

import datetime as dt
import itertools
import random
import re
import threading
import uuid
from typing import Any

import pytest
import time_machine
from django.db import DataError, IntegrityError, connection, transaction

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import ExamRow, Record, RecordVersion
from kuaiji.accountants.reporting.reports import archive_of
from kuaiji.accountants.sections.answers import PICTURES
from kuaiji.accountants.services.transferring import begin_transfer_out, finish_transfer_out, import_record
from kuaiji.accountants.services.versions import answers_of, current_version
from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.closing.services import close_user
from kuaiji.collection import workflow
from kuaiji.collection.enums import SubmissionAction, WaitsFor
from kuaiji.collection.models import Draft, StepAnswers, Submission
from kuaiji.collection.progress import progress_of
from kuaiji.collection.services import deciding
from kuaiji.collection.services.drafting import agree_to_notice, save_step
from kuaiji.collection.services.submitting import submit_draft
from kuaiji.collection.tasks import settle_submissions, sweep_drafts
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import uuid7
from kuaiji.common.profile import profile
from kuaiji.exchange.models import OutboxMessage
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check, User
from kuaiji.keys.fields import Sealed
from kuaiji.sms.models import OutgoingSms
from people.persons import make_person
from people.records.drafts import fill_in, operation
from people.records.users import make_user

CELLS = list(itertools.product(WaitsFor, SubmissionAction))
PENDING, CLEAR, CONFLICT = CheckOutcome.PENDING, CheckOutcome.CLEAR, CheckOutcome.CONFLICT


@pytest.fixture
def held_back(monkeypatch: pytest.MonkeyPatch) -> set[WaitsFor]:
    """What holds back on every platform; a test may add the bureau."""
    holds_back = set(workflow.HOLDS_BACK)
    monkeypatch.setattr(workflow, "HOLDS_BACK", holds_back)
    return holds_back


def by(waits_for: WaitsFor, action: SubmissionAction) -> Operation:
    actor = workflow.TABLE[waits_for, action].by
    return Operation(kind=OperationKind.RECORD_COLLECTING, actor_kind=actor)


def filled_in(seed: int = 50, outcome: CheckOutcome | None = PENDING) -> User:
    """A person with a whole draft, and the identity check where it says."""
    person = make_person(random.Random(seed), status="1")
    user = make_user(person)
    fill_in(user, person)
    if outcome:
        now = clock.now()
        times = {"next_attempt_at": now} if outcome == PENDING else {"checked_at": now}
        Check.objects.create(user=user, kind=CheckKind.IDENTITY, outcome=outcome, **times)
    return user


def submit(user: User) -> Record | Submission:
    return submit_draft(operation=operation(user, OperationKind.RECORD_COLLECTING), user=user)


def waiting(user: User, waits_for: WaitsFor = WaitsFor.IDENTITY) -> Submission:
    made = submit(user)
    assert isinstance(made, Submission) and made.waits_for == waits_for
    return made


def answer_check(user: User, outcome: CheckOutcome, kind: CheckKind = CheckKind.IDENTITY, **holder: str) -> None:
    values = {"outcome": outcome, "checked_at": clock.now(), "next_attempt_at": None, **holder}
    Check.objects.update_or_create(user=user, kind=kind, defaults=values)


def nothing_of_a_record(user: User) -> bool:
    pictures = Attachment.objects.filter(person_key=user.person_key).exclude(claimed_at=None)
    return not (
        Record.objects.of(user).exists()
        or RecordVersion.objects.filter(person_key=user.person_key).exists()
        or ExamRow.objects.filter(name=user.name).exists()
        or OutboxMessage.objects.exists()
        or pictures.exists()
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("held_back")
def test_a_submission_that_waits_is_no_record_and_pressing_again_finds_it() -> None:
    user = filled_in()
    answers = dict(progress_of(user).answers)
    made = waiting(user)
    assert nothing_of_a_record(user) and submit(user) == made
    stored = Submission.objects.select_related("person_key").get()
    assert stored.answers == answers and set(answers) == set(SectionSlug)
    assert isinstance(Submission.objects.get().__dict__["answers"], Sealed)
    assert not StepAnswers.objects.exists() and Draft.objects.get().submitted_at == made.submitted_at
    assert user.agreements.filter(text="collection").exists()
    agree_to_notice(operation=operation(user), user=user)  # nothing to fill in while it waits
    assert not Draft.objects.filter(submitted_at=None).exists()
    assert Event.objects.get(kind="SubmissionMade").data["waits_for"] == "identity"
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(
            user=user, person_key=user.person_key, waits_for="bureau", state="waiting", answers={}, notice_version="",
            submitted_at=clock.now(),
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.usefixtures("held_back")
def test_with_a_check_that_is_answered_nothing_waits() -> None:
    for seed, outcome in enumerate((CLEAR, CheckOutcome.NOT_COVERED, None), 51):
        assert isinstance(submit(filled_in(seed, outcome)), Record)
    with pytest.raises(RuleBroken, match="identity_mismatch"):
        submit(filled_in(54, CONFLICT))
    assert not Submission.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("waits_for", "action"), CELLS)
def test_answers_become_a_record_or_a_draft(
    waits_for: WaitsFor, action: SubmissionAction, held_back: set[WaitsFor]
) -> None:
    held_back.clear()
    held_back.add(waits_for)
    user = filled_in()
    answers = dict(progress_of(user).answers)
    made, wanted = waiting(user, waits_for), workflow.TABLE[waits_for, action]
    for actor in set(ActorKind) - {wanted.by}:
        stranger = Operation(kind=OperationKind.RECORD_COLLECTING, actor_kind=actor)
        with pytest.raises(RuleBroken, match="not_yours"):
            deciding.decide(operation=stranger, submission_id=made.pk, action=action)
    assert Submission.objects.get().state == "waiting" and nothing_of_a_record(user)
    done = by(waits_for, action)
    deciding.decide(operation=done, submission_id=made.pk, action=action, words="请核对")
    row = Submission.objects.select_related("person_key").get()
    assert (row.state, row.answers, row.words, row.decided_at) == (wanted.to, None, "请核对", done.at)
    event = Event.objects.get(kind="SubmissionDecided")
    assert event.data == {"waits_for": waits_for, "action": action, "after": wanted.to}
    told = {"answered_yes": ["collected"], "withdrawn": []}.get(action, ["waiting_returned"])
    assert [message.template_key for message in OutgoingSms.objects.all() if message.phone == user.phone] == told
    if action == SubmissionAction.ANSWERED_YES:
        record = Record.objects.of(user).get()
        version = RecordVersion.objects.get(record=record)
        assert (record.status, record.version, version.actor_kind) == ("collected", 1, wanted.by)
        assert {slug: version.content[slug] for slug in SectionSlug} == answers
        assert ExamRow.objects.get(record=record).status == "collected"
        assert OutboxMessage.objects.get(subject_id=record.pk).version == 1
        assert Event.objects.get(kind="RecordCollected").operation_id == event.operation_id == done.id
        assert not Draft.objects.filter(submitted_at=None).exists()
        assert submit(user) == record
    else:
        assert nothing_of_a_record(user)
        progress = progress_of(user)
        assert progress.agreed and progress.answers == answers
        assert isinstance(submit(user), Submission)  # and may be submitted once more
    for again in SubmissionAction:
        with pytest.raises(RuleBroken, match="not_waiting"):
            deciding.decide(operation=by(waits_for, again), submission_id=made.pk, action=again)


@pytest.mark.django_db
@pytest.mark.usefixtures("held_back")
@pytest.mark.parametrize(
    "table",
    ["accountants_record", "accountants_recordversion", "accountants_examrow", "exchange_outboxmessage", "audit_event"],
)
def test_a_yes_is_all_or_nothing(table: str) -> None:
    user = filled_in()
    made, events = waiting(user), Event.objects.count()

    def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        written = re.match(r'INSERT INTO "(\w+)"', sql)
        fails = written and written[1] == table
        return execute("SELECT 1/0", (), many, context) if fails else execute(sql, params, many, context)

    action = SubmissionAction.ANSWERED_YES
    with pytest.raises(DataError), transaction.atomic(), connection.execute_wrapper(broken):
        deciding.decide(operation=by(WaitsFor.IDENTITY, action), submission_id=made.pk, action=action)
    row = Submission.objects.select_related("person_key").get()
    assert row.state == "waiting" and row.answers and nothing_of_a_record(user)
    assert Event.objects.count() == events


@pytest.mark.django_db
@pytest.mark.usefixtures("held_back")
def test_the_job_carries_out_what_was_answered_meanwhile() -> None:
    users = [filled_in(seed) for seed in range(60, 65)]
    yes, no, elsewhere, gone, _ = users
    for user in users:
        waiting(user)
    settle_submissions(timestamp=0)
    assert Submission.objects.waiting().count() == 5  # nobody has answered yet
    for user in (yes, elsewhere, gone):
        answer_check(user, CLEAR)
    answer_check(no, CONFLICT)
    answer_check(elsewhere, CONFLICT, CheckKind.HOLDER, holder_code="430000", holder_name="湖南省")
    Attachment.objects.filter(person_key=gone.person_key).delete()
    settle_submissions(timestamp=0)
    rows = {row.user_id: row for row in Submission.objects.select_related("person_key")}
    found = {user.pk: rows[user.pk].state for user in users}
    assert list(found.values()) == ["accepted", "refused", "returned", "returned", "waiting"]
    assert list(Record.objects.values_list("user", flat=True)) == [yes.pk]
    assert "核验不一致" in (rows[no.pk].words or "") and "湖南省" in (rows[elsewhere.pk].words or "")
    assert rows[gone.pk].words and rows[yes.pk].words is None
    for user in (no, elsewhere, gone):
        assert set(progress_of(user).answers) == set(SectionSlug)
    settle_submissions(timestamp=0)
    assert Event.objects.filter(kind="SubmissionDecided").count() == 4


def come_home(record: Record) -> dict[SectionSlug, Any]:
    """The record leaves for another platform and comes back as it was (R8.5)."""
    newest = current_version(record)
    archive, answers = archive_of(newest), answers_of(newest)
    person = operation(record.user, OperationKind.TRANSFER_OUT)
    hub = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
    begin_transfer_out(operation=person, record_id=record.pk, source_id=uuid7())
    finish_transfer_out(operation=hub, record_id=record.pk)
    named = {name: answers[slug][name] for slug, names in PICTURES.items() for name in names}
    import_record(
        operation=hub,
        user=record.user,
        record_id=record.pk,
        origin="440300",
        division_code=record.division_code,
        archive=archive,
        history=(),
        pictures={name: uuid.UUID(number) for name, number in named.items() if number},
    )
    return answers


@pytest.mark.django_db
def test_what_waits_completes_a_record_that_came_from_elsewhere(held_back: set[WaitsFor]) -> None:
    record = submit(filled_in(outcome=CLEAR))
    assert isinstance(record, Record)
    user, answers = record.user, come_home(record)
    agree_to_notice(operation=operation(user), user=user)
    for slug in SectionSlug:
        save_step(operation=operation(user), user=user, slug=slug, answers=answers[slug], revision=None)
    held_back.add(WaitsFor.BUREAU)
    made, action = waiting(user, WaitsFor.BUREAU), SubmissionAction.ANSWERED_YES
    record.refresh_from_db()
    assert (record.status, record.version) == ("to_complete", 2)
    deciding.decide(operation=by(WaitsFor.BUREAU, action), submission_id=made.pk, action=action)
    record.refresh_from_db()
    assert (record.status, record.version, record.exam_row.status) == ("collected", 3, "collected")


@pytest.mark.django_db
@pytest.mark.usefixtures("held_back")
def test_one_that_breaks_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = filled_in(60), filled_in(61)
    broken, _ = waiting(first), waiting(second)
    answer_check(first, CLEAR)
    answer_check(second, CLEAR)
    settle = deciding._settle

    def faulty(submission_id: Any, user_id: Any) -> None:
        if submission_id == broken.pk:
            raise RuntimeError
        settle(submission_id, user_id)

    monkeypatch.setattr(deciding, "_settle", faulty)
    assert deciding.settle() == 2
    assert Record.objects.get().user == second and Submission.objects.waiting().get() == broken


@pytest.mark.django_db
@pytest.mark.usefixtures("held_back")
def test_who_closes_leaves_no_submission() -> None:
    user = filled_in()
    made = waiting(user)
    close_user(operation=operation(user, OperationKind.CLOSING), user_id=user.pk)
    assert not Submission.objects.exists() and not User.objects.filter(pk=user.pk).exists()
    action = SubmissionAction.ANSWERED_YES
    with pytest.raises(RuleBroken, match="closed"):
        deciding.decide(operation=by(WaitsFor.IDENTITY, action), submission_id=made.pk, action=action)


@pytest.mark.race
@pytest.mark.usefixtures("held_back")
def test_pictures_of_what_waits_are_kept() -> None:
    user = filled_in()
    waiting(user)
    pictures = Attachment.objects.count()
    with time_machine.travel(clock.now() + dt.timedelta(days=profile().draft_days + 1)):
        sweep_drafts(timestamp=0)
        assert Attachment.objects.count() == pictures > 0
        answer_check(user, CLEAR)
        settle_submissions(timestamp=0)
    assert Record.objects.get().user == user
    assert not Attachment.objects.filter(claimed_at=None).exists()


@pytest.mark.race
@pytest.mark.usefixtures("held_back")
def test_of_an_answer_and_a_withdrawal_one_counts() -> None:
    ends = set()
    for seed in range(70, 78):
        user = filled_in(seed)
        made, refused, gate = waiting(user), list[str](), threading.Barrier(2)

        def press(action: SubmissionAction, made: Submission = made, refused: list[str] = refused,
                  gate: threading.Barrier = gate) -> None:  # fmt: skip
            try:
                gate.wait()
                deciding.decide(operation=by(WaitsFor.IDENTITY, action), submission_id=made.pk, action=action)
            except RuleBroken as broken:
                refused.append(broken.code)
            finally:
                connection.close()

        both = (SubmissionAction.ANSWERED_YES, SubmissionAction.WITHDRAWN)
        threads = [threading.Thread(target=press, args=(action,)) for action in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        end = Submission.objects.get(pk=made.pk).state
        record, draft = Record.objects.of(user).count(), Draft.objects.filter(user=user, submitted_at=None).count()
        assert refused == ["not_waiting"]
        assert (end, record, draft) in {("accepted", 1, 0), ("withdrawn", 0, 1)}
        ends.add(end)
    assert ends


@pytest.mark.race
@pytest.mark.usefixtures("held_back")
@pytest.mark.parametrize("first", [SubmissionAction.ANSWERED_YES, SubmissionAction.WITHDRAWN])
def test_an_answer_that_another_overtakes_finds_what_the_other_did(first: SubmissionAction) -> None:
    """The other comes at the moment when this one is about to take its person's lock."""
    user = filled_in()
    made = waiting(user)
    second = next(one for one in (SubmissionAction.ANSWERED_YES, SubmissionAction.WITHDRAWN) if one != first)
    overtaken = False

    def other() -> None:
        deciding.decide(operation=by(WaitsFor.IDENTITY, first), submission_id=made.pk, action=first)
        connection.close()

    def overtake(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal overtaken
        if "FOR NO KEY UPDATE" in sql and not overtaken:
            overtaken = True
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(overtake), pytest.raises(RuleBroken, match="not_waiting"):
        deciding.decide(operation=by(WaitsFor.IDENTITY, second), submission_id=made.pk, action=second)
    assert overtaken and Submission.objects.get().state == workflow.TABLE[WaitsFor.IDENTITY, first].to
    assert Record.objects.count() == int(first == SubmissionAction.ANSWERED_YES)


@pytest.mark.race
@pytest.mark.usefixtures("held_back")
def test_many_presses_make_one_submission() -> None:
    user, made = filled_in(), list[Any]()

    def press() -> None:
        try:
            made.append(submit(User.objects.select_related("person_key").get(pk=user.pk)).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6 and set(made) == {Submission.objects.get().pk} and not Record.objects.exists()
