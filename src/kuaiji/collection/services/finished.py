"""信息采集 as an act that may be evaluated (feedback.acts)."""

from kuaiji.accountants.models import Record
from kuaiji.feedback.acts import FinishedAct
from kuaiji.identity.models import User


def newest_collection(user: User) -> FinishedAct | None:
    """The collection, or what completed it after a transfer in."""
    record = Record.objects.of(user).complete().first()
    if record is None:
        return None
    return FinishedAct(f"{record.pk}:{record.collected_at.isoformat()}", record.division_code, record.collected_at)
