"""Mobile and landline numbers however typed."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.phones import check_mobile, check_phone, mask_phone
from people import numbers
from tests.support.refusals import refusal


@given(numbers.mobiles(), st.sampled_from(["", "+86", "+86 ", "0086", "86", "＋８６－", "(+86)"]), numbers.randoms())
def test_a_mobile_number_however_typed(number: str, prefix: str, rng: Random) -> None:
    noise = " -\u00a0\u3000\u200b\u202d\u2014"
    typed = prefix + "".join(digit + rng.choice(noise) if rng.random() < 0.2 else digit for digit in number)
    assert check_mobile(typed) == number
    assert check_phone(typed) == number
    assert check_mobile(check_mobile(typed)) == number


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "required"),
        (" - ", "required"),
        ("\u3000", "required"),
        ("1380000000", "wrong_length"),
        ("138000000000", "wrong_length"),
        ("+852 5123 4567", "bad_character"),
        ("12800000000", "unknown_prefix"),
        ("02000000000", "unknown_prefix"),
        ("1380000000O", "bad_character"),
        ("1380000000甲", "bad_character"),
        ("١٣٨٠٠٠٠٠٠٠٠", "bad_character"),
        ("13800000000、13900000000", "bad_character"),
        ("1" * 10_000, "too_long"),
    ],
)
def test_a_bad_mobile_number(raw: str, code: str) -> None:
    broken = refusal(check_mobile, raw)
    assert (broken.code, broken.field) == (code, "phone")


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("020-80000000", "020-80000000"),
        ("020 8000 0000", "020-80000000"),
        ("(020)80000000", "020-80000000"),
        ("（０２０）８０００００００", "020-80000000"),
        ("02080000000", "020-80000000"),
        ("020—8000—0000", "020-80000000"),
        ("+86 20 80000000", "020-80000000"),
        ("0086-755-80000000", "0755-80000000"),
        ("+86-010-80000000", "010-80000000"),
        ("0768-2000000", "0768-2000000"),
        ("07682000000", "0768-2000000"),
        ("0755-80000000转123", "0755-80000000-123"),
        ("0755-80000000 ext. 123", "0755-80000000-123"),
        ("0755-80000000-8", "0755-80000000-8"),
        ("0755-80000000#8", "0755-80000000-8"),
        ("020-12345", "020-12345"),
        ("075512345", "0755-12345"),
        ("400-000-0000", "400-000-0000"),
        ("4000-000-000", "400-000-0000"),
        ("8000000000", "800-000-0000"),
    ],
)
def test_landlines_and_service_numbers(raw: str, number: str) -> None:
    assert check_phone(raw) == number
    assert check_phone(number) == number


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "required"),
        ("80000000", "no_area_code"),
        ("8000-0000", "no_area_code"),
        ("2000000", "no_area_code"),
        ("12345", "no_area_code"),
        ("020-8000000", "unreadable_phone"),
        ("020-800000000", "unreadable_phone"),
        ("000-80000000", "unreadable_phone"),
        ("0200-80000000", "unreadable_phone"),
        ("020-80000000-1234567", "unreadable_phone"),
        ("020-80000000、80000001", "unreadable_phone"),
        ("12800000000", "unreadable_phone"),
        ("+852 5123 4567", "unreadable_phone"),
        ("没有", "unreadable_phone"),
        ("0" * 10_000, "too_long"),
    ],
)
def test_a_bad_phone(raw: str, code: str) -> None:
    broken = refusal(check_phone, raw, field="employer_phone")
    assert (broken.code, broken.field) == (code, "employer_phone")


@given(st.text("0123456789-", max_size=20))
def test_a_mask_keeps_length_and_shows_five_characters_at_most(number: str) -> None:
    masked = mask_phone(number)
    assert len(masked) == len(number)
    assert masked.count("*") == (len(number) - 5 if len(number) > 5 else len(number))


def test_the_mask() -> None:
    assert mask_phone("13800000001") == "138******01"
