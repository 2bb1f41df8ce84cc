"""Lines, names, e-mail addresses."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common import text
from kuaiji.common.errors import RuleBroken
from tests.support.refusals import refusal

BLANK_RUNS = [" ", "\u3000", "\t", "\r\n", "\u00a0 ", "\u2028", " \u3000\u2003"]
UNSEEN = ["\u200b", "\ufeff", "\u2060", "\u00ad"]
BAD_CHARACTERS = [
    "\x00", "\x07", "\x1f", "\x7f", "\x85", "\ud800", "\udfff", "\u202e", "\u202d", "\u2066", "\u200e", "\ue000",
    "\U000f0000", "\U0010fffd", "\ufffe", "\uffff", "\U0002ffff", "\u0378", "\U000e0001", "\ufff9",
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


def test_every_blank_of_unicode_is_a_blank() -> None:
    blanks = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Zs", "Zl", "Zp"}]
    assert all(line(f"甲{blank}乙") == "甲 乙" for blank in blanks)


@pytest.mark.parametrize(
    "kept", ["A&B <有限> 公司", "１２３ Ａ", "ﬁ①㈱", "e\u0301", "\u200dक्\u200d", "\U00031350\U0002ebf0", "\uf9d1", "😀"]
)
def test_everything_else_of_a_line_stays_as_typed(kept: str) -> None:
    assert line(kept) == kept


@pytest.mark.parametrize("bad", BAD_CHARACTERS)
def test_characters_that_are_none_are_refused_and_their_place_named(bad: str) -> None:
    broken = refusal(line, f"甲 乙{bad}丙")
    assert broken.code == "bad_character"
    assert "第4个字" in broken.message


@pytest.mark.parametrize("bad", BAD_CHARACTERS)
def test_a_name_has_no_characters_that_are_none(bad: str) -> None:
    assert refusal(text.clean_name, f"甲乙{bad}丙").code == "bad_character"


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


NAMES = [
    "张三",
    "欧阳 娜娜",
    "李〇",
    "佐々木",
    "𬍛𠮷𫍣",  # extensions E, B, D
    "\u3400\U0002a700\U0002b740\U0002b820\U0002ceb0\U00030000\U00031350\U0002ebf0\U000323b0",  # A and C to J
    "\uf9d1\U0002f800",  # compatibility ideographs are not replaced
    "葛\U000e0100城",
    "祇\ufe00园",
    "阿卜杜热合曼·买买提",
    "Jean-Luc d'Artagnan",
    "J. R. O’Neil",
    "Nguyễn Thị Hương",
    "e\u0301lodie",
    "Ольга Иванова",
    "محمد علي",
    "ياقۇپ",
    "བསྟན་འཛིན",
    "ᠰᠠᠷᠠ\u180eᠠ",
    "किरण",
    "Ａｎｎａ",
    "甲" * 50,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_script_stays_as_typed(name: str) -> None:
    assert text.clean_name(name) == name
    assert text.clean_name(f"\u3000{name}\u200b \n") == name


@pytest.mark.parametrize("dot", "·‧•∙⋅ᐧ・･．․●⸱·⸳ꞏ﹒.")
def test_every_dot_of_a_name_is_the_same_dot(dot: str) -> None:
    assert text.clean_name(f"阿卜杜{dot}买买提") == "阿卜杜·买买提"
    assert text.clean_name(f"𫍣{dot}𬍛") == "𫍣·𬍛"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "required"),
        ("\u3000", "required"),
        ("甲" * 51, "too_long"),
        ("张3", "digit"),
        ("张３", "digit"),
        ("张٣", "digit"),
        ("<b>张三</b>", "bad_character"),
        ("张&三", "bad_character"),
        ("张三；", "bad_character"),
        ("张_三", "bad_character"),
        ("张三Ⅲ", "bad_character"),
        ("张😀", "bad_character"),
        ("⽂三", "bad_character"),
        ("⿰亻三", "bad_character"),
        ("· -", "no_letter"),
        ("\u0301", "no_letter"),
    ],
)
def test_a_bad_name(raw: str, code: str) -> None:
    broken = refusal(text.clean_name, raw)
    assert (broken.code, broken.field) == (code, "name")


def test_a_character_of_an_old_private_font_is_called_that() -> None:
    assert refusal(text.clean_name, "张\ue863").message == "姓名第2个字是自造字，请换成标准字"


@given(st.text(max_size=60))
def test_a_clean_name_stays_as_it_is(raw: str) -> None:
    try:
        clean = text.clean_name(raw)
    except RuleBroken:
        return
    assert 1 <= len(clean) <= 50
    assert text.clean_name(clean) == clean


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("Zhang.San+1@Example.COM", "Zhang.San+1@example.com"),
        (" a@b.cn\u3000", "a@b.cn"),
        ("ａ＠ｂ。ｃｎ", "a@b.cn"),
        ("a@例子.中国", "a@例子.中国"),
        ("a@xn--fsqu00a.xn--fiqs8s", "a@例子.中国"),
        ("a_b-c@mail.b-c.com.cn", "a_b-c@mail.b-c.com.cn"),
        ("x" * 64 + "@b.cn", "x" * 64 + "@b.cn"),
    ],
)
def test_email_addresses(raw: str, address: str) -> None:
    assert text.clean_email(raw) == address
    assert text.clean_email(address) == address


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "required"),
        ("nobody", "no_at"),
        ("@b.cn", "bad_local"),
        ("a..b@c.cn", "bad_local"),
        (".a@c.cn", "bad_local"),
        ("a b@c.cn", "bad_local"),
        ("张@c.cn", "bad_local"),
        ("a@b@c.cn", "bad_local"),
        ("a\x00@c.cn", "bad_local"),
        ("a\r\nBcc: b@c.cn", "bad_local"),
        ("x" * 65 + "@c.cn", "bad_local"),
        ("a@", "bad_domain"),
        ("a@b", "bad_domain"),
        ("a@b..cn", "bad_domain"),
        ("a@b.cn.", "bad_domain"),
        ("a@-b.cn", "bad_domain"),
        ("a@b_c.cn", "bad_domain"),
        ("a@127.0.0.1", "bad_domain"),
        ("a@[127.0.0.1]", "bad_domain"),
        ("a@xn--.cn", "bad_domain"),
        ("a@" + "b" * 64 + ".cn", "bad_domain"),
        ("a@\ud800.cn", "bad_domain"),
        ("a@" + ".".join(["b" * 60] * 5), "too_long"),
        ("a" * 10_000 + "@b.cn", "too_long"),
    ],
)
def test_a_bad_email_address(raw: str, code: str) -> None:
    broken = refusal(text.clean_email, raw)
    assert (broken.code, broken.field) == (code, "email")


@given(st.text(max_size=40) | st.emails())
def test_a_clean_email_address_stays_as_it_is(raw: str) -> None:
    try:
        clean = text.clean_email(raw)
    except RuleBroken:
        return
    assert text.clean_email(clean) == clean


@pytest.mark.parametrize(
    "flood",
    ["a" * 100_000, "甲" * 100_000, " " * 100_000, "a. " * 33_333, "e" + "\u0301\u0316" * 50_000, "\ufdfa" * 100_000],
)
def test_a_flood_of_text_is_refused_everywhere(flood: str) -> None:
    assert refusal(line, flood).code in {"too_long", "required"}
    assert refusal(text.clean_name, flood).code in {"too_long", "required"}
    assert refusal(text.clean_email, flood).code == "too_long"


def test_compact_keeps_one_kind_of_dash_and_no_blanks() -> None:
    assert text.compact("２０２０ — ０７\u2212０１\u3000\u200b") == "2020-07-01"
