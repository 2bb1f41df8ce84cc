"""Two books read side by side: everything of both, once, in order, whatever the pages."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.reconciliation import pairing
from kuaiji.reconciliation.pairing import pairs

BOOK = st.sets(st.integers(1, 60))


@given(ours=BOOK, theirs=BOOK, page=st.integers(1, 7), chunk=st.integers(1, 7))
def test_everything_is_paired_once_and_in_order(ours: set[int], theirs: set[int], page: int, chunk: int) -> None:
    def read(after: int) -> tuple[Mapping[int, str], bool]:
        rest = sorted(place for place in theirs if place > after)
        return {place: f"theirs {place}" for place in rest[:page]}, len(rest) > page

    def look(after: int, until: int | None) -> Mapping[int, str]:
        rest = sorted(place for place in ours if place > after and (until is None or place <= until))
        return {place: f"ours {place}" for place in rest[:chunk]}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairing, "CHUNK", chunk)
        batches = list(pairs(0, read, look))
    found = [(pair.place, pair.ours, pair.theirs) for batch in batches for pair in batch]
    assert found == [
        (
            place,
            f"ours {place}" if place in ours else None,
            f"theirs {place}" if place in theirs else None,
        )
        for place in sorted(ours | theirs)
    ]
    assert max(map(len, batches), default=0) <= page + chunk


def test_ours_is_read_after_theirs() -> None:
    read = []

    def theirs(after: int) -> tuple[Mapping[int, int], bool]:
        read.append("theirs")
        return {after + 1: 0}, after < 2

    def ours(after: int, until: int | None) -> Mapping[int, int]:
        read.append("ours")
        return {}

    list(pairs(0, theirs, ours))
    assert read == ["theirs", "ours"] * 3
