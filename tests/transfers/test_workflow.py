"""Every cell of the table: each state, each action, each actor, legal or not."""

import datetime as dt

import pytest
from django.db import transaction

from kuaiji.accountants.services.transferring import begin_transfer_out
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.transfers import workflow
from kuaiji.transfers.enums import Action, Actor, Effect, InState, OutState
from kuaiji.transfers.models import TransferIn, TransferOut
from kuaiji.transfers.services.advancing import advance_transfer
from kuaiji.transfers.services.effects import EFFECTS
from people.factories import TransferInFactory, TransferOutFactory
from people.records.versioned_records import make_record

OPERATION = Operation(kind=OperationKind.EXCHANGE, actor_kind=ActorKind.MACHINE)
BY_PERSON = Operation(kind=OperationKind.TRANSFER_OUT, actor_kind=ActorKind.CITIZEN)
STATES: list[workflow.State] = [*OutState, *InState]
CELLS = [(state, action, actor) for state in STATES for action in Action for actor in Actor]
ENDS = [state for state in STATES if state not in (*workflow.OPEN_OUT, *workflow.OPEN_IN)]


def legal(state: workflow.State, action: Action, actor: Actor) -> workflow.Step | None:
    table = workflow.OUT if isinstance(state, OutState) else workflow.IN
    return table.get((state, action)) if workflow.ACTORS[action] == actor else None


def test_a_cell_leads_where_the_table_says_and_all_others_are_refused() -> None:
    for state, action, actor in CELLS:
        if wanted := legal(state, action, actor):
            assert workflow.step(state, action, actor) == wanted, (state, action, actor)
            continue
        with pytest.raises(RuleBroken) as refused:
            workflow.step(state, action, actor)
        code = "not_yours" if workflow.ACTORS[action] != actor else "not_now"
        assert refused.value.code == code, (state, action, actor)


def test_the_table_is_whole() -> None:
    used = {action for table in (workflow.OUT, workflow.IN) for _, action in table}
    assert used == set(Action) == set(workflow.ACTORS)
    for table, first in ((workflow.OUT, OutState.PENDING_REVIEW), (workflow.IN, InState.CLAIMING)):
        reached: set[workflow.State] = {first}
        for _ in STATES:
            reached |= {step.to for (state, _), step in table.items() if state in reached}
        assert reached == set(type(first))  # no state that nothing leads to
        for (state, _), step in table.items():
            assert state not in ENDS or (step.to == state and not step.effects)  # an end is an end
            told = {Effect.TELL, Effect.TELL_CODE} & set(step.effects)
            # Heard of by message; an approval once the hub has it, with the code: one message (docs/adr/0080).
            assert step.to == state or told or state in workflow.OPEN_IN or step.to == OutState.APPROVED
            lifted = {Effect.LIFT_LOCK, Effect.LEAVE} & set(step.effects)
            assert bool(lifted) == (state in workflow.OPEN_OUT and step.to in ENDS)  # the lock ends with the transfer
    assert set(EFFECTS[TransferOut]) | set(EFFECTS[TransferIn]) == set(Effect)


def test_what_the_citizen_reads_fits() -> None:
    """R5.4: 待调入地接收 only once approved, and 未上报 until the hub has answered."""
    for state in OutState:
        shown = workflow.HUB_WORDS[state]
        assert (shown in ("待调入地接收", "调入地审核中")) == (state in (OutState.RELEASED, OutState.CLAIMED))
        assert TransferOut(state=state).hub_words == "未上报"


def leaving(state: OutState) -> TransferOut:
    record = make_record(seed=4)
    row = TransferOutFactory.build(
        record=record,
        review_due_at=OPERATION.at,
        reviewed_at=record.collected_at,
        state=state,
    )
    begin_transfer_out(operation=BY_PERSON, record_id=record.pk, source_id=row.pk)
    row.save()
    return row


def coming(state: InState) -> TransferIn:
    return TransferInFactory.create(review_due_at=OPERATION.at, phone_known=False, state=state)


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{type(state).__name__}.{state.name}")
def test_rows_go_where_the_table_says_with_one_event_and_refusals_leave_no_trace(state: workflow.State) -> None:
    row: TransferOut | TransferIn = leaving(state) if isinstance(state, OutState) else coming(state)
    for action in Action:
        sid = transaction.savepoint()
        wanted = legal(state, action, workflow.ACTORS[action])
        if wanted is None or Effect.ARRIVE in wanted.effects:  # nothing came that could arrive
            with pytest.raises(RuleBroken), transaction.atomic():
                advance_transfer(operation=OPERATION, row=row, action=action, actor=workflow.ACTORS[action])
        else:
            advance_transfer(operation=OPERATION, row=row, action=action, actor=workflow.ACTORS[action], words="原因")
        stands = type(row).objects.get(pk=row.pk)
        moved = Event.objects.filter(subject_id=row.pk, kind="TransferMoved").count()
        done = wanted is not None and Effect.ARRIVE not in wanted.effects
        assert stands.state == (wanted.to if wanted and done else state)
        assert moved == int(done and wanted is not None and (wanted.to != state or bool(wanted.effects)))
        if wanted and Effect.LIFT_LOCK in wanted.effects and isinstance(stands, TransferOut):
            assert stands.record.status == "collected" and not stands.record.holds.filter(lifted_at=None).exists()
        transaction.savepoint_rollback(sid)


@pytest.mark.django_db
def test_a_review_before_its_time_is_refused() -> None:
    row = leaving(OutState.PENDING_REVIEW)
    row.review_due_at = OPERATION.at + dt.timedelta(days=1)
    row.save()
    with pytest.raises(RuleBroken) as refused:
        advance_transfer(operation=OPERATION, row=row, action=Action.REVIEW_PASSED, actor=Actor.SYSTEM)
    assert refused.value.code == "not_due"
