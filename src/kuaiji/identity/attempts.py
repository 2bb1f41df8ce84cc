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
# Of a phone and a person that belong together, so that nobody else can use it up (docs/adr/0060).
CODE_TO_BOUND = Kind(
    name="code_to_bound",
    windows=(Window(MINUTE, 1), Window(HOUR, 5), Window(DAY, 10)),
    refusal="该手机号获取验证码太频繁，请 {wait}后再试",
    field="phone",
)
CODE_FOR_PERSON = Kind(
    name="code_for_person", windows=(Window(DAY, 10),), refusal="您今天获取验证码太频繁，请 {wait}后再试"
)
RECOVERY_ASKED = Kind(
    name="recovery_asked",
    windows=(Window(MINUTE, 1), Window(HOUR, 5), Window(DAY, 10)),
    refusal="该手机号获取验证码太频繁，请 {wait}后再试",
    field="phone",
)
# Counted where nobody sees it: that a number and a phone belong together is told to nobody.
CODE_TO_OWNER = Kind(
    name="code_to_owner", windows=(Window(HOUR, 5), Window(DAY, 10)), refusal="该手机号今天的验证码已够多，{wait}后再发"
)
CODE_TO_KNOWN_BROWSER = Kind(
    name="code_known_browser",
    windows=(Window(HOUR, 3), Window(DAY, 5)),
    refusal="该手机号今天的验证码已够多，{wait}后再发",
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
    windows=(Window(HOUR, 30),),
    refusal="您所在的网络有较多验证码还没有填写，请过几分钟再试，最迟 {wait}后可以再发；也可以换一个网络",
    settles=True,
    grows=True,
    free_by_address=Window(HOUR, 20),
    free_in_total=Window(DAY, 5000),
    counted_in_total=_codes_not_entered,
)
CODE_FROM_KNOWN_NETWORKS = Kind(
    name="code_known_networks",
    windows=(Window(HOUR, 1000), Window(DAY, 5000)),
    refusal="现在获取验证码的人太多，暂不能再发，请 {wait}后再试",
    settles=True,
    grows=True,
    shared=True,
    reserve=50,
)
CODE_FROM_NEW_NETWORKS = Kind(
    name="code_new_networks",
    windows=(Window(HOUR, 200), Window(DAY, 1500)),
    refusal="现在获取验证码的人太多，暂不能再发，请 {wait}后再试",
    settles=True,
    shared=True,
)
GUESS_FROM_ADDRESS = Kind(name="guess_from_address", free_by_address=Window(HOUR, 60), free_in_total=Window(HOUR, 5000))

BUDGETS = (CODE_FROM_ADDRESS, CODE_FROM_KNOWN_NETWORKS, CODE_FROM_NEW_NETWORKS)
KINDS = (
    CODE_TO_PHONE,
    CODE_TO_BOUND,
    CODE_FOR_PERSON,
    RECOVERY_ASKED,
    CODE_TO_OWNER,
    CODE_TO_KNOWN_BROWSER,
    DOCUMENT_BY_PHONE,
    NEW_BROWSER_TOLD,
    GUESS_ON_NUMBER,
    GUESS_IN_KNOWN_BROWSER,
    *BUDGETS,
    GUESS_FROM_ADDRESS,
)
