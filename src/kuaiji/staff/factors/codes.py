"""One-time codes of a secret (RFC 6238): six figures, a new one every 30 seconds. Pure."""

import hmac

import pyotp

STEP_SECONDS = 30
EITHER_WAY = 1  # steps by which a clock may be off


def step_of(secret: str, code: str, *, at: float) -> int | None:
    """The step whose code this is, of those around ``at`` (seconds since 1970); None when it is none of theirs.

    ``secret`` is base32. A step's code is taken once: the caller keeps the last.
    """
    codes, now = pyotp.TOTP(secret), int(at) // STEP_SECONDS
    steps = range(now - EITHER_WAY, now + EITHER_WAY + 1)
    right = [step for step in steps if hmac.compare_digest(codes.at(step * STEP_SECONDS).encode(), code.encode())]
    return right[-1] if right else None
