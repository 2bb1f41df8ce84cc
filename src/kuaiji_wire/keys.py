"""Keys of the wire by their ids: ``440000:2026-1`` is the key ``2026-1`` of platform 440000, ``hub:2026-1`` of the hub.

Keys themselves: ``kuaiji_signed.keys``, whose functions stand here as well.
"""

import re
from collections.abc import Mapping

from kuaiji_signed.keys import (
    PrivateKey,
    PublicKey,
    PublicKeys,
    VerifyingKey,
    dump_private_key,
    dump_public_key,
    load_private_key,
    load_public_key,
    new_private_key,
)

__all__ = [
    "HUB",
    "KEY_ID",
    "KEY_ID_EXAMPLE",
    "KeyBook",
    "PrivateKey",
    "PublicKey",
    "PublicKeys",
    "Side",
    "dump_private_key",
    "dump_public_key",
    "load_private_key",
    "load_public_key",
    "new_private_key",
    "owner_of",
]

HUB = "hub"
KEY_ID = re.compile(r"(?P<owner>[0-9]{6}|hub):[0-9A-Za-z._-]{1,40}")
KEY_ID_EXAMPLE = "440000:2026-1 or hub:2026-1"


class KeyBook:
    """Keys written down once, as ``load_public_key`` reads them."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        """Raise ValueError for an id or a key that is none."""
        self._keys = {keyid: load_public_key(text) for keyid, text in keys.items() if owner_of(keyid)}
        if len(self._keys) != len(keys):
            raise ValueError(f"a key id must look like {KEY_ID_EXAMPLE}")

    def find(self, keyid: str) -> PublicKey | None:
        return self._keys.get(keyid)


class Side:
    """Of the keys in ``keys`` those of the hub, or those of the platforms: neither may speak for the other."""

    def __init__(self, keys: PublicKeys, *, is_hub: bool) -> None:
        self._keys = keys
        self._is_hub = is_hub

    def find(self, keyid: str) -> VerifyingKey | None:
        """See PublicKeys."""
        return self._keys.find(keyid) if (owner_of(keyid) == HUB) is self._is_hub else None


def owner_of(keyid: str) -> str | None:
    """Whose key that is: a platform's code or ``hub``; None when it is no key id."""
    match = KEY_ID.fullmatch(keyid)
    return match["owner"] if match else None
