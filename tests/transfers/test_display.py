"""What a page says of a transfer, for every state of it."""

import datetime as dt

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from kuaiji.transfers.display import ShownIn, ShownOut
from kuaiji.transfers.enums import InState, OutState
from kuaiji.transfers.models import TransferIn, TransferOut
from kuaiji.transfers.workflow import OPEN_IN, OPEN_OUT


@pytest.mark.parametrize("state", OutState)
def test_every_state_of_a_transfer_out_has_words(state: OutState) -> None:
    row = TransferOut(state=state)
    assert get_template(ShownOut(row, 1).next_template)
    row.withdraw_asked_at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    is_withdrawing = ShownOut(row, 1).next_template == "transfers/out_next/withdrawing.html"
    assert is_withdrawing == (state in OPEN_OUT) and get_template(ShownOut(row, 1).next_template)


@pytest.mark.parametrize("state", InState)
def test_an_open_claim_has_words_and_a_decided_one_waits_for_nothing(state: InState) -> None:
    shown = ShownIn(TransferIn(state=state))
    if state in OPEN_IN:
        assert get_template(shown.next_template)
    else:
        with pytest.raises(TemplateDoesNotExist):
            get_template(shown.next_template)
