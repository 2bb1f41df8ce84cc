"""Our check digits and our canonical JSON beside libraries of others, which know nothing of us."""

import string
from random import Random

import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from kuaiji.common import credit_codes
from kuaiji.common.documents import cards
from kuaiji_signed import canonical
from kuaiji_wire.errors import BadJson
from people import numbers

UNASSIGNED = "0"  # stands for a check digit that is to be computed
# Half characters are no text, and what a name is sorted by differs above U+FFFF.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.LARGEST, canonical.LARGEST) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.text(string.digits, min_size=17, max_size=17))
def test_the_last_character_of_a_resident_id_is_that_of_the_library(body: str) -> None:
    assert cards.check_digit(body) == ric.calc_check_digit(body + UNASSIGNED)


@given(st.integers())
def test_the_library_takes_the_numbers_of_our_made_up_people(seed: int) -> None:
    number = numbers.resident_id(Random(seed))
    assert ric.calc_check_digit(number) == number[-1]
    assert numbers.BORN_FIRST <= ric.get_birth_date(number) <= numbers.BORN_LAST


@given(st.text(credit_codes.ALPHABET, min_size=17, max_size=17))
def test_the_last_character_of_a_credit_code_is_that_of_the_library(body: str) -> None:
    assert credit_codes.check_digit(body) == uscc.calc_check_digit(body + UNASSIGNED)


@given(st.integers(), st.integers(0, 17), st.sampled_from(credit_codes.ALPHABET))
def test_what_we_take_for_a_credit_code_the_library_takes_too(seed: int, place: int, other: str) -> None:
    code = numbers.valid_uscc(Random(seed))
    assert uscc.calc_check_digit(code) == code[-1]
    changed = code[:place] + other + code[place + 1 :]
    assert (uscc.calc_check_digit(changed) == changed[-1]) == (changed == code)


@given(VALUES)
@example({"\U00010000": 1, "\ufffd": [{"\U0001f600": 2, "\ue000": 3}]})
def test_canonical_json_is_that_of_the_library(value: object) -> None:
    assert canonical.dump(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.integers(min_value=canonical.LARGEST + 1) | st.integers(max_value=-canonical.LARGEST - 1))
def test_numbers_that_not_everybody_holds_are_refused_by_both(number: int) -> None:
    for dump, refusal in ((canonical.dump, BadJson), (rfc8785.dumps, rfc8785.IntegerDomainError)):
        try:
            dump(number)
        except refusal:
            continue
        raise AssertionError(f"{dump.__module__} wrote {number}")
