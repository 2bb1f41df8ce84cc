"""The only place that touches ciphers: sealing, fingerprints and the keys they use.

Two suites: ``sm`` (SM4-GCM, HMAC-SM3; GB/T 32907, GB/T 32905) and ``aes`` (AES-256-GCM, HMAC-SHA-256). A sealed value
says which suite made it, so data of both can stand side by side while a deployment moves from one to the other.

A sealed value is ``version | suite | nonce (12) | ciphertext | tag (16)``, bound to a label and a row id: moved to
another row or column it does not open. In version 2 each suite has a key of its own, derived from the person's (HKDF of
the suite's digest, RFC 5869); version 1 gave both suites the person's key itself, and is still opened (docs/adr/0057).

A keyring is JSON, given by ``KUAIJI_KEYRING``; ``suite`` is what new values are
sealed with, and each fingerprint key keeps its own::

    {"suite": "sm",
     "wrapping": {"current": "w1", "keys": {"w1": "<base64, 32 bytes>"}},
     "fingerprint": {"current": "f1", "keys": {"f1": {"suite": "sm", "key": "<base64, 32 bytes>"}}}}

New keys are added beside the old ones (``kuaiji rotate-keys``). A fingerprint key with ``"retired": true`` indexes
nobody any more; what cannot be made again, such as a seal or the code on a paper, is still checked with it.
"""

import base64
import contextlib
import dataclasses
import functools
import hmac
import json
import os
import secrets
import uuid
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from kuaiji.common import environment

VERSION = 2
FIRST_VERSION = 1  # one key for both suites; opened, never made
NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32
FEWEST_BYTES = 12  # different ones in a key: 32 random bytes have about 30, typed ones few
SUITES = ("sm", "aes")


class SealBroken(Exception):
    """The value was changed, moved, or sealed under another key. Says nothing about the content."""


class KeyringError(Exception):
    """The keyring's text is not one."""


def generate_keyring(suite: str = "sm") -> str:
    """A fresh keyring as JSON, for a new deployment."""
    one, other = (base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for _ in range(2))
    return json.dumps(
        {
            "suite": suite,
            "wrapping": {"current": "w1", "keys": {"w1": one}},
            "fingerprint": {"current": "f1", "keys": {"f1": {"suite": suite, "key": other}}},
        }
    )


class Box:
    """One data key, given for each suite; new values are sealed with ``suite``, old ones open by their own.

    What ``older`` boxes sealed opens as well. ``first`` are the keys of version 1 where they were others.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        suite: str,
        older: Sequence["Box"] = (),
        first: Mapping[str, bytes] | None = None,
    ) -> None:
        self._keys = {VERSION: keys, FIRST_VERSION: keys if first is None else first}
        self._suite = suite
        self._older = older

    def seal(self, plain: bytes, label: str, row_id: uuid.UUID) -> bytes:
        """``plain`` encrypted for this label and row."""
        nonce, head = os.urandom(NONCE_BYTES), current_head(self._suite)
        key = self._keys[head[0]][self._suite]
        return head + nonce + _encrypt(self._suite, key, nonce, plain, _binding(head, label, row_id))

    def unseal(self, sealed: bytes, label: str, row_id: uuid.UUID) -> bytes:
        """What was sealed; raises SealBroken when it is not exactly that value, label and row."""
        head, nonce, rest = sealed[:2], sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        if len(rest) < TAG_BYTES or head[0] not in self._keys or head[1] >= len(SUITES):
            raise SealBroken(label)
        suite = SUITES[head[1]]
        try:
            return _decrypt(suite, self._keys[head[0]][suite], nonce, rest, _binding(head, label, row_id))
        except InvalidTag:
            for box in self._older:
                with contextlib.suppress(SealBroken):
                    return box.unseal(sealed, label, row_id)
            raise SealBroken(label) from None


@dataclasses.dataclass(frozen=True, slots=True)
class FingerprintKey:
    """A key for blind indexes with the suite it belongs to: an index must come out the same for ever."""

    suite: str
    key: bytes
    retired: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Keyring:
    """The deployment's master keys: ``wrapping`` seals people's data keys, ``fingerprint`` makes blind indexes."""

    suite: str
    wrapping: Mapping[str, bytes]
    current_wrapping: str
    fingerprint: Mapping[str, FingerprintKey]
    current_fingerprint: str

    def new_person_key(self, person_key_id: uuid.UUID) -> tuple[str, bytes]:
        """A random data key, sealed: (id of the wrapping key, wrapped key)."""
        box = self._wrapping_box(self.current_wrapping)
        return self.current_wrapping, box.seal(secrets.token_bytes(KEY_BYTES), "person_key", person_key_id)

    def open_person_key(self, person_key_id: uuid.UUID, wrapping_key_id: str, wrapped: bytes) -> Box:
        """The box of one person."""
        key = self._wrapping_box(wrapping_key_id).unseal(wrapped, "person_key", person_key_id)
        keys = {suite: _derive(suite, key, b"person") for suite in SUITES}
        return Box(keys, self.suite, first=dict.fromkeys(SUITES, key))

    def rewrapped(self, person_key_id: uuid.UUID, wrapping_key_id: str, wrapped: bytes) -> bytes:
        """The same data key, sealed under the current wrapping key."""
        key = self._wrapping_box(wrapping_key_id).unseal(wrapped, "person_key", person_key_id)
        return self._wrapping_box(self.current_wrapping).seal(key, "person_key", person_key_id)

    def service_box(self) -> Box:
        """The box for short-lived values that belong to nobody yet: registrations, codes, messages on their way."""
        older = [self._derived(key_id, b"service") for key_id in self.wrapping if key_id != self.current_wrapping]
        return self._derived(self.current_wrapping, b"service", older)

    def fingerprints(self, kind: str, value: str) -> dict[str, bytes]:
        """Blind indexes of ``value`` under every key in use, the current one first: {key id: 32 bytes}."""
        text = f"{kind}\x00{value}".encode()
        return {key_id: _mac(self.fingerprint[key_id], text) for key_id in self.indexing}

    def past_fingerprints(self, kind: str, value: str) -> list[bytes]:
        """Every index that may ever have been kept of ``value``, under retired keys too."""
        text = f"{kind}\x00{value}".encode()
        return [_mac(key, text) for key in self.fingerprint.values()]

    @property
    def indexing(self) -> list[str]:
        """The ids of the fingerprint keys in use, the current one first."""
        in_use = [key_id for key_id, key in self.fingerprint.items() if not key.retired]
        return sorted(in_use, key=lambda key_id: key_id != self.current_fingerprint)

    def mac(self, purpose: str, value: bytes, *, key_id: str | None = None) -> bytes:
        """A keyed digest for comparing, such as a code's at rest; under the current key, or the one that made it."""
        key = self.fingerprint[self.current_fingerprint if key_id is None else key_id]
        return _mac(key, purpose.encode() + b"\x00" + value)

    def macs(self, purpose: str, value: bytes) -> list[bytes]:
        """What ``mac`` says now, and said while another key in use was the current one."""
        return [self.mac(purpose, value, key_id=key_id) for key_id in self.indexing]

    def digest(self, key_id: str) -> hashes.Hash:
        """A running digest without a key, in the suite of that fingerprint key: ``update()``, then ``finalize()``."""
        return hashes.Hash(_hash(self.fingerprint[key_id].suite))

    def _wrapping_box(self, key_id: str) -> Box:
        return self._derived(key_id, b"wrapping")

    def _derived(self, key_id: str, purpose: bytes, older: Sequence[Box] = ()) -> Box:
        keys = {suite: _derive(suite, self.wrapping[key_id], purpose) for suite in SUITES}
        return Box(keys, self.suite, older)


