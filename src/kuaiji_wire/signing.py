"""How the wire signs: Ed25519, one signature labelled ``wire`` with the tag ``kuaiji-wire``, over requests and answers.

What is common to all signed doors, and how a signature is made and checked: ``kuaiji_signed.signing``.
"""

from dataclasses import dataclass

from kuaiji_signed import signing
from kuaiji_signed.signing import CONTENT_TYPE, Nonces, Request, Response, Scheme, Verified
from kuaiji_wire.keys import KEY_ID, KEY_ID_EXAMPLE, PublicKeys, Side

__all__ = [
    "CONTENT_TYPE",
    "WIRE",
    "Nonces",
    "Request",
    "Response",
    "Signer",
    "Verified",
    "verify_head",
    "verify_request",
    "verify_response",
]

WIRE = Scheme(
    label="wire",
    tag="kuaiji-wire",
    algorithms=("ed25519",),
    key_id=KEY_ID,
    key_id_example=KEY_ID_EXAMPLE,
    with_body=("@method", "@authority", "@path", "@query", "content-type", "content-digest"),
    without_body=("@method", "@authority", "@path", "@query"),
)


@dataclass(frozen=True)
class Signer(signing.Signer):
    """Who signs on the wire: a key id and its private key. Raise ValueError unless the key id is one."""

    scheme: Scheme = WIRE


def verify_request(request: Request, *, keys: PublicKeys, nonces: Nonces) -> Verified:
    """Which platform sent this request; see ``kuaiji_signed.signing.verify_request`` for what it raises."""
    return signing.verify_request(request, scheme=WIRE, keys=Side(keys, is_hub=False), nonces=nonces)


def verify_head(request: Request, *, keys: PublicKeys) -> None:
    """Whether a platform signed this, as far as its headers tell; see ``kuaiji_signed.signing.verify_head``."""
    signing.verify_head(request, scheme=WIRE, keys=Side(keys, is_hub=False))


def verify_response(response: Response, *, keys: PublicKeys) -> Verified:
    """Proof that the hub gave this answer to this very request; see ``kuaiji_signed.signing.verify_response``."""
    return signing.verify_response(response, scheme=WIRE, keys=Side(keys, is_hub=True))
