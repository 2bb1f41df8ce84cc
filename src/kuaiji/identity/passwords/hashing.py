"""How passwords are kept (Argon2id, a few at a time). What may be one: ``passwords.rules``.

People who share a document number are told apart by their passwords. They share one salt, so that trying them all
costs a single hash, and no two of them may have the same password.
"""

import functools
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2.low_level import hash_secret
from django.contrib.auth.hashers import Argon2PasswordHasher, is_password_usable, make_password
from django.utils.crypto import constant_time_compare

from kuaiji.identity.models import User
from kuaiji.identity.passwords.rules import prepared, too_common, ways_typed

T = TypeVar("T")
NICE = 10  # of the threads that hash: a crowd that signs in takes what pages and programs leave (docs/adr/0127)


def _step_back() -> None:
    thread = threading.get_native_id()  # on Linux a thread has a priority of its own
    os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICE)


# Each hash takes 19 MiB and a core for its time: more of them at once would only slow everybody down.
_LANES = ThreadPoolExecutor(2, thread_name_prefix="hashing", initializer=_step_back)


def _hashed(work: Callable[[], T]) -> T:
    return _LANES.submit(work).result()


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane (OWASP's first choice for servers)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return _hashed(functools.partial(super().encode, password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        return _hashed(functools.partial(super().verify, password, encoded))

    def encode_like(self, password: str, encoded: str) -> str:
        """Hash ``password`` with the salt and the cost of ``encoded``, whatever they were."""
        decoded = self.decode(encoded)
        cost = decoded["params"]
        made = _hashed(
            lambda: hash_secret(
                password.encode(),
                decoded["salt"].encode(),
                time_cost=cost.time_cost,
                memory_cost=cost.memory_cost,
                parallelism=cost.parallelism,
                hash_len=cost.hash_len,
                type=cost.type,
            )
        )
        return f"{self.algorithm}{made.decode('ascii')}"


def verify_any(password: str, users: Sequence[User]) -> User | None:
    """The one of ``users`` whose password this is, in whichever of its ``ways_typed`` it was kept.

    Takes one hash for each way (ASCII has one) while they share a salt, or when there is nobody.
    """
    ways = ways_typed(password)
    hashes: dict[str, list[str]] = {}
    found = None
    for user in users:
        if not is_password_usable(user.password):
            continue
        salted = user.password.rpartition("$")[0]
        if salted not in hashes:
            hashes[salted] = [Argon2id().encode_like(way, user.password) for way in ways]
        if any(constant_time_compare(made, user.password) for made in hashes[salted]):
            found = user
    if not hashes:
        for way in ways:
            make_password(way)
    return found


def encode_for(password: str, others: Iterable[User]) -> str:
    """``password`` hashed for somebody whose document number ``others`` have too.

    Raises RuleBroken ``password_common`` when one of them has it already, which must not be said.
    """
    usable = [other.password for other in others if is_password_usable(other.password)]
    first, *before = ways_typed(password)
    encoded = make_password(first, Argon2id().decode(usable[0])["salt"] if usable else None)
    if encoded in usable or any(Argon2id().encode_like(way, usable[0]) in usable for way in before if usable):
        raise too_common()
    return encoded


def renewed_hash(password: str, encoded: str) -> str | None:
    """The hash of the prepared password at today's cost, with the salt it had; None when it is up to date."""
    hasher, normal = Argon2id(), prepared(password)
    if not hasher.must_update(encoded) and (normal.isascii() or hasher.encode_like(normal, encoded) == encoded):
        return None
    return make_password(normal, hasher.decode(encoded)["salt"])
