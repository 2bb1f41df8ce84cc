"""Numbers as text: one spelling, one mask, and not one wrong verdict over many generated numbers."""

import datetime as dt
import sys
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common import documents
from kuaiji.common.documents import DocumentType as Type
from kuaiji.common.documents import cards
from kuaiji.common.errors import RuleBroken
from people import numbers
from people.numbers import TODAY
from tests.support.refusals import refusal

BLANKS = " \u00a0\u2003\u3000\u200b\ufeff\t"
DASHES = "-\u2010\u2013\u2014\u2212\uff0d\ufe63"


def verdict(kind: Type, raw: str) -> bool:
    try:
        documents.check(kind, raw, today=TODAY)
    except RuleBroken:
        return False
    return True


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


def badly_typed(number: str, rng: Random) -> str:
    """The same number as a hurried person types it."""
    written = full_width(number) if rng.random() < 0.5 else number.lower()
    noise = ((rng.choice(BLANKS + DASHES) if rng.random() < 0.3 else "") + character for character in written)
    return rng.choice(BLANKS) + "".join(noise) + rng.choice(BLANKS)


@given(numbers.typed_numbers(), numbers.randoms())
def test_a_badly_typed_number_is_understood(given_number: tuple[Type, str], rng: Random) -> None:
    kind, number = given_number
    document = documents.check(kind, badly_typed(number, rng), today=TODAY)
    assert document.number == number


@pytest.mark.parametrize("cross", "xXｘＸ×ХхΧχ✕✖╳")
def test_every_cross_is_an_x(cross: str) -> None:
    assert documents.normalise(f"11010519491231002{cross}") == "11010519491231002X"


def test_characters_and_brackets_of_other_documents() -> None:
    assert documents.normalise("军字第 ２００１９８８ 号") == "军字第2001988号"
    assert documents.normalise("0000000101（b）") == "0000000101B"


def test_normalising_twice_changes_nothing_for_any_character() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    once = documents.normalise(every)
    assert documents.normalise(once) == once


@given(st.text())
def test_normalising_twice_changes_nothing_for_any_text(raw: str) -> None:
    once = documents.normalise(raw)
    assert documents.normalise(once) == once


@given(numbers.eighteen_digit_numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_change_of_one_character_is_refused(given_number: tuple[Type, str], place: int, other: str) -> None:
    kind, number = given_number
    changed = number[:place] + other + number[place + 1 :]
    assert verdict(kind, changed) == (changed == number)


@given(numbers.eighteen_digit_numbers())
def test_every_swap_of_neighbours_is_refused(given_number: tuple[Type, str]) -> None:
    kind, number = given_number
    for place in range(17):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert verdict(kind, swapped) == (swapped == number)


@given(numbers.eighteen_digit_numbers(), st.integers(1, 17))
def test_every_number_cut_short_is_refused(given_number: tuple[Type, str], length: int) -> None:
    kind, number = given_number
    assert not verdict(kind, number[:length])


def test_not_one_wrong_verdict_on_good_numbers() -> None:
    rng = Random(11643)
    good = [(kind, numbers.valid_number(rng, kind)) for kind in Type for _ in range(100)]
    assert len(good) >= 500
    assert [row for row in good if not verdict(*row)] == []


def test_not_one_wrong_verdict_on_bad_numbers() -> None:
    rng = Random(11643)
    cards_made = {
        Type.RESIDENT_ID: numbers.resident_id,
        Type.HK_MACAO_RESIDENCE: numbers.hk_macao_residence,
        Type.TAIWAN_RESIDENCE: numbers.taiwan_residence,
        Type.FOREIGN_PERMANENT_RESIDENCE: numbers.new_permanent_residence,
    }
    bad = [(kind, spoilt) for kind, make in cards_made.items() for _ in range(50) for spoilt in spoil(make(rng), rng)]
    assert len(bad) >= 500
    assert [row for row in bad if verdict(*row)] == []


def spoil(number: str, rng: Random) -> list[str]:
    """The number with one fault each of the kinds that happen."""

    def rechecked(body: str) -> str:
        return body + cards.check_digit(body)

    other = rng.choice([digit for digit in "0123456789X" if digit != number[17]])
    return [
        number[:17] + other,
        number[:17],
        number + number[17],
        number[:9] + rng.choice("OIlZ甲*") + number[10:],
        rechecked("00" + number[2:17]),
        rechecked("99" + number[2:17]),
        rechecked(f"{number[:10]}1301{number[14:17]}"),
        rechecked(f"{number[:10]}0230{number[14:17]}"),
        rechecked(f"{number[:6]}1899{number[10:17]}"),
        rechecked(f"{number[:6]}2077{number[10:17]}"),
        rechecked(f"{number[:6]}20200105{number[14:17]}"),
        number[:6] + number[8:17],
    ]


@given(numbers.randoms(), numbers.births())
def test_fifteen_digits_become_the_number_of_today(rng: Random, born: dt.date) -> None:
    number = numbers.resident_id(rng, born=born.replace(year=1900 + born.year % 100, day=min(born.day, 28)))
    old = number[:6] + number[8:17]
    assert documents.convert_15_digits(badly_typed(old, rng)) == number


@pytest.mark.parametrize("raw", ["", "11010549123100", "1101054912310021", "11010549123100X", "甲10105491231002"])
def test_only_fifteen_digits_are_converted(raw: str) -> None:
    assert refusal(documents.convert_15_digits, raw).code == "not_fifteen_digits"


@given(st.text("0123456789X", max_size=30))
def test_a_mask_keeps_length_and_shows_two_characters_at_most(number: str) -> None:
    masked = documents.mask(number)
    assert len(masked) == len(number)
    assert len(masked.replace("*", "")) == (2 if len(number) > 2 else 0)


def test_mask_and_groups() -> None:
    assert documents.mask("11010519491231002X") == "1****************X"
    assert documents.grouped("11010519491231002X") == "110105 19491231 002X"
    assert documents.grouped("H00000001") == "H00000001"
    assert documents.normalise(documents.grouped("11010519491231002X")) == "11010519491231002X"
