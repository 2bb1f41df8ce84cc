"""How the exam system signs (docs/exam-api.md, Signing)."""

import datetime as dt
import re

from kuaiji_signed.signing import Scheme
from kuaiji_signed.strict import Verifier

SKEW_SECONDS = 300  # either way
SCHEME = Scheme(
    label="sig1",
    algorithms=("hmac-sha256", "hmac-sm3"),
    key_id=re.compile(r"(?P<owner>exam-[0-9a-f]{16})", re.ASCII),
    key_id_example="exam-0123456789abcdef",
    with_body=("@method", "@authority", "@path", "content-digest", "content-type"),
    without_body=("@method", "@authority", "@path", "@query"),
    has_expires=False,
    lifetime=dt.timedelta(seconds=SKEW_SECONDS),
    skew=dt.timedelta(seconds=SKEW_SECONDS),
    nonce=re.compile(r"[!#-\[\]-~]{16,64}", re.ASCII),  # visible ASCII but for the quote and the backslash
)
VERIFIER = Verifier(SCHEME)
