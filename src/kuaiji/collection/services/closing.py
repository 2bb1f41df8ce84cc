"""What goes when a person closes (0029)."""

from kuaiji.collection.models import Draft, Submission
from kuaiji.identity.models import User


def forget_submissions(user: User) -> None:
    """Delete what waits: it is no record, and has lost its pictures."""
    Submission.objects.of(user).delete()


def erase_drafts(user: User) -> None:
    """Delete what was filled in, of a person of whom nothing stays."""
    Draft.objects.filter(user=user).delete()
