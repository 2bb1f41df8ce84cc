"""Passwords: which are refused (ASVS 6.2) and how they are kept (Argon2id, a few at a time).

People who share a document number are told apart by their passwords. They share one salt, so that trying them all
costs a single hash, and no two of them may have the same password.
"""

import functools
import re
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from argon2.low_level import hash_secret
from django.contrib.auth.hashers import Argon2PasswordHasher, is_password_usable, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.crypto import constant_time_compare

from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User

SHORTEST, LONGEST = 8, 128
OWN_PART = 6  # that many characters in a row of an own number make a password guessable
DATA = Path(__file__).resolve().parent / "data"

_SEQUENCES = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
_REPEATED = re.compile(r"(.{1,4}?)\1+", re.DOTALL)
_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
_BESIDE_WORDS = re.compile(r"[\d\W_]+")
_FEW_FIGURES = 4

# Each hash takes 19 MiB and a core for its time: more of them at once would only slow everybody down.
_LANES = threading.BoundedSemaphore(2)


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane (OWASP's first choice for servers)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _LANES:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _LANES:
            return super().verify(password, encoded)

    def encode_like(self, password: str, encoded: str) -> str:
        """Hash ``password`` with the salt and the cost of ``encoded``, whatever they were."""
        decoded = self.decode(encoded)
        cost = decoded["params"]
        with _LANES:
            made = hash_secret(
                password.encode(),
                decoded["salt"].encode(),
                time_cost=cost.time_cost,
                memory_cost=cost.memory_cost,
                parallelism=cost.parallelism,
                hash_len=cost.hash_len,
                type=cost.type,
            )
        return f"{self.algorithm}{made.decode('ascii')}"


def verify_any(password: str, users: Sequence[User]) -> User | None:
    """The one of ``users`` whose password this is; takes one hash while they share a salt, or when there is none."""
    hashes: dict[str, str] = {}
    found = None
    for user in users:
        if not is_password_usable(user.password):
            continue
        salted = user.password.rpartition("$")[0]
        if salted not in hashes:
            hashes[salted] = Argon2id().encode_like(password, user.password)
        if constant_time_compare(hashes[salted], user.password):
            found = user
    if not hashes:
        make_password(password)
    return found


def encode_for(password: str, others: Iterable[User]) -> str:
    """``password`` hashed for somebody whose document number ``others`` have too.

    Raises RuleBroken ``password_common`` when one of them has it already, which must not be said.
    """
    usable = [other.password for other in others if is_password_usable(other.password)]
    encoded = make_password(password, Argon2id().decode(usable[0])["salt"] if usable else None)
    if encoded in usable:
        raise _too_common()
    return encoded


def renewed_hash(password: str, encoded: str) -> str | None:
    """The hash at today's cost, with the salt it had; None when it is up to date."""
    hasher = Argon2id()
    return make_password(password, hasher.decode(encoded)["salt"]) if hasher.must_update(encoded) else None


def check_password(password: str, *, own: Iterable[str]) -> None:
    """Refuse what is too short, too long, common, or made of the person's ``own`` numbers and names.

    Raises RuleBroken. Every character counts as typed: nothing is trimmed, folded or demanded.
    """
    if len(password) < SHORTEST:
        raise RuleBroken("password_short", f"密码至少 {SHORTEST} 个字符，现有 {len(password)} 个", "password1")
    if len(password) > LONGEST:
        raise RuleBroken("password_long", f"密码最多 {LONGEST} 个字符，现有 {len(password)} 个", "password1")
    folded = password.casefold()
    if any(part in folded for value in own for part in _parts(value.casefold())):
        raise RuleBroken("password_own", "密码不能含证件号、手机号或姓名，请换一个", "password1")
    if _is_common(folded):
        raise _too_common()


def _parts(value: str) -> set[str]:
    """What of an own value may not stand in a password: six characters in a row of a number, a whole name."""
    if any(character.isdigit() for character in value):
        return {value[start : start + OWN_PART] for start in range(len(value) - OWN_PART + 1)} | {value}
    words = {value, value.replace(" ", ""), *(word for word in value.split() if len(word) >= OWN_PART)}
    return {word for word in words if len(word) >= 2}


def _is_common(folded: str) -> bool:
    """Chosen by many, or a word that many choose and what many put around it."""
    word = _BESIDE_WORDS.sub("", folded)
    if word not in _words("trivial_words.txt"):
        return _is_plain(folded)
    figures = "".join(character for character in folded if character.isdigit())
    return len(figures) <= _FEW_FIGURES or _is_plain(figures) or _is_plain(folded)


def _is_plain(folded: str) -> bool:
    return (
        folded.strip() in _common()
        or len(set(folded)) <= 2
        or _REPEATED.fullmatch(folded) is not None
        or _DATE.fullmatch(folded) is not None
        or any(folded in row or folded[::-1] in row for row in _SEQUENCES)
    )


@functools.cache
def _common() -> frozenset[str]:
    """Django's list of 20,000, and what people choose in China."""
    return frozenset(CommonPasswordValidator().passwords) | _words("common_passwords.txt")


@functools.cache
def _words(file: str) -> frozenset[str]:
    return frozenset((DATA / file).read_text(encoding="utf-8").split())


def _too_common() -> RuleBroken:
    return RuleBroken("password_common", "这个密码太常见，容易被猜到，请换一个", "password1")
