"""信息变更 as an act that may be evaluated (feedback.acts)."""

from kuaiji.accountants.models import Record
from kuaiji.feedback.acts import FinishedAct
from kuaiji.identity.models import User


def newest_change(user: User) -> FinishedAct | None:
    """The last change or 信息无变化，确认, once there is one after the collection."""
    record = Record.objects.of(user).in_force().first()
    if record is None or record.confirmed_at <= record.collected_at:
        return None
    return FinishedAct(f"{record.pk}:{record.confirmed_at.isoformat()}", record.division_code, record.confirmed_at)
