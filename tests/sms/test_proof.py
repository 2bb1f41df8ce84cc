"""The proof of a provider that says nothing, scaled down."""

import pytest

from prove.support import hanging


@pytest.mark.race
def test_while_a_provider_says_nothing_no_connection_is_held_and_the_next_one_carries_all() -> None:
    found, wrong = hanging.figures(4)
    assert wrong == [] and found["sent"] == 8
