"""What archives count for the limits (kuaiji.limits, docs/limits.md)."""

from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import HOUR, Window

CHECK_FROM_ADDRESS = Kind(name="check_from_address", free_by_address=Window(HOUR, 30), free_in_total=Window(HOUR, 5000))
