"""What the own page says under 接下来, for every status of a collection."""

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.standing.next_steps import NextStep, next_step

# No record has these before bureaux review at the staff desk: whoever sets them first adds what the page says.
WAITING = {CollectionStatus.UNDER_REVIEW, CollectionStatus.RETURNED}


@pytest.mark.parametrize("status", [status for status in CollectionStatus if status not in WAITING])
def test_every_status_has_a_next_step_with_a_page_of_its_own(status: CollectionStatus) -> None:
    step = next_step(status)
    assert step.name == status.value
    assert get_template(step.template)


@pytest.mark.parametrize("status", sorted(WAITING))
def test_a_status_that_nobody_can_have_yet_fails_loudly(status: CollectionStatus) -> None:
    with pytest.raises(LookupError, match=status.value):
        next_step(status)


@pytest.mark.parametrize("status", [status for status in CollectionStatus if status not in WAITING])
def test_a_refused_claim_is_told_to_who_has_no_record(status: CollectionStatus) -> None:
    before_a_record = status in (CollectionStatus.NOT_STARTED, CollectionStatus.DRAFT)
    step = next_step(status, claim_failed=True)
    assert (step.name == "claim_refused") == before_a_record
    assert get_template(step.template)


def test_dates_are_told_of_the_records_they_are_true_of() -> None:
    steps = {status: next_step(status) for status in CollectionStatus if status not in WAITING}
    currency = {status for status, step in steps.items() if step.tells_currency}
    assert currency == {CollectionStatus.COLLECTED, CollectionStatus.TRANSFERRING_OUT}
    without = {status for status, step in steps.items() if not step.tells_collection}
    assert without == {CollectionStatus.TO_COMPLETE, CollectionStatus.AWAITING_CHECK}


def test_a_step_without_a_page_is_found_out() -> None:
    with pytest.raises(TemplateDoesNotExist):
        get_template(NextStep("nowhere").template)
