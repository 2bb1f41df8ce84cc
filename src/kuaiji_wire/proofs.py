"""What a release carries so that the destination can tell its person from somebody who only knows name and number.

Neither digest hides anything from who holds the message: eleven digits are tried through in seconds, the code within
the cost that its parameters set. They keep phone and code out of logs and sight, and say the same to both sides.
"""

import base64
import hmac
import secrets
from typing import Annotated, Literal, Self

from argon2.low_level import Type, hash_secret_raw
from pydantic import Field

from kuaiji_wire.shapes import Shape

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32
CODE_LENGTH = 8
Algorithm = Literal["hmac-sha256", "hmac-sm3"]
_HASHES: dict[Algorithm, str] = {"hmac-sha256": "sha256", "hmac-sm3": "sm3"}

Bytes32 = Annotated[str, Field(pattern=r"^[0-9A-Za-z+/]{43}=$", description="32 bytes in base64")]
Bytes16 = Annotated[str, Field(pattern=r"^[0-9A-Za-z+/]{22}==$", description="16 bytes in base64")]
Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="32 bytes in lower case hexadecimal")]


class PhoneDigest(Shape):
    """Of the phone bound at the origin: HMAC of its eleven digits (ASCII) under ``key``, made for this message only."""

    algorithm: Algorithm
    key: Bytes32
    digest: Hex64

    @classmethod
    def made_of(cls, phone: str, *, algorithm: Algorithm) -> Self:
        """Of this phone, eleven digits, under a key that nothing else has."""
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        return cls(algorithm=algorithm, key=key, digest=phone_mac(phone, key=key, algorithm=algorithm))

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

    @classmethod
    def made_of(cls, code: str) -> Self:
        """Of this code as ``read_code`` gives it, at the cost of a password here: 19 MiB, two passes, one lane."""
        made = cls(
            algorithm="argon2id",
            memory_kib=19 * 1024,
            passes=2,
            lanes=1,
            salt=base64.b64encode(secrets.token_bytes(16)).decode(),
            digest=base64.b64encode(bytes(32)).decode(),
        )
        return made.model_copy(update={"digest": made._hash(code)})

    def is_of(self, code: str) -> bool:
        """Whether it is of this code as ``read_code`` gives it. Takes the time and memory that the digest says."""
        return hmac.compare_digest(self._hash(code), self.digest)

    def _hash(self, code: str) -> str:
        made = hash_secret_raw(
            code.encode(),
            base64.b64decode(self.salt),
            time_cost=self.passes,
            memory_cost=self.memory_kib,
            parallelism=self.lanes,
            hash_len=32,
            type=Type.ID,
            version=0x13,
        )
        return base64.b64encode(made).decode()


class ClaimProofs(Shape):
    """What proves a claim; null is a road that is closed. ``renewal`` counts the codes of a transfer: 1 in the release,
    one more each time; what has a smaller one is old."""

    renewal: Annotated[int, Field(ge=1, le=2**31 - 1)]
    phone: PhoneDigest | None
    code: CodeDigest | None


def phone_mac(phone: str, *, key: str, algorithm: Algorithm) -> str:
    """The ``digest`` of a PhoneDigest; ``key`` in base64."""
    return hmac.new(base64.b64decode(key), phone.encode("ascii"), _HASHES[algorithm]).hexdigest()


def new_code() -> str:
    """A 调转码 that nobody can guess, as it is digested."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def show_code(code: str) -> str:
    """As people read it: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def read_code(text: str) -> str:
    """A 调转码 as it is digested: upper case, without blanks and hyphens, ``O`` read as 0, ``I`` and ``L`` as 1."""
    return "".join(text.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
