"""``kuaiji requests``: what the bureau has to decide, while it has no desk of its own."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.applications.enums import ApplicationKind, ApplicationState
from kuaiji.applications.models import Application
from kuaiji.applications.services.deciding import approve_application, refuse_application
from kuaiji.applications.services.reading import (
    all_applications,
    application_by_number,
    note_revealed,
    proofs_of,
    staff_id,
    waiting_applications,
)
from kuaiji.applications.staff_display import lines, subject
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import text
from kuaiji.common.clock import CHINA, today
from kuaiji.common.errors import RuleBroken
from kuaiji.common.names import clean_name
from kuaiji.keys.models import KeyDestroyed

REASON_LENGTH = 120  # with the name it has to fit into the operation


class Command(BaseCommand):
    help = "申请：list 列出，show 查看，approve 通过，refuse 不予通过"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        listing = commands.add_parser("list", help="待审核的申请，最急的在前")
        listing.add_argument("--all", action="store_true", dest="everything", help="连同已办结的")
        show = commands.add_parser("show", help="一份申请的内容；个人信息默认遮挡")
        show.add_argument("--reveal", action="store_true", help="显示完整内容，须写明 --by，查看会记录在案")
        show.add_argument("--proofs", metavar="文件夹", type=Path, help="把证明材料的图片存到这里，须用 --reveal")
        approve = commands.add_parser("approve", help="通过；需要两人的，先初审、再由另一人复核")
        refuse = commands.add_parser("refuse", help="不予通过；原因会告诉申请人")
        for command in (show, approve, refuse):
            command.add_argument("number", help="申请编号")
            command.add_argument("--by", required=command is not show, default="", help="经办人姓名")
        refuse.add_argument("--reason", required=True, help=f"原因，最多 {REASON_LENGTH} 个字")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command']}")(**options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None
        except OSError as error:
            raise CommandError(f"不能写入 {error.filename}：{error.strerror}") from None
        except KeyDestroyed:
            raise CommandError("申请人的个人信息已经删除，不能再查看或办理") from None

    def _list(self, *, everything: bool, **options: Any) -> None:
        applications = list(all_applications() if everything else waiting_applications())
        for application in applications:
            late = (
                "  已超期" if application.state == ApplicationState.SUBMITTED and application.due_on < today() else ""
            )
            reviewed = (
                "  待复核" if application.state == ApplicationState.SUBMITTED and application.first_reviewer else ""
            )
            self.stdout.write(
                f"{application.reference_number}  {ApplicationKind(application.kind).label}  {subject(application)}  "
                f"{application.submitted_at.astimezone(CHINA):%Y-%m-%d} 提交  {application.due_on:%Y-%m-%d} 前答复  "
                f"{ApplicationState(application.state).label}{reviewed}{late}"
            )
        self.stdout.write(f"共 {len(applications)} 份")

    def _show(self, *, number: str, reveal: bool, by: str, proofs: Path | None, **options: Any) -> None:
        application = application_by_number(number)
        if proofs and not reveal:
            raise RuleBroken("required", "查看证明材料须用 --reveal，并用 --by 写明经办人姓名")
        if reveal:
            note_revealed(application, reviewer=_name(by))
        for label, words in lines(application, reveal=reveal):
            self.stdout.write(f"{label}：{words}")
        if proofs is None:
            return
        for position, picture in enumerate(proofs_of(application), 1):
            path = _written(proofs / f"{application.reference_number}-{position}.jpg", picture)
            self.stdout.write(f"证明材料第 {position} 张：{path}，用后请删除")

    def _approve(self, *, number: str, by: str, **options: Any) -> None:
        application, reviewer = application_by_number(number), _name(by)
        done = approve_application(operation=_operation(reviewer, ""), application_id=application.pk, reviewer=reviewer)
        self.stdout.write(_outcome(done))

    def _refuse(self, *, number: str, by: str, reason: str, **options: Any) -> None:
        application, reviewer = application_by_number(number), _name(by)
        why = text.clean_line(reason, field="reason", label="原因", limit=REASON_LENGTH)
        operation = _operation(reviewer, why)
        done = refuse_application(operation=operation, application_id=application.pk, reviewer=reviewer, reason=why)
        self.stdout.write(_outcome(done))


def _name(by: str) -> str:
    if not by.strip():
        raise RuleBroken("required", "请用 --by 写明经办人姓名")
    return clean_name(by)


def _written(path: Path, data: bytes) -> Path:
    """A file that only the caller's system user reads."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    return path


def _operation(reviewer: str, reason: str) -> Operation:
    words = f"{reviewer}：{reason}" if reason else reviewer
    return Operation(
        kind=OperationKind.REQUEST_DECIDING,
        actor_kind=ActorKind.STAFF,
        actor_id=staff_id(reviewer),
        reason=words,
    )


def _outcome(application: Application) -> str:
    if application.state == ApplicationState.SUBMITTED:
        return f"{application.reference_number} 初审通过，还须由另一人复核"
    return f"{application.reference_number} {ApplicationState(application.state).label}，已通知申请人"
