"""Check codes: long, readable, and forgiving of how people type."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.archives import check_codes
from tests.support.refusals import refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODES = st.text(ALPHABET, min_size=20, max_size=20)
FULL_WIDTH = {ord(character): ord(character) + 0xFEE0 for character in ALPHABET}


def test_a_code_has_a_hundred_random_bits() -> None:
    made = [check_codes.new_code() for _ in range(200)]
    assert len(set(made)) == 200 and all(len(code) == 20 for code in made)
    assert set("".join(made)) == set(ALPHABET)
    assert len(ALPHABET) ** 20 == 2**100


@given(CODES, st.randoms(use_true_random=False))
def test_what_is_printed_is_read_however_it_is_typed(code: str, rng: random.Random) -> None:
    printed = check_codes.grouped_code(code)
    assert printed.count("-") == 4
    for typed in (printed, printed.lower(), code, printed.replace("-", " "), printed.translate(FULL_WIDTH)):
        assert check_codes.read_code(f" {typed} ") == code
    misread = "".join(rng.choice({"0": "0Oo", "1": "1IiLl"}.get(character, character)) for character in code)
    assert check_codes.read_code(misread) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("8K2M-4QXT", "code_length"),
        ("8K2M-4QXT-9D0R-7WAB-3HCNX", "code_length"),
        ("8K2M-4QXT-9D0R-7WAB-3HCU", "code_character"),
        ("校验码在纸面左下角", "code_character"),
        ("9" * 500, "code_length"),
    ],
)
def test_a_refusal_says_what_is_wrong(typed: str, code: str) -> None:
    assert refusal(check_codes.read_code, typed).code == code


def test_what_is_kept_is_neither_the_code_nor_made_without_the_ring() -> None:
    code = check_codes.new_code()
    kept = check_codes.code_fingerprint(code)
    assert len(kept) == 32 and code.encode() not in kept
    assert check_codes.code_fingerprints(code)[0] == kept
