"""Key ids, and keys as they are written down."""

from collections.abc import Callable

import pytest

from kuaiji_wire.keys import KeyBook, dump_private_key, dump_public_key, load_private_key, load_public_key, owner_of
from people.wire_samples import HUB_KEY, PRIVATE, PUBLIC


def test_a_key_is_read_back_as_it_was_written() -> None:
    for keyid, text in PRIVATE.items():
        assert dump_private_key(load_private_key(text)) == text
        assert dump_public_key(load_public_key(PUBLIC[keyid])) == PUBLIC[keyid]


@pytest.mark.parametrize(
    ("keyid", "owner"),
    [
        ("440000:2026-1", "440000"),
        ("hub:a.b_c-1", "hub"),
        ("44000:1", None),
        ("hub:", None),
        ("hub:" + "a" * 41, None),
        ("hub:a\n", None),
        ("Hub:1", None),
        ("440000:甲", None),
        ("４４００００:1", None),
    ],
)
def test_the_owner_stands_in_the_key_id(keyid: str, owner: str | None) -> None:
    assert owner_of(keyid) == owner


def test_a_book_finds_what_it_holds_and_takes_no_other_ids() -> None:
    book = KeyBook(PUBLIC)
    assert book.find(HUB_KEY) == load_public_key(PUBLIC[HUB_KEY])
    assert book.find("440000:test-2") is None
    with pytest.raises(ValueError, match="key id"):
        KeyBook({"guangdong": PUBLIC[HUB_KEY]})


@pytest.mark.parametrize("text", ["", "c2VjcmV0", "!" * 44, "secret key that nobody may see"])
@pytest.mark.parametrize("load", [load_private_key, load_public_key])
def test_what_is_no_key_is_refused_without_being_quoted(load: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in base64") as refused:
        load(text)
    assert refused.value.__context__ is None or text not in str(refused.value.__context__) or not text
