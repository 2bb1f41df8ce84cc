"""What is kept of a person who closes: the record, which is an archive (docs/adr/0029)."""

from kuaiji.accountants.models import Record
from kuaiji.identity.models import User


def keeps_record(user: User) -> bool:
    """Is there a record, whatever its status?"""
    return Record.objects.of(user).exists()
