"""更正申请 as an act that may be evaluated (feedback.acts)."""

from kuaiji.accountants.models import Record
from kuaiji.applications.enums import ApplicationKind
from kuaiji.applications.models import Application
from kuaiji.feedback.acts import FinishedAct
from kuaiji.identity.models import User


def newest_correction(user: User) -> FinishedAct | None:
    """The last correction that the person asked for."""
    found = Application.objects.filter(user=user, kind=ApplicationKind.CORRECTION).order_by("-submitted_at").first()
    record = Record.objects.of(user).first()
    return FinishedAct(str(found.pk), record.division_code, found.submitted_at) if found and record else None
