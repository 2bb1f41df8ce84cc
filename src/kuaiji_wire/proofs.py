"""What a release carries so that the destination can tell its person from somebody who only knows name and number.

Neither digest hides anything from who holds the message: eleven digits are tried through in seconds, the code within
the cost that its parameters set. They keep phone and code out of logs and sight, and say the same to both sides.
"""

import base64
import hmac
from typing import Annotated, Literal

from pydantic import Field

from kuaiji_wire.shapes import Shape

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32
CODE_LENGTH = 8
_HASHES = {"hmac-sha256": "sha256", "hmac-sm3": "sm3"}

Bytes32 = Annotated[str, Field(pattern=r"^[0-9A-Za-z+/]{43}=$", description="32 bytes in base64")]
Bytes16 = Annotated[str, Field(pattern=r"^[0-9A-Za-z+/]{22}==$", description="16 bytes in base64")]
Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="32 bytes in lower case hexadecimal")]


class PhoneDigest(Shape):
    """Of the phone bound at the origin: HMAC of its eleven digits (ASCII) under ``key``, made for this message only."""

    algorithm: Literal["hmac-sha256", "hmac-sm3"]
    key: Bytes32
    digest: Hex64

    def is_of(self, phone: str) -> bool:
        """Whether it is of this phone, eleven digits."""
        return hmac.compare_digest(phone_mac(phone, key=self.key, algorithm=self.algorithm), self.digest)


class CodeDigest(Shape):
    """Of the 调转码: Argon2id (RFC 9106, version 0x13) of its eight signs in upper case (ASCII), 32 bytes long."""

    algorithm: Literal["argon2id"]
    memory_kib: Annotated[int, Field(ge=8192, le=65536)]
    passes: Annotated[int, Field(ge=1, le=10)]
    lanes: Annotated[int, Field(ge=1, le=4)]
    salt: Bytes16
    digest: Bytes32


class ClaimProofs(Shape):
    """What proves a claim; null is a road that is closed. ``renewal`` counts the codes of a transfer: 1 in the release,
    one more each time; what has a smaller one is old."""

    renewal: Annotated[int, Field(ge=1, le=2**31 - 1)]
    phone: PhoneDigest | None
    code: CodeDigest | None


def phone_mac(phone: str, *, key: str, algorithm: Literal["hmac-sha256", "hmac-sm3"]) -> str:
    """The ``digest`` of a PhoneDigest; ``key`` in base64."""
    return hmac.new(base64.b64decode(key), phone.encode("ascii"), _HASHES[algorithm]).hexdigest()


def read_code(text: str) -> str:
    """A 调转码 as it is digested: upper case, without blanks and hyphens, ``O`` read as 0, ``I`` and ``L`` as 1."""
    return "".join(text.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
