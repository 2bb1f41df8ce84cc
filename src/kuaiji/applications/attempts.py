"""What requests count for the limits (kuaiji.limits, docs/limits.md)."""

from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import DAY, Window

PHONE_LOST = Kind(
    name="phone_lost",
    windows=(Window(DAY, 2),),
    refusal="这个手机号今天为该证件申请的次数过多，请 {wait}后再试",
    field="phone",
)
PHONE_LOST_TOLD = Kind(
    name="phone_lost_told", windows=(Window(DAY, 3),), refusal="今天的换手机号提醒已够多，{wait}后再发"
)

KINDS = (PHONE_LOST, PHONE_LOST_TOLD)
