"""JSON that can be read in one way only, and its canonical bytes (RFC 8785, of which we need no fractions)."""

import hashlib
import json
from typing import Any, NoReturn

from kuaiji_signed.errors import BadJson

LARGEST = 2**53 - 1  # the largest number that every JSON reader holds exactly


def load(data: bytes) -> Any:
    """The value of UTF-8 JSON ``data``. Raises BadJson, also for what two readers could take differently."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
        if rb"\u" in data:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # only escapes can say half a character
    except (ValueError, RecursionError):
        raise BadJson from None
    return value


def dump(value: Any) -> bytes:
    """Canonical bytes: names sorted, no spaces, everything but control characters, ``"`` and ``\\`` as it is.

    Raises BadJson for what canonical JSON cannot say.
    """
    try:
        load(text := json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8"))
    except (AttributeError, TypeError, ValueError, RecursionError):
        raise BadJson from None
    return text


def sha256(value: Any) -> str:
    """SHA-256 of the canonical bytes, in lower case hexadecimal."""
    return hashlib.sha256(dump(value)).hexdigest()


def _sorted(value: Any) -> Any:
    """The same with names sorted by UTF-16, as the standard says: Python's own order differs above U+FFFF."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    return [_sorted(each) for each in value] if isinstance(value, list | tuple) else value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _integer(digits: str) -> int:
    # The length goes first: turning a million digits into a number takes a minute.
    if len(digits) > 17 or abs(number := int(digits)) > LARGEST:
        raise ValueError
    return number


def _refuse(text: str) -> NoReturn:
    raise ValueError
