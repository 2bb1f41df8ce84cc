"""What a member's factors are, for pages to show."""

from kuaiji.staff.enums import FactorKind
from kuaiji.staff.models import Member


def passkeys_of(member: Member) -> list[bytes]:
    """The ids of the member's passkeys."""
    found = member.factors.filter(kind=FactorKind.PASSKEY).values_list("credential", flat=True)
    return [bytes(each) for each in found if each is not None]
