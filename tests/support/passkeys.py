"""A passkey's device in software: an ES256 key, what a browser says of it, signed as WebAuthn level 2 asks."""

import hashlib
import json
import secrets
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

_PRESENT, _VERIFIED, _NEW = 0x01, 0x04, 0x40


class Device:
    """One passkey; ``verifies`` is whether it makes sure that it is the person."""

    def __init__(self, *, verifies: bool = True) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.credential = secrets.token_bytes(32)
        self.count = 0
        self._flags = _PRESENT | (_VERIFIED if verifies else 0)

    def make(self, options: str, origin: str) -> str:
        """The answer of ``navigator.credentials.create``."""
        asked = json.loads(options)
        numbers = self._key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        held = bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + cbor2.dumps(public)
        data = self._data(asked["rp"]["id"], _NEW) + held
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(self._client("webauthn.create", asked, origin), attestationObject=attestation)

    def show(self, options: str, origin: str) -> str:
        """The answer of ``navigator.credentials.get``."""
        asked = json.loads(options)
        self.count += 1
        client, data = self._client("webauthn.get", asked, origin), self._data(asked["rpId"], 0)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(client, authenticatorData=data, signature=signature)

    def _data(self, host: str, more: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + struct.pack(">BI", self._flags | more, self.count)

    def _client(self, kind: str, asked: dict[str, Any], origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": origin}).encode()

    def _answer(self, client: bytes, **response: bytes) -> str:
        named = bytes_to_base64url(self.credential)
        said = {name: bytes_to_base64url(value) for name, value in {"clientDataJSON": client, **response}.items()}
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": said})
