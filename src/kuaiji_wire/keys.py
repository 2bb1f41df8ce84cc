"""Ed25519 keys by their ids: ``440000:2026-1`` is the key ``2026-1`` of platform 440000, ``hub:2026-1`` of the hub."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Protocol, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PrivateKey: TypeAlias = Ed25519PrivateKey
PublicKey: TypeAlias = Ed25519PublicKey

HUB = "hub"
_KEY_ID = re.compile(r"(?P<owner>[0-9]{6}|hub):[0-9A-Za-z._-]{1,40}")


class PublicKeys(Protocol):
    """Whoever knows the keys that are valid now."""

    def find(self, keyid: str) -> PublicKey | None:
        """The key, or None when nobody has it, it was taken back, or its time is over."""


class KeyBook:
    """Keys written down once, as ``load_public_key`` reads them."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        """Raise ValueError for an id or a key that is none."""
        self._keys = {keyid: load_public_key(text) for keyid, text in keys.items() if owner_of(keyid)}
        if len(self._keys) != len(keys):
            raise ValueError("a key id must look like 440000:2026-1 or hub:2026-1")

    def find(self, keyid: str) -> PublicKey | None:
        return self._keys.get(keyid)


def owner_of(keyid: str) -> str | None:
    """Whose key that is: a platform's code or ``hub``; None when it is no key id."""
    match = _KEY_ID.fullmatch(keyid)
    return match["owner"] if match else None


def new_private_key() -> PrivateKey:
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
