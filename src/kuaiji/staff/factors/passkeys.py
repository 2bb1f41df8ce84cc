"""Passkeys (WebAuthn level 2, §7.1 and §7.2): what a browser is asked, and whether its answer holds. Pure.

The person is verified by the device each time (``user_verification`` required); attestation is not asked for.
"""

import dataclasses
import ipaddress
import json
from collections.abc import Sequence

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kuaiji.common.errors import RuleBroken

LONGEST = 20_000  # characters of a browser's answer
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclasses.dataclass(frozen=True, slots=True)
class Ceremony:
    """Where it takes place: the origin the browser shows, the host that passkeys are bound to, and the challenge."""

    origin: str
    host: str
    challenge: bytes = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Registered:
    """A new passkey."""

    credential: bytes
    public_key: bytes
    sign_count: int


def is_possible(host: str) -> bool:
    """Passkeys need a host name: browsers make none for an address in numbers."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return bool(host)
    return False


def to_register(ceremony: Ceremony, *, title: str, handle: bytes, username: str, known: Sequence[bytes]) -> str:
    """What ``navigator.credentials.create`` is given, as JSON; a device with one of ``known`` makes no second."""
    options = webauthn.generate_registration_options(
        rp_id=ceremony.host,
        rp_name=title,
        user_id=handle,
        user_name=username,
        challenge=ceremony.challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            user_verification=_VERIFIED, resident_key=ResidentKeyRequirement.DISCOURAGED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return webauthn.options_to_json(options)


def to_show(ceremony: Ceremony, *, known: Sequence[bytes]) -> str:
    """What ``navigator.credentials.get`` is given, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=ceremony.host,
        challenge=ceremony.challenge,
        user_verification=_VERIFIED,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return webauthn.options_to_json(options)


def registered(ceremony: Ceremony, answer: str) -> Registered:
    """The passkey that a browser made; raises RuleBroken ``passkey_wrong``."""
    try:
        found = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=ceremony.challenge,
            expected_rp_id=ceremony.host,
            expected_origin=ceremony.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise wrong() from None
    return Registered(found.credential_id, found.credential_public_key, found.sign_count)


def named(answer: str) -> bytes:
    """Which passkey a browser's answer is of; raises RuleBroken ``passkey_wrong``."""
    try:
        return base64url_to_bytes(_text(_read(answer).get("rawId")))
    except ValueError:
        raise wrong() from None


def shown(ceremony: Ceremony, answer: str, public_key: bytes, sign_count: int) -> int:
    """The new count of a passkey whose answer holds; raises RuleBroken ``passkey_wrong``."""
    try:
        found = webauthn.verify_authentication_response(
            credential=_read(answer),
            expected_challenge=ceremony.challenge,
            expected_rp_id=ceremony.host,
            expected_origin=ceremony.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise wrong() from None
    return found.new_sign_count


def wrong() -> RuleBroken:
    """One answer for whatever does not hold."""
    return RuleBroken("passkey_wrong", "没有验证通过，请重试，或改用其他方式", "credential")


def challenge_text(challenge: bytes) -> str:
    """As the session keeps it."""
    return bytes_to_base64url(challenge)


def _read(answer: str) -> dict[str, object]:
    if len(answer) > LONGEST:
        raise wrong()
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        raise wrong() from None
    if not isinstance(found, dict):
        raise wrong()
    return found


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise wrong()
    return value
