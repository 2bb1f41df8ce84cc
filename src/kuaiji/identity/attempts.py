"""What identity counts for the limits (kuaiji.limits, docs/limits.md)."""

import datetime as dt

from django.db.models import QuerySet

from kuaiji.identity.models import SmsCode
from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import DAY, HOUR, MINUTE, Window


def _codes_not_entered(since: dt.datetime) -> QuerySet[SmsCode]:
    """Honest people enter theirs, so a busy day of theirs is no attack."""
    return SmsCode.objects.filter(used_at=None, created_at__gt=since)


_GUESSED = "密码错误次数过多，请 {wait}后再试，或找回密码"

CODE_TO_PHONE = Kind(
    name="code_to_phone",
    windows=(Window(MINUTE, 1), Window(HOUR, 5), Window(DAY, 10)),
    refusal="该手机号获取验证码太频繁，请 {wait}后再试",
    field="phone",
)
CODE_FOR_PERSON = Kind(
    name="code_for_person",
    windows=(Window(DAY, 10),),
    refusal="该证件号获取验证码太频繁，请 {wait}后再试",
    field="document_number",
)
DOCUMENT_BY_PHONE = Kind(
    name="document_by_phone",
    windows=(Window(DAY, 3),),
    refusal="该手机号今天验证的证件号过多，请 {wait}后再试",
    field="phone",
)
NEW_BROWSER_TOLD = Kind(
    name="new_browser_told", windows=(Window(DAY, 3),), refusal="今天的新设备登录提醒已够多，{wait}后再发"
)
GUESS_ON_NUMBER = Kind(
    name="guess_on_number",
    windows=(Window(15 * MINUTE, 5), Window(HOUR, 10), Window(DAY, 40)),
    refusal=_GUESSED,
)
GUESS_IN_KNOWN_BROWSER = Kind(
    name="guess_known_browser", windows=(Window(15 * MINUTE, 5), Window(DAY, 20)), refusal=_GUESSED
)
CODE_FROM_ADDRESS = Kind(
    name="code_from_address",
    free_by_address=Window(HOUR, 20),
    free_in_total=Window(DAY, 5000),
    counted_in_total=_codes_not_entered,
)
GUESS_FROM_ADDRESS = Kind(name="guess_from_address", free_by_address=Window(HOUR, 60), free_in_total=Window(HOUR, 5000))

KINDS = (
    CODE_TO_PHONE,
    CODE_FOR_PERSON,
    DOCUMENT_BY_PHONE,
    NEW_BROWSER_TOLD,
    GUESS_ON_NUMBER,
    GUESS_IN_KNOWN_BROWSER,
    CODE_FROM_ADDRESS,
    GUESS_FROM_ADDRESS,
)
