"""What stays of a person who closes: the record is an archive (0029)."""

from kuaiji.accountants.models import Record
from kuaiji.identity.models import User


def keeps_record(user: User) -> bool:
    """Is there a record, whatever its status?"""
    return Record.objects.filter(user=user).exists()
