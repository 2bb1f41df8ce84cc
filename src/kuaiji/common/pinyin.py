"""How a name of a person or of an employer may be typed in a search: as it is written, in pinyin, by initials. Pure.

Pinyin comes from ``pypinyin``, character by character, which knows how characters are read most; surnames that are read
otherwise stand here, first as a surname, then as a search by the usual reading expects it. A character that nobody has
a reading of stands for itself.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kuaiji_wire.names import fold_name

MOST_READINGS = 12  # of one name; every one of the surname before a second one of the rest
# 单 is read shàn as a surname and dān elsewhere, and so on; several where the bearers themselves differ.
SURNAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "单": ("shan",), "曾": ("zeng",), "仇": ("qiu",), "解": ("xie",), "区": ("ou",), "查": ("zha",),
        "朴": ("piao",), "盖": ("ge", "gai"), "缪": ("miao",), "召": ("shao",), "覃": ("qin", "tan"), "员": ("yun",),
        "乐": ("yue", "le"), "折": ("she",), "繁": ("po",), "秘": ("bi",), "洗": ("xian",), "黑": ("he",),
        "重": ("chong",), "种": ("chong",), "翟": ("zhai", "di"), "谌": ("chen", "shen"), "郗": ("xi", "chi"),
        "隗": ("wei", "kui"), "佴": ("nai",),
        "柏": ("bai", "bo"), "长": ("chang",), "能": ("nai",), "句": ("gou",), "卜": ("bu",), "薄": ("bo",),
        "牟": ("mu", "mou"), "不": ("fou",), "祭": ("zhai",), "粘": ("nian",), "乜": ("nie",), "郇": ("xun",),
        "單": ("shan",), "區": ("ou",), "蓋": ("ge", "gai"), "繆": ("miao",), "樂": ("yue", "le"), "員": ("yun",),
        "種": ("chong",), "樸": ("piao",), "尉迟": ("yuchi",), "尉遲": ("yuchi",), "万俟": ("moqi",),
        "长孙": ("zhangsun",), "澹台": ("tantai",), "单于": ("chanyu",), "宰父": ("zaifu",), "亓官": ("qiguan",),
        "夏侯": ("xiahou",),
        "尔朱": ("erzhu",),
    }
)  # fmt: skip
# Characters of given names that are read in two ways there.
GIVEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "乐": ("le", "yue"), "樂": ("le", "yue"), "行": ("xing", "hang"), "长": ("chang", "zhang"),
        "長": ("chang", "zhang"), "朝": ("chao", "zhao"), "茜": ("qian", "xi"), "晟": ("sheng", "cheng"),
        "重": ("chong", "zhong"), "娜": ("na", "nuo"), "莎": ("sha", "suo"), "朴": ("pu", "piao"),
        "盛": ("sheng", "cheng"), "柏": ("bai", "bo"), "单": ("dan", "shan"), "曾": ("zeng", "ceng"),
        "解": ("jie", "xie"), "参": ("can", "shen"), "婼": ("ruo", "chuo"), "还": ("huan", "hai"),
        "降": ("jiang", "xiang"), "仔": ("zai", "zi"), "阿": ("a", "e"), "卜": ("bu", "bo"), "荨": ("xun", "qian"),
    }
)  # fmt: skip
_MARKED = re.compile("([a-z])[\u0300-\u036f]+")  # tones, and the dots of ü
_SYLLABLE = re.compile("[a-z]+")
_READING = re.compile("(?=.*[a-z])[a-z0-9]{2,}")
# What has no reading, sign by sign, as the library takes it and its types do not say.
_ONE_BY_ONE: Callable[[str], Any] = list
_U_UMLAUT = re.compile("([ln])v")


def typed_form(text: str) -> str:
    """What of a name, or of its beginning, counts in a search: its letters and numbers, without case, width, blanks and
    the marks over Latin letters; empty for none."""
    folded = fold_name(text)
    if not any(unicodedata.category(one)[0] in "LN" or ord(one) >= 0x20000 for one in folded):
        return ""
    return unicodedata.normalize("NFC", _MARKED.sub(r"\1", unicodedata.normalize("NFD", folded)))


def sort_reading(name: str) -> str:
    """What lists sort by: pinyin, and the name itself where two are read alike."""
    return f"{''.join(_readings(typed_form(name) or name)[0])} {name}"


def name_keys(name: str) -> list[tuple[str, int]]:
    """All that finds ``name`` by its beginning, in order, each with how much of it an earlier one begins with."""
    written = typed_form(name) or name
    keys = {written}
    for syllables in _readings(written):
        keys.add("".join(syllables))
        keys.add("".join(part[0] for part in syllables))
    ordered = sorted(keys)
    return [(key, max((_alike(key, other) for other in ordered[:at]), default=0)) for at, key in enumerate(ordered)]


def employer_readings(name: str) -> list[str]:
    """How the name of an employer is typed without its characters, in pinyin and by initials, each whole; to be looked
    into by ``typed_reading`` (ADR 0112).

    Phrases are read as one says them (银行 yinhang, 会计 kuaiji); who types character by character is found too.
    """
    from pypinyin import Style, lazy_pinyin

    written = typed_form(name)
    as_said = lazy_pinyin(written, style=Style.NORMAL, errors=_ONE_BY_ONE)
    found: list[str] = []
    for syllables in (as_said, [_usual(one) for one in written]):
        found += [_without_umlaut("".join(syllables)), "".join(part[:1] for part in syllables)]
    return list(dict.fromkeys(found))


def typed_reading(text: str) -> str:
    """``text`` as what to look for in ``employer_readings``; empty for what is no pinyin: ideographs in it, no letter,
    one sign alone."""
    typed = typed_form(text)
    return _without_umlaut(typed) if _READING.fullmatch(typed) else ""


def _without_umlaut(reading: str) -> str:
    """旅 and 女 are typed lv and nv or lu and nu. ``nyu`` stays: 南粤 is nanyue."""
    return _U_UMLAUT.sub(r"\1u", reading).replace("lyu", "lu")


def _readings(written: str) -> list[tuple[str, ...]]:
    """The syllables of a name, one for each character or two of a surname, in every way that is known."""
    surname = written[:2] if written[:2] in SURNAMES and len(written) > 2 else written[:1]
    firsts = list(dict.fromkeys((*SURNAMES.get(surname, ()), "".join(map(_usual, surname)))))
    rest = [_with_umlaut(GIVEN.get(one) or (_usual(one),)) for one in written[len(surname) :]]
    whole = ((first, *given) for given in itertools.product(*rest) for first in _with_umlaut(firsts))
    return list(itertools.islice(whole, MOST_READINGS))


def _with_umlaut(syllables: Sequence[str]) -> tuple[str, ...]:
    """吕 is typed lü, lv, lu and lyu; the marks of ü are gone by now."""
    found: list[str] = []
    for one in syllables:
        found += [one, _U_UMLAUT.sub(r"\1u", one), _U_UMLAUT.sub(r"\1yu", one)] if _U_UMLAUT.match(one) else [one]
    return tuple(dict.fromkeys(found))


@functools.lru_cache(maxsize=8192)
def _usual(character: str) -> str:
    """How a character is read mostly; itself where that is not known."""
    from pypinyin import Style, lazy_pinyin  # 50 MB of phrases: only for who writes names

    found = lazy_pinyin(character, style=Style.NORMAL, errors=lambda unknown: unknown)
    return found[0] if len(found) == 1 and _SYLLABLE.fullmatch(found[0]) else character


def _alike(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
