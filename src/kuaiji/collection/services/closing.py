"""What is deleted when a person closes (docs/adr/0029)."""

from kuaiji.collection.models import Draft, Submission
from kuaiji.identity.models import User


def forget_submissions(user: User) -> None:
    """Delete submissions that wait: they are no record, and their pictures are gone."""
    Submission.objects.of(user).delete()


def erase_drafts(user: User) -> None:
    """Delete the drafts of a person of whom nothing is kept."""
    Draft.objects.filter(user=user).delete()
