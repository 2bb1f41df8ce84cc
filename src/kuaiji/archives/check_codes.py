"""Check codes (校验码): what a print carries so that it can be told from a forgery years later (R3.8).

100 random bits as 20 characters of Crockford's base 32, which has no I, L, O and U. Only fingerprints are kept.
"""

import secrets

from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.common.text import compact

LENGTH = 20
GROUP = 4
LONGEST = 80  # characters as typed
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_KIND = "check_code"


def new_code() -> str:
    """Draw a new code, at random."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def grouped_code(code: str) -> str:
    """As it is printed: five groups of four, joined by hyphens."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read_code(raw: str) -> str:
    """The code meant by what somebody typed: blanks, hyphens, case, full width, and O, I, L for 0, 1, 1 are forgiven.

    Raises RuleBroken: ``code_length``, ``code_character``.
    """
    code = compact(raw[:LONGEST]).replace("-", "").upper().translate(_MISREAD)
    if strange := next((character for character in code if character not in _ALPHABET), ""):
        raise RuleBroken("code_character", f"校验码里没有“{strange}”，请对照纸面核对", "check_code")
    if len(code) != LENGTH:
        raise RuleBroken("code_length", f"校验码有 {LENGTH} 位，现在是 {len(code)} 位，请对照纸面补全", "check_code")
    return code


def code_fingerprint(code: str) -> bytes:
    """The fingerprint that is stored of a new code."""
    return next(iter(keyring().fingerprints(_KIND, code).values()))


def code_fingerprints(code: str) -> list[bytes]:
    """All that may have been kept of ``code``: keys come and retire while the paper lies in a drawer."""
    return keyring().past_fingerprints(_KIND, code)
