"""``kuaiji staff``: the first members of a platform's staff."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import environment
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.staff.enums import Role
from kuaiji.staff.joining.services import create_first


class Command(BaseCommand):
    help = "管理端工作人员：create-first 为系统、管理、审计各发一份邀请，已有人员时拒绝"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("create-first", help="打印三份邀请，24 小时内有效，各用一次；只显示这一次")

    def handle(self, *args: Any, **options: Any) -> None:
        operation = Operation(kind=OperationKind.STAFF_INVITING, actor_kind=ActorKind.SYSTEM)
        try:
            made = create_first(operation=operation)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None
        for each in made:
            [role] = each.invitation.roles
            until = each.invitation.expires_at.astimezone(CHINA)
            self.stdout.write(f"{Role(role).label}  {each.invitation.bureau.full_name}  {until:%Y-%m-%d %H:%M} 前有效")
            self.stdout.write(f"  {_origin()}/staff/join/#{each.secret}")


def _origin() -> str:
    """Where staff's pages answer, as far as the environment says it; else the address begins with the path."""
    hosts = environment.STAFF_HOSTS.get() or environment.ALLOWED_HOSTS.get()
    named = next((host for host in hosts if not host.startswith(("*", "."))), "")
    return f"{'https' if settings.SESSION_COOKIE_SECURE else 'http'}://{named}" if named else ""
