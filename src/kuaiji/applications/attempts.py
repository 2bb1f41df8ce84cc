"""What requests count for the limits (kuaiji.limits, docs/limits.md)."""

from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import DAY, Window

PHONE_LOST = Kind(
    name="phone_lost",
    windows=(Window(DAY, 2),),
    refusal="该证件号今天申请次数过多，请 {wait}后再试",
    field="document_number",
)
