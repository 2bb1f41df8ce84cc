"""What there is of a person, in one question: most people have nothing of most of it, and it is not asked for then."""

import dataclasses
import uuid

from django.db.models import F

from kuaiji.accountants.reporting.reports import has_unreported
from kuaiji.applications.services.phone_lost import has_open_claims
from kuaiji.changes.services import has_held_name
from kuaiji.collection.progress import has_waiting_submission
from kuaiji.common.questions import Question
from kuaiji.identity.models import User
from kuaiji.identity.partner_checks.services import has_open_check
from kuaiji.transfers.services.reading import has_transfer_in, has_transfer_out


@dataclasses.dataclass(frozen=True, slots=True)
class Matters:
    """``photo`` of the record, and whether there is anything of each of the others."""

    photo: uuid.UUID | None
    transfer_out: bool
    transfer_in: bool
    submission: bool
    open_check: bool
    held_name: bool
    open_claim: bool
    unreported: bool


MATTERS = Question(
    Matters,
    lambda user_id: User.objects.filter(pk=user_id).values_list(
        F("record__personal__photo_id"),
        has_transfer_out("pk"),
        has_transfer_in("pk"),
        has_waiting_submission("pk"),
        has_open_check("pk"),
        has_held_name("pk"),
        has_open_claims("pk"),
        has_unreported("record"),
    ),
)
