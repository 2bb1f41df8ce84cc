"""Names as documents print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.documents import DocumentType
from kuaiji.common.errors import RuleBroken
from kuaiji.common.names import clean_name
from tests.support.refusals import refusal

BAD_CHARACTERS = [
    "\x00", "\x07", "\x1f", "\x7f", "\x9b", "\ud800", "\udfff", "\ue000",
    "\U000f0000", "\U0010fffd", "\ufffe", "\uffff", "\U0002ffff", "\u0378", "\ufff9",
    "\ufffc", "\ufffd",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_CHARACTERS)
def test_a_name_has_no_characters_that_are_none(bad: str) -> None:
    assert refusal(clean_name, f"甲乙{bad}丙").code == "bad_character"


NAMES = [
    "张三",
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
    "Smith John",
    "Qadirʼoglu",
    "甲" * 50,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_script_stays_as_typed(name: str) -> None:
    assert clean_name(name) == name
    assert clean_name(f"\u3000{name}\u200b \n") == name


@pytest.mark.parametrize("dot", "·‧•∙⋅ᐧ・･．․●⸱·⸳ꞏ﹒.")
def test_every_dot_of_a_name_is_the_same_dot(dot: str) -> None:
    assert clean_name(f"阿卜杜{dot}买买提") == "阿卜杜·买买提"
    assert clean_name(f"𫍣{dot}𬍛") == "𫍣·𬍛"


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
    broken = refusal(clean_name, raw)
    assert (broken.code, broken.field) == (code, "name")


def test_a_character_of_an_old_private_font_is_called_that() -> None:
    assert refusal(clean_name, "张\ue863").message == "姓名第2个字是自造字，请换成标准字"


@given(st.text(max_size=60))
def test_a_clean_name_stays_as_it_is(raw: str) -> None:
    try:
        clean = clean_name(raw)
    except RuleBroken:
        return
    assert 1 <= len(clean) <= 50
    assert clean_name(clean) == clean


UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u3164"
UNSEEN += "\ufe0f\ufeff\uffa0\U000e0001\U000e0041"


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda one: f"{ord(one):x}")
def test_what_nobody_sees_is_left_out_of_a_name(unseen: str) -> None:
    for raw in (f"{unseen}李明", f"李明{unseen}", f"{unseen}李{unseen * 2} 明"):
        assert clean_name(raw) == "李明"


@pytest.mark.parametrize("blank", " \u00a0\u2003\u2028\u2800\u3000\t\n\x0b\x85", ids=lambda one: f"{ord(one):x}")
def test_blanks_stand_between_words_of_letters_alone(blank: str) -> None:
    assert clean_name(f"王{blank}明") == clean_name(f"{blank}王{blank}{blank}明{blank}") == "王明"
    assert clean_name(f"葛\U000e0100{blank}城") == "葛\U000e0100城"
    assert clean_name(f"SMITH{blank}{blank}JOHN") == "SMITH JOHN"
    assert clean_name(f"김{blank}철수") == "김 철수"
    assert clean_name(f"阿里{blank}·{blank}买买提") == "阿里·买买提"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("古丽·", "古丽"),
        ("·古丽", "古丽"),
        ("古丽•‧阿里", "古丽·阿里"),
        ("古丽··阿里", "古丽·阿里"),
        ("古丽..阿里", "古丽·阿里"),
        ("古丽.", "古丽"),
        ("古丽，", "古丽"),
        ("· · 古丽 · · 阿里 ·", "古丽·阿里"),
        ("KUMAR JR.", "KUMAR JR."),
        ("ＳＭＩＴＨ　ＪＯＨＮ", "SMITH JOHN"),
        ("Ｏ＇ＢＲＩＥＮ", "O'BRIEN"),
        ("O`BRIEN", "O'BRIEN"),
        ("O\u00b4BRIEN", "O'BRIEN"),
        ("O\u2019BRIEN", "O\u2019BRIEN"),
    ],
)
def test_stray_dots_and_other_keyboards(raw: str, name: str) -> None:
    assert clean_name(raw) == name


PASSPORT_NAMES = [
    "RAVI S/O KUMAR",
    "SITI D/O HASSAN",
    "MUTHU A/L RAMAN",
    "CHAN, TAI MAN",
    "TAN AH KOW @ JOHN TAN",
    "LIM AH MENG (LIN YAMING)",
    "O'BRIEN-SMITH",
    "MARTIN LUTHER JR.",
]
OF_THE_MAINLAND = {
    DocumentType.RESIDENT_ID,
    DocumentType.CHINESE_PASSPORT,
    DocumentType.OFFICER_CARD,
    DocumentType.ARMED_POLICE_CARD,
    DocumentType.SOLDIER_CARD,
}


@pytest.mark.parametrize("kind", [*DocumentType, None])
@pytest.mark.parametrize("name", PASSPORT_NAMES)
def test_signs_of_passports_stand_where_the_document_prints_them(name: str, kind: DocumentType | None) -> None:
    if kind in OF_THE_MAINLAND and set(name) & set("/,@()"):
        assert refusal(clean_name, name, document_type=kind).code == "bad_character"
    else:
        assert clean_name(name, document_type=kind) == name


@pytest.mark.parametrize("sign", '<>&;_#%*+=[]{}|~^$!?:\\"')
def test_no_document_prints_other_signs(sign: str) -> None:
    refused = refusal(clean_name, f"RAVI {sign} KUMAR", document_type=DocumentType.FOREIGN_PASSPORT)
    assert refused.code == "bad_character"
