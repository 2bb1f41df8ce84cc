"""What moving between platforms counts for the limits (kuaiji.limits, docs/limits.md)."""

from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import DAY, Window

TRANSFER_CODE = Kind(
    name="transfer_code", windows=(Window(DAY, 5),), refusal="今天换新调转码的次数已够多，请 {wait}后再试"
)

KINDS = (TRANSFER_CODE,)
