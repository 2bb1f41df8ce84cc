"""What a member changes of the own way in."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.passwords.rules import prepared
from kuaiji.identity.passwords.services import check_password
from kuaiji.limits.services import count_or_refuse
from kuaiji.staff import attempts
from kuaiji.staff.events import MemberPasswordChanged
from kuaiji.staff.models import Member
from kuaiji.staff.rules import SHORTEST_PASSWORD
from kuaiji.staff.sessions.services import end_sessions
from kuaiji.staff.signing_in.services import is_right


def change_password(*, operation: Operation, member: Member, current: str, password: str, keep: str | None) -> None:
    """Set a new password; every session ends but that of the cookie ``keep``.

    Raises RuleBroken ``password_wrong``, ``limit_staff_code``, ``password_same`` or ``password_…``.
    """
    with transaction.atomic():
        guess = count_or_refuse(attempts.CODE_GUESSED, member.pk.bytes)
    if not is_right(current, member):
        raise RuleBroken("password_wrong", "当前密码不正确，请重新输入", "current_password")
    if prepared(password) == prepared(current):
        raise RuleBroken("password_same", "新密码与当前密码相同，请换一个", "password1")
    check_password(password, own=[member.username, member.name], shortest=SHORTEST_PASSWORD)
    encoded = make_password(prepared(password))
    with transaction.atomic():
        locked = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        locked.password = encoded
        locked.save(update_fields=["password"])
        if guess:
            guess.delete()
        ended = end_sessions(member.pk, keep=keep)
        record_events(operation, MemberPasswordChanged(subject_id=member.pk, ended_sessions=ended))


def read_notice(*, member: Member) -> None:
    """The member has read what there was to be told."""
    Member.objects.filter(pk=member.pk).update(told="")
