"""Lines, numbers, and what is searched for."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common import text
from kuaiji.common.email_addresses import clean_email
from kuaiji.common.errors import RuleBroken
from kuaiji.common.names import clean_name
from tests.support.refusals import refusal

BLANK_RUNS = [" ", "\u3000", "\t", "\r\n", "\u00a0 ", "\u2028", " \u3000\u2003", "\x0b", "\x85", "\u2800"]
# Zero width, joiners, direction marks, fillers of Hangul, Khmer vowels, selectors, tags.
UNSEEN = [
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e", "\u200b", "\u200c", "\u200d",
    "\u200e", "\u200f", "\u202a", "\u202c", "\u202d", "\u202e", "\u2060", "\u2061", "\u2066", "\u2069", "\u3164",
    "\ufeff", "\uffa0", "\ufff0", "\U0001d173", "\U000e0001", "\U000e0041",
]  # fmt: skip
BAD_CHARACTERS = [
    "\x00", "\x07", "\x1f", "\x7f", "\x9b", "\ud800", "\udfff", "\ue000",
    "\U000f0000", "\U0010fffd", "\ufffe", "\uffff", "\U0002ffff", "\u0378", "\ufff9",
    "\ufffc", "\ufffd",
]  # fmt: skip


def line(raw: str, *, limit: int = 20, required: bool = True) -> str:
    return text.clean_line(raw, field="employer_name", label="工作单位", limit=limit, required=required)


@pytest.mark.parametrize("blank", BLANK_RUNS)
def test_blanks_are_tidied(blank: str) -> None:
    assert line(f"{blank}广州{blank}公司{blank}") == "广州 公司"


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_nobody_sees_is_dropped(unseen: str) -> None:
    assert line(f"{unseen}广州{unseen}公司") == "广州公司"


def test_everything_that_unicode_calls_ignorable_is_left_out() -> None:
    """All of category Cf but what is drawn: signs before numbers, notes between lines, quadrats of hieroglyphs."""
    drawn = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13456)}
    drawn |= {0xFFF9, 0xFFFA, 0xFFFB}
    formats = {code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"} - drawn
    left = [f"{code:x}" for code in formats if line(f"甲{chr(code)}乙") != "甲乙"]
    assert left == []


@pytest.mark.parametrize(
    "kept",
    [
        "می\u200cخواهم",
        "श्री\u200dराम",
        "ક્\u200d",
        "ᠰᠠᠷᠠ\u180eᠠ",
        "ᠠ\u180bᠠ",
        "葛\U000e0100城",
        "祇\ufe00园",
        "𠮷\U000e01ef",
    ],
)
def test_what_shapes_a_letter_stays_where_it_does(kept: str) -> None:
    assert line(kept) == kept
    for mark in re.findall("[\u180b-\u180e\u200c\u200d\ufe00\U000e0100-\U000e01ef]", kept):
        assert line(f"{mark}a{mark}b{mark}") == "ab"
        assert line(kept.replace(mark, mark * 3)) == kept


def test_every_blank_of_unicode_is_a_blank() -> None:
    blanks = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Zs", "Zl", "Zp"}]
    assert all(line(f"甲{blank}乙") == "甲 乙" for blank in blanks)


@pytest.mark.parametrize(
    "kept", ["A&B <有限> 公司", "１２３ Ａ", "ﬁ①㈱", "e\u0301", "क्\u200d", "\U00031350\U0002ebf0", "\uf9d1", "😀"]
)
def test_everything_else_of_a_line_stays_as_typed(kept: str) -> None:
    assert line(kept) == kept


@pytest.mark.parametrize("bad", BAD_CHARACTERS)
def test_characters_that_are_none_are_refused_and_their_place_named(bad: str) -> None:
    broken = refusal(line, f"甲 乙{bad}丙")
    assert broken.code == "bad_character"
    assert "第4个字" in broken.message


def test_length_of_a_line() -> None:
    assert line("𬍛" * 20) == "𬍛" * 20
    assert refusal(line, "𬍛" * 21).message == "工作单位最多20个字，现有21个，请删减"
    assert refusal(line, " \u200b").message == "请填写工作单位"
    assert line(" \u200b", required=False) == ""


@given(st.text(max_size=60))
def test_a_clean_line_is_a_line_and_stays_as_it_is(raw: str) -> None:
    try:
        clean = line(raw, limit=60, required=False)
    except RuleBroken:
        return
    assert line(clean, limit=60, required=False) == clean
    assert clean == clean.strip()
    assert len(clean.splitlines()) <= 1


@pytest.mark.parametrize(
    "flood",
    ["a" * 100_000, "甲" * 100_000, " " * 100_000, "a. " * 33_333, "e" + "\u0301\u0316" * 50_000, "\ufdfa" * 100_000],
)
def test_a_flood_of_text_is_refused_everywhere(flood: str) -> None:
    assert refusal(line, flood).code in {"too_long", "required"}
    assert refusal(clean_name, flood).code in {"too_long", "required"}
    assert refusal(clean_email, flood).code == "too_long"


def test_compact_keeps_one_kind_of_dash_and_no_blanks() -> None:
    assert text.compact("２０２０ — ０７\u2212０１\u3000\u200b") == "2020-07-01"


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda one: f"{ord(one):x}")
def test_numbers_have_nothing_unseen(unseen: str) -> None:
    assert text.compact(f"{unseen}44{unseen}01{unseen}") == "4401"


@pytest.mark.parametrize(
    "mark", ["'", "＇", "\u2018", "\u2019", "`", "\u00b4", "\u2032", '"', "＂", "\u201c", '="', "'\u200b", " '"]
)
def test_a_sheets_mark_of_text_is_no_part_of_a_number(mark: str) -> None:
    assert text.compact(f"{mark}440000199003070016") == "440000199003070016"
    assert text.compact(f'{mark}２０２０-０７-０１"') == "2020-07-01"


@pytest.mark.parametrize(
    ("typed", "words", "name"),
    [
        ("示例\u200b第００１", "示例第001", "示例第001"),
        ("\u202a示例\u202c 第001", "示例 第001", "示例第001"),
        ("广州\u3000荔湾", "广州 荔湾", "广州荔湾"),
        ("ＡＢＣ　公司", "ABC 公司", "ABC公司"),
        ("Acme  Trading", "Acme Trading", "Acme Trading"),
        ("示例（集团）", "示例（集团）", "示例（集团）"),
        ("\0示\x07例\ud800", "示例", "示例"),
        ("", "", ""),
        ("\u200b \u3164", "", ""),
        ("甲" * 50, "甲" * 40, "甲" * 40),
    ],
)
def test_what_is_searched_for(typed: str, words: str, name: str) -> None:
    assert text.searched(typed, 40) == text.searched(words, 40) == words
    assert text.searched_name(typed, 40) == text.searched_name(name, 40) == name
