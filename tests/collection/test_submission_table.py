"""What a submission waits for, and every cell of its table. Pure rules."""

import itertools

import pytest

from kuaiji.audit.enums import ActorKind
from kuaiji.collection import workflow
from kuaiji.collection.enums import SubmissionAction, SubmissionEffect, SubmissionState, WaitsFor
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.enums import CheckKind, CheckOutcome

CELLS = list(itertools.product(WaitsFor, SubmissionAction))
PENDING, CLEAR, CONFLICT = CheckOutcome.PENDING, CheckOutcome.CLEAR, CheckOutcome.CONFLICT


@pytest.mark.parametrize(
    ("checks", "holds_back", "expected"),
    [
        ({}, set(), None),
        ({CheckKind.IDENTITY: PENDING, CheckKind.HOLDER: PENDING}, set(), None),
        ({CheckKind.IDENTITY: PENDING}, {WaitsFor.IDENTITY}, WaitsFor.IDENTITY),
        ({CheckKind.IDENTITY: PENDING}, {WaitsFor.BUREAU}, WaitsFor.BUREAU),
        ({CheckKind.IDENTITY: PENDING}, set(WaitsFor), WaitsFor.IDENTITY),
        ({CheckKind.IDENTITY: CLEAR, CheckKind.HOLDER: PENDING}, {WaitsFor.IDENTITY}, None),
        ({CheckKind.IDENTITY: CLEAR}, set(WaitsFor), WaitsFor.BUREAU),
        ({}, {WaitsFor.IDENTITY}, None),
    ],
)
def test_what_is_waited_for(
    checks: dict[CheckKind, CheckOutcome], holds_back: set[WaitsFor], expected: WaitsFor | None
) -> None:
    assert workflow.waits_for(checks, holds_back) == expected


def test_today_only_an_open_identity_check_is_waited_for() -> None:
    for identity, holder in itertools.product(CheckOutcome, CheckOutcome):
        found = workflow.waits_for({CheckKind.IDENTITY: identity, CheckKind.HOLDER: holder}, workflow.HOLDS_BACK)
        assert found == (WaitsFor.IDENTITY if identity == PENDING else None)


@pytest.mark.parametrize(("waits_for", "action"), CELLS)
def test_a_cell_leads_where_the_table_says_and_all_others_are_refused(
    waits_for: WaitsFor, action: SubmissionAction
) -> None:
    wanted = workflow.TABLE[waits_for, action]
    for state, actor in itertools.product(SubmissionState, ActorKind):
        if actor == wanted.by and state == SubmissionState.WAITING:
            assert workflow.decision(state, waits_for, action, actor) == wanted
            continue
        with pytest.raises(RuleBroken) as refused:
            workflow.decision(state, waits_for, action, actor)
        assert refused.value.code == ("not_yours" if actor != wanted.by else "not_waiting")


def test_the_table_is_whole() -> None:
    assert set(workflow.TABLE) == set(CELLS)
    for (_, action), found in workflow.TABLE.items():
        assert found.to != SubmissionState.WAITING
        assert (found.by == ActorKind.CITIZEN) == (action == SubmissionAction.WITHDRAWN)
        # Either the answers become a record, or they return: they are never lost.
        record = action == SubmissionAction.ANSWERED_YES
        assert found.effects == (SubmissionEffect.MAKE_RECORD if record else SubmissionEffect.RETURN_ANSWERS,)
    assert {found.to for found in workflow.TABLE.values()} == set(SubmissionState) - {SubmissionState.WAITING}
