"""Members of staff, what they sign in with, their sessions, and invitations."""

from kuaiji.staff.models.factors import Factor, RecoveryCode
from kuaiji.staff.models.invitations import Invitation
from kuaiji.staff.models.members import Member
from kuaiji.staff.models.sessions import MemberSession

__all__ = ["Factor", "Invitation", "Member", "MemberSession", "RecoveryCode"]
