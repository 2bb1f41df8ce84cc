"""JSON that can be read in one way only (RFC 8259; I-JSON, RFC 7493), and where it cannot, the place of the fault.

Reading is the standard library's; only what it refused is walked once more, to tell the position.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

DEEPEST = 8
LONGEST_NUMBER = 40  # characters; a document number without its quotes is told as one, not as broken JSON

_BLANK = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_SCALAR = re.compile(r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|true|false|null")
_CLOSING = {"{": "}", "[": "]"}
WORDS = {
    "bad_utf8": "不是 UTF-8 编码",
    "not_json": "从这里起不是 JSON",
    "duplicate_name": "同一对象里名称重复",
    "lone_surrogate": "转义只写了半个字符（单独的代理项）",
    "too_deep": f"嵌套超过{DEEPEST}层",
    "number_too_long": f"数字超过{LONGEST_NUMBER}个字符",
    "trailing_text": "JSON 结束之后还有内容",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """``reason`` is a key of WORDS; ``offset`` counts bytes from 0, line and column characters from 1."""

    reason: str
    offset: int
    line: int
    column: int


class Malformed(Exception):
    """The text is not such JSON; holds nothing of it but the place."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def load(data: bytes) -> Any:
    """The value of ``data``. Raises Malformed, but for depth: what is deeper than any shape fails its shape first, and
    is told by ``fault_of``.
    """
    try:
        text = data.decode("utf-8")
        value = _DECODER.decode(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # only escapes can say half a character
    except (ValueError, RecursionError):
        raise Malformed(fault_of(data) or Fault("not_json", 0, 1, 1)) from None
    return value


def fault_of(data: bytes) -> Fault | None:
    """The first fault of ``data``; None where there is none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _at("bad_utf8", data[: error.start].decode("utf-8"))
    found = _Walk(text).fault()
    return _at(found[0], text[: found[1]]) if found else None


class _Walk:
    """One pass over a text, without recursion: hostile text may be as deep as it is long."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._open: list[tuple[str, set[str]]] = []  # brackets that are open, each with the names it has so far

    def fault(self) -> tuple[str, int] | None:
        wanted = "value"
        while wanted != "end":
            self._place = self._skip()
            found = self._step(wanted)
            if found in WORDS:
                return found, self._place
            wanted = found
        self._place = self._skip()
        return ("trailing_text", self._place) if self._place < len(self._text) else None

    def _step(self, wanted: str) -> str:
        """Take one token; what is wanted next, or the reason why not."""
        token = self._text[self._place : self._place + 1]
        if wanted in ("value", "value or ]") and token in _CLOSING:
            return self._enter(token)
        if wanted in ("value or ]", "name or }", ", or end") and self._open and token == _CLOSING[self._open[-1][0]]:
            return self._leave()
        if wanted == ", or end" and token == ",":
            self._place += 1
            return "name" if self._open[-1][0] == "{" else "value"
        if wanted == ":" and token == ":":
            self._place += 1
            return "value"
        if wanted in ("name", "name or }"):
            return self._name()
        return self._scalar() if wanted in ("value", "value or ]") else "not_json"

    def _enter(self, token: str) -> str:
        if len(self._open) == DEEPEST:
            return "too_deep"
        self._open.append((token, set()))
        self._place += 1
        return "name or }" if token == "{" else "value or ]"

    def _leave(self) -> str:
        self._open.pop()
        self._place += 1
        return self._after_value()

    def _name(self) -> str:
        match, names = _STRING.match(self._text, self._place), self._open[-1][1]
        if match is None:
            return "not_json"
        name = json.loads(match[0])
        if _is_half(name) or name in names:
            return "duplicate_name" if name in names else "lone_surrogate"
        names.add(name)
        self._place = match.end()
        return ":"

    def _scalar(self) -> str:
        if match := _STRING.match(self._text, self._place):
            if _is_half(json.loads(match[0])):
                return "lone_surrogate"
            self._place = match.end()
            return self._after_value()
        match = _SCALAR.match(self._text, self._place)
        if match is None:
            return "not_json"
        if match[1] and len(match[1]) > LONGEST_NUMBER and match[1].lstrip("-").isdigit():
            return "number_too_long"
        self._place = match.end()
        return self._after_value()

    def _after_value(self) -> str:
        return ", or end" if self._open else "end"

    def _skip(self) -> int:
        match = _BLANK.match(self._text, self._place)
        return match.end() if match else self._place


def _is_half(text: str) -> bool:
    return any("\ud800" <= one <= "\udfff" for one in text)


def _at(reason: str, before: str) -> Fault:
    line = before.rpartition("\n")[2]
    return Fault(reason, len(before.encode()), before.count("\n") + 1, len(line) + 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:  # turning a million digits into a number takes a minute
        raise ValueError
    return int(digits)


def _refuse(text: str) -> NoReturn:
    raise ValueError


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_refuse)