def parse_keyring(text: str) -> Keyring:
    """Read the JSON form; raises KeyringError without repeating any of it."""
    try:
        data = json.loads(text)
        ring = Keyring(
            suite=data["suite"],
            wrapping={key_id: _key(text) for key_id, text in data["wrapping"]["keys"].items()},
            current_wrapping=data["wrapping"]["current"],
            fingerprint={
                key_id: FingerprintKey(entry["suite"], _key(entry["key"]), bool(entry.get("retired")))
                for key_id, entry in data["fingerprint"]["keys"].items()
            },
            current_fingerprint=data["fingerprint"]["current"],
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyringError("KUAIJI_KEYRING is not a keyring") from None
    if any(suite not in SUITES for suite in (ring.suite, *(key.suite for key in ring.fingerprint.values()))):
        raise KeyringError("KUAIJI_KEYRING: unknown suite")
    if ring.current_wrapping not in ring.wrapping or ring.current_fingerprint not in ring.indexing:
        raise KeyringError("KUAIJI_KEYRING: a current key is not in the ring, or retired")
    keys = [*ring.wrapping.values(), *(key.key for key in ring.fingerprint.values())]
    if len(set(keys)) < len(keys):
        raise KeyringError("KUAIJI_KEYRING: one key stands under two names")
    return ring


@functools.cache
def keyring() -> Keyring:
    """This deployment's keyring."""
    return parse_keyring(environment.KEYRING.get())


def current_head(suite: str) -> bytes:
    """How a value begins that is sealed now with ``suite``."""
    return bytes((VERSION, SUITES.index(suite)))


def digests_equal(left: bytes, right: bytes) -> bool:
    """Compare digests in constant time."""
    return hmac.compare_digest(left, right)


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES or len(set(key)) < FEWEST_BYTES:
        raise ValueError
    return key


def _binding(head: bytes, label: str, row_id: uuid.UUID) -> bytes:
    return head + row_id.bytes + label.encode()


def _hash(suite: str) -> hashes.HashAlgorithm:
    return hashes.SM3() if suite == "sm" else hashes.SHA256()


def _mac(key: FingerprintKey, value: bytes) -> bytes:
    mac = HMAC(key.key, _hash(key.suite))
    mac.update(value)
    return mac.finalize()


def _derive(suite: str, key: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(_hash(suite), KEY_BYTES, b"kuaiji " + purpose).derive(key)


def _encrypt(suite: str, key: bytes, nonce: bytes, plain: bytes, binding: bytes) -> bytes:
    if suite == "aes":
        return AESGCM(key).encrypt(nonce, plain, binding)
    encryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(binding)
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def _decrypt(suite: str, key: bytes, nonce: bytes, rest: bytes, binding: bytes) -> bytes:
    if suite == "aes":
        return AESGCM(key).decrypt(nonce, rest, binding)
    decryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, rest[-TAG_BYTES:])).decryptor()
    decryptor.authenticate_additional_data(binding)
    return decryptor.update(rest[:-TAG_BYTES]) + decryptor.finalize()
