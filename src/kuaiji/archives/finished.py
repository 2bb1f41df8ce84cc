"""打印 as an act that may be evaluated (feedback.acts)."""

from kuaiji.archives.enums import PrintState
from kuaiji.archives.models import ArchivePrint
from kuaiji.feedback.acts import FinishedAct
from kuaiji.identity.models import User


def newest_made(user: User) -> FinishedAct | None:
    """The last print of any kind that was made."""
    made = ArchivePrint.objects.filter(record__user=user, state=PrintState.READY).select_related("record")
    newest = made.order_by("-asked_at").first()
    return FinishedAct(str(newest.pk), newest.record.division_code, newest.asked_at) if newest else None
