"""Keys that sign: Ed25519 pairs, and secrets that both sides know (HMAC with SHA-256 or SM3).

A key brings its algorithm along, so that no message can choose one for it.
"""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import algorithms

PrivateKey: TypeAlias = Ed25519PrivateKey
PublicKey: TypeAlias = Ed25519PublicKey
AlgorithmName = Literal["ed25519", "hmac-sha256", "hmac-sm3"]
SIGNATURE_BYTES: dict[AlgorithmName, int] = {"ed25519": 64, "hmac-sha256": 32, "hmac-sm3": 32}
SECRET_BYTES = 32  # at least


@dataclass(frozen=True, slots=True)
class Secret:
    """What both sides know. Raise ValueError when it is too short."""

    value: bytes = field(repr=False)
    algorithm: Literal["hmac-sha256", "hmac-sm3"] = "hmac-sha256"

    def __post_init__(self) -> None:
        if len(self.value) < SECRET_BYTES:
            raise ValueError(f"a shared secret has at least {SECRET_BYTES} bytes")


SigningKey: TypeAlias = Ed25519PrivateKey | Secret
VerifyingKey: TypeAlias = Ed25519PublicKey | Secret


class PublicKeys(Protocol):
    """Whoever knows the keys that are valid now."""

    def find(self, keyid: str) -> VerifyingKey | None:
        """The key, or None when nobody has it, it was taken back, or its time is over."""


class HmacSm3(algorithms.HTTPSignatureAlgorithm):
    """HMAC (RFC 2104) with SM3 (GB/T 32905), for the library, which has none of its own."""

    algorithm_id = "hmac-sm3"

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
        self._secret: bytes = private_key or public_key

    def sign(self, message: bytes) -> bytes:
        """32 bytes."""
        return self._mac(message).finalize()

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise InvalidSignature unless it is of this message."""
        self._mac(message).verify(signature)

    def _mac(self, message: bytes) -> hmac.HMAC:
        mac = hmac.HMAC(self._secret, hashes.SM3())
        mac.update(message)
        return mac


_ALGORITHMS: dict[AlgorithmName, type[algorithms.HTTPSignatureAlgorithm]] = {
    "ed25519": algorithms.ED25519,
    "hmac-sha256": algorithms.HMAC_SHA256,
    "hmac-sm3": HmacSm3,
}


def algorithm_of(key: SigningKey | VerifyingKey) -> AlgorithmName:
    """By which the key signs, and by no other."""
    return key.algorithm if isinstance(key, Secret) else "ed25519"


def for_the_library(key: SigningKey | VerifyingKey) -> tuple[type[algorithms.HTTPSignatureAlgorithm], Any]:
    """Algorithm and material as ``http_message_signatures`` takes them."""
    return _ALGORITHMS[algorithm_of(key)], key.value if isinstance(key, Secret) else key


def new_private_key() -> PrivateKey:
    """A fresh one."""
    return Ed25519PrivateKey.generate()


def load_public_key(text: str) -> PublicKey:
    """From the 32 bytes of the key (RFC 8032) in base64. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(_thirty_two(text))


def load_private_key(text: str) -> PrivateKey:
    """From the 32 bytes of the seed (RFC 8032) in base64. Raises ValueError."""
    return Ed25519PrivateKey.from_private_bytes(_thirty_two(text))


def dump_public_key(key: PublicKey) -> str:
    """What ``load_public_key`` reads."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def dump_private_key(key: PrivateKey) -> str:
    """What ``load_private_key`` reads. Secret."""
    return base64.b64encode(key.private_bytes_raw()).decode()


def _thirty_two(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != 32:
        # Not a word of what was given: it may be a secret.
        raise ValueError("an Ed25519 key is 32 bytes in base64")
    return raw
