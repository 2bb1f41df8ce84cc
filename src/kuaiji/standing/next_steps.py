"""What a person can do next on the own page, decided by the state of the collection (R3.9)."""

import dataclasses

from kuaiji.accountants.enums import CollectionStatus


@dataclasses.dataclass(frozen=True, slots=True)
class NextStep:
    """How the own page shows a status: the words and buttons under 接下来.

    ``tells_collection``: when the collection was completed is shown; ``tells_currency``: whether the record is up to
    date. Both are shown of a record only. ``ends`` names the act that came to its end here, and may be evaluated
    (feedback.acts).
    """

    name: str
    tells_collection: bool = True
    tells_currency: bool = False
    ends: str = ""

    @property
    def template(self) -> str:
        """The part of the page that stands under 接下来."""
        return f"portal/next/{self.name}.html"


def next_step(status: CollectionStatus, *, claim_failed: bool = False) -> NextStep:
    """What ``status`` calls for; ``claim_failed``: the newest 调入 of somebody without a record came to nothing.

    Raises LookupError for a status that no page tells of yet: 待审核 and 已退回 come with the review at the staff desk.
    """
    match status:
        case CollectionStatus.NOT_STARTED:
            return NextStep("claim_refused" if claim_failed else "not_started")
        case CollectionStatus.DRAFT:
            return NextStep("claim_refused" if claim_failed else "draft")
        case CollectionStatus.AWAITING_CHECK:
            return NextStep("awaiting_check", tells_collection=False)
        case CollectionStatus.COLLECTED:
            return NextStep("collected", tells_currency=True)
        case CollectionStatus.TRANSFERRING_OUT:
            return NextStep("transferring_out", tells_currency=True)
        case CollectionStatus.TRANSFERRED_OUT:
            return NextStep("transferred_out")
        case CollectionStatus.CLAIM_UNDER_REVIEW:
            return NextStep("claim_under_review")
        case CollectionStatus.TO_COMPLETE:
            return NextStep("to_complete", tells_collection=False, ends="transfer-in")
        case CollectionStatus.ENDED:
            return NextStep("ended")
        case _:
            raise LookupError(f"the own page does not know what follows of {status.value}")
