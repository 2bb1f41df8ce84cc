"""统一社会信用代码: both check characters, every position named."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common import credit_codes
from kuaiji.common.errors import RuleBroken
from people import numbers
from tests.support.refusals import refusal

STANDARD = "91350100M000100Y43"  # the example of GB 32100-2015


def verdict(raw: str) -> bool:
    try:
        credit_codes.check(raw)
    except RuleBroken:
        return False
    return True


@given(numbers.usccs())
def test_a_right_code_comes_back_unchanged(code: str) -> None:
    assert credit_codes.check(code) == code
    assert credit_codes.normalise(credit_codes.normalise(code)) == credit_codes.normalise(code)


@pytest.mark.parametrize(
    "raw",
    [
        STANDARD,
        STANDARD.lower(),
        " 91350100-M000100Y-43 ",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "9135\u30000100\u200bM000100Y43",
    ],
)
def test_the_example_of_the_standard_however_typed(raw: str) -> None:
    assert credit_codes.check(raw) == STANDARD


@given(numbers.usccs(), st.integers(0, 17), st.sampled_from(credit_codes.ALPHABET))
def test_every_change_of_one_character_is_refused(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert verdict(changed) == (changed == code)


@given(numbers.usccs())
def test_every_swap_of_neighbours_is_refused(code: str) -> None:
    for place in range(17):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert verdict(swapped) == (swapped == code)


def test_the_organisation_code_is_checked_on_its_own() -> None:
    body = STANDARD[:16] + "0"
    assert refusal(credit_codes.check, body + credit_codes.check_digit(body)).code == "wrong_organisation_digit"


def test_codes_of_every_register_pass_also_those_from_a_letter() -> None:
    rng = Random(32100)
    codes = [numbers.valid_uscc(rng) for _ in range(500)]
    assert {code[:2] for code in codes} >= {"A1", "N1", "N2", "N3", "Y1", "54", "91"}
    assert all(map(verdict, codes))


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [
        ("", "required", "请填写"),
        ("\u3000 ", "required", "请填写"),
        (STANDARD[:17], "wrong_length", "17位"),
        (STANDARD + "0", "wrong_length", "19位"),
        ("350100400000001", "wrong_length", "15位"),
        ("9" * 10_000, "wrong_length", "18位"),
        ("91350100M000I00Y43", "bad_character", "第13位是否为数字1"),
        ("9135O100M000100Y43", "bad_character", "第5位是否为数字0"),
        ("91350100M000100Y4Z", "bad_character", "第18位是否为数字2"),
        ("91350100M000100YS3", "bad_character", "第17位是否为数字5"),
        ("91350100V000100Y43", "bad_character", "第9位"),
        ("9A350100M000100Y43", "bad_character", "第2位应为数字"),
        ("9135010AM000100Y43", "bad_character", "第8位应为数字"),
        ("91350100M0*0100Y43", "bad_character", "第11位"),
        ("91350100M甲00100Y43", "bad_character", "第10位"),
        ("01350100M000100Y43", "unknown_register", "第1位"),
        ("90350100M000100Y43", "unknown_register", "第2位"),
        ("91350100M000100043", "wrong_organisation_digit", "第9至17位"),
        ("91350100M000100Y44", "wrong_check_digit", "末位"),
    ],
)
def test_a_bad_code_is_refused_and_the_place_named(raw: str, code: str, words: str) -> None:
    broken = refusal(credit_codes.check, raw)
    assert (broken.code, broken.field) == (code, "employer_uscc")
    assert words in broken.message


def test_the_field_is_the_caller_s() -> None:
    assert refusal(credit_codes.check, "", field="uscc").field == "uscc"
