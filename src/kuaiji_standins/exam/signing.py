"""How a question to a platform is signed (RFC 9421), from docs/exam-api.md alone."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field

from kuaiji_signed.keys import HmacSm3

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Key:
    """What ``kuaiji exam-client add`` printed. ``algorithm`` is hmac-sha256 or hmac-sm3."""

    keyid: str
    algorithm: str
    secret: bytes = field(repr=False)

    def mac(self, message: bytes) -> bytes:
        """32 bytes."""
        if self.algorithm == "hmac-sm3":
            return HmacSm3(private_key=self.secret).sign(message)
        return hmac.digest(self.secret, message, "sha256")


def signed(key: Key, method: str, authority: str, target: str, body: bytes | None = None) -> dict[str, str]:
    """The headers of one request; sign anew to ask again. ``target`` is the path with the query of a GET."""
    path, _, query = target.partition("?")
    covered = {"@method": method, "@authority": authority, "@path": path}
    headers = {}
    if body is None:
        covered["@query"] = f"?{query}"
    else:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {"Content-Digest": f"sha-256=:{digest}:", "Content-Type": JSON}
        covered |= {name.lower(): value for name, value in headers.items()}
    names = " ".join(f'"{name}"' for name in covered)
    parameters = f'({names});created={int(time.time())};nonce="{secrets.token_urlsafe(16)}"'
    parameters += f';keyid="{key.keyid}";alg="{key.algorithm}"'
    lines = [*(f'"{name}": {value}' for name, value in covered.items()), f'"@signature-params": {parameters}']
    signature = base64.b64encode(key.mac("\n".join(lines).encode())).decode()
    return headers | {"Signature-Input": f"sig1={parameters}", "Signature": f"sig1=:{signature}:"}
