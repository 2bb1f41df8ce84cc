"""What was typed into the search box of the desk: a number, a phone, a reference number, or a name. Pure."""

import contextlib
import dataclasses
import re

from kuaiji.common import documents
from kuaiji.common.documents.cards import convert_15_digits
from kuaiji.common.errors import RuleBroken
from kuaiji.common.phones import check_mobile
from kuaiji.common.pinyin import typed_form
from kuaiji.common.text import half_width, tidy

LONGEST = 60
FEWEST_OF_A_NUMBER = 6  # what is shorter names half a town
FEWEST_LETTERS = 2  # one letter of pinyin is a tenth of everybody
FIELD = "q"
_REFERENCE = re.compile("([A-Z]{2,6})(20[0-9]{2})([0-9]{4})([0-9]{4})")
_DIGIT = re.compile("[0-9]")


@dataclasses.dataclass(frozen=True, slots=True)
class Typed:
    """What to look for: ``numbers`` of documents, a ``phone``, a ``reference`` number; or a name that begins so."""

    numbers: tuple[str, ...] = ()
    phone: str = ""
    reference: str = ""
    name: str = ""


def read_typed(raw: str) -> Typed:
    """``raw`` as what it can be. A digit makes it a number: no name has one.

    Raises RuleBroken ``nothing_typed``, ``too_long``, ``no_letter``, ``one_letter``, ``number_too_short``.
    """
    line = tidy(raw)
    if not line:
        raise RuleBroken("nothing_typed", "请输入证件号码、手机号、档案编号、姓名或拼音", FIELD)
    if len(line) > LONGEST:
        raise RuleBroken("too_long", f"最多输入{LONGEST}个字，现有{len(line)}个，请删减", FIELD)
    return _number(line) if _DIGIT.search(half_width(line)) else _name(line)


def _number(line: str) -> Typed:
    number = documents.normalise(line)
    if len(number) < FEWEST_OF_A_NUMBER:
        raise RuleBroken("number_too_short", "号码请输入完整：证件号码、11位手机号或档案编号", FIELD)
    phone, numbers = "", [number]
    with contextlib.suppress(RuleBroken):
        phone = check_mobile(line)
    with contextlib.suppress(RuleBroken):
        numbers.append(convert_15_digits(number))
    found = _REFERENCE.fullmatch(number)
    return Typed(numbers=tuple(numbers), phone=phone, reference="-".join(found.groups()) if found else "")


def _name(line: str) -> Typed:
    name = typed_form(line)
    if not name:
        raise RuleBroken("no_letter", "没有可以查找的文字，请输入姓名、拼音或号码", FIELD)
    if name.isascii() and len(name) < FEWEST_LETTERS:
        raise RuleBroken("one_letter", "拼音至少输入两个字母，如 zw、zhang", FIELD)
    return Typed(name=name)
