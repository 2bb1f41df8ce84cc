"""调出 and 调入 as acts that may be evaluated (feedback.acts)."""

from kuaiji.feedback.acts import FinishedAct
from kuaiji.identity.models import User
from kuaiji.transfers.enums import InState
from kuaiji.transfers.models import TransferIn, TransferOut


def newest_out(user: User) -> FinishedAct | None:
    """The last transfer out that was asked for."""
    row = TransferOut.objects.filter(record__user=user).select_related("record").order_by("-applied_at").first()
    return FinishedAct(str(row.pk), row.record.division_code, row.applied_at) if row else None


def newest_in(user: User) -> FinishedAct | None:
    """The last transfer in that came to its end here."""
    row = TransferIn.objects.filter(user=user, state=InState.RECEIVED).order_by("-claimed_at").first()
    return FinishedAct(str(row.pk), row.division_code, row.claimed_at) if row else None
