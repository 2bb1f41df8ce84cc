"""The generated employers: many, formally right, and plainly nobody's."""

import re
import string

import pytest

from kuaiji.common.credit_codes import ALPHABET
from kuaiji_standins.register import EIGHT_DIGIT_AREAS, credit_code, employers

EMPLOYERS = list(employers())


def test_the_worked_example_of_the_standard() -> None:
    assert credit_code("91", "350100", "M000100Y") == "91350100M000100Y43"


def _is_right(code: str) -> bool:
    """GB 32100 and GB 11714 the other way round: the weighted sums with their checks are multiples of 31 and 11."""
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
    whole = sum(ALPHABET.index(character) * weight for character, weight in zip(code, weights, strict=True))
    alphabet = string.digits + string.ascii_uppercase
    check = 10 if code[16] == "X" else int(code[16])
    organisation = (
        sum(alphabet.index(c) * w for c, w in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) + check
    )
    return whole % 31 == 0 and organisation % 11 == 0


def test_every_credit_code_is_right_and_its_own() -> None:
    codes = {entry["uscc"] for entry in EMPLOYERS}
    assert len(codes) == len(EMPLOYERS)
    assert all(_is_right(code) for code in codes)
    assert {code[16] for code in codes} == set("0123456789X")


def test_one_wrong_character_is_never_right() -> None:
    code = EMPLOYERS[0]["uscc"]
    for place, character in enumerate(code):
        others = [other for other in ALPHABET if other != character and (place != 16 or other in "0123456789X")]
        assert not any(_is_right(code[:place] + other + code[place + 1 :]) for other in others)


def test_there_are_about_three_thousand_with_names_of_their_own() -> None:
    assert 2_900 <= len(EMPLOYERS) <= 3_100
    assert len({entry["name"] for entry in EMPLOYERS}) == len(EMPLOYERS)


def test_the_same_register_every_time() -> None:
    assert list(employers()) == EMPLOYERS


def test_every_name_says_that_it_is_an_example() -> None:
    assert all(re.fullmatch(r"\w+?市\w\w示例第\d{3}\w+", entry["name"]) for entry in EMPLOYERS)


def test_every_county_has_every_trade() -> None:
    divisions = {entry["division_code"] for entry in EMPLOYERS}
    assert len(divisions) == 124
    assert {"440103", "440305", "441900", "442000"} <= divisions
    assert all(entry["uscc"][2:8] == entry["division_code"] for entry in EMPLOYERS)
    assert {entry["economic_type"] for entry in EMPLOYERS} == {"01", "02", "03", "04", "05", "06", "07", "08"}


@pytest.mark.parametrize("entry", EMPLOYERS[:: len(EMPLOYERS) // 50], ids=lambda entry: str(entry["uscc"]))
def test_telephones_have_the_length_of_their_area_and_no_subscriber(entry: dict[str, str]) -> None:
    area, local = entry["phone"].split("-")
    assert len(local) == (8 if area in EIGHT_DIGIT_AREAS else 7)
    assert local.startswith("9")
