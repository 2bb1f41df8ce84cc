"""Ids: made in order, and read from what others send."""

import uuid

import pytest

from kuaiji.common.ids import as_uuid, uuid7


def test_what_is_an_id_is_read_however_it_is_written() -> None:
    made = uuid7()
    assert [as_uuid(given) for given in (made, str(made), made.hex, str(made).upper())] == [made] * 4


@pytest.mark.parametrize("given", [None, "", "1", "x" * 36, 7, str(uuid.UUID(int=0))[:-1], "汉字", "a\0b"])
def test_what_is_none_is_none(given: object) -> None:
    assert as_uuid(given) is None
