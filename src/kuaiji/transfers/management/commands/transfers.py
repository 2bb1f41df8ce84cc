"""``kuaiji manage transfers``: who is released to this platform, and what its bureau decides about that.

Until the staff's desk stands: sending back whom the platform does not take, and claims that nothing else proves.
"""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kuaiji.applications.services.reading import staff_id
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.codelists.services import label
from kuaiji.common import documents, phones, text
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.common.ids import as_uuid
from kuaiji.common.names import clean_name
from kuaiji.regions.services import full_name
from kuaiji.transfers.enums import InState
from kuaiji.transfers.models import Release, TransferIn
from kuaiji.transfers.services.deciding import (
    approve_claim,
    claim_by_id,
    claims_to_verify,
    note_revealed,
    phone_of,
    refuse_claim,
)
from kuaiji.transfers.services.sending_back import send_back_release
from kuaiji_wire.people import Person

REASON_LENGTH = 120  # with the name it has to fit into the operation


class Command(BaseCommand):
    help = "调入：list 列出，return 退回调出地；待核实的：show 查看，approve 通过，refuse 不予通过"

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        commands.add_parser("list", help="已放行、还没有接收的，和待核实的调入申请，最早的在前")
        back = commands.add_parser("return", help="退回；原因会告诉本人")
        back.add_argument("number", help="调转编号")
        show = commands.add_parser("show", help="一份待核实的申请；个人信息默认遮挡")
        show.add_argument("--reveal", action="store_true", help="显示完整内容，须写明 --by，查看会记录在案")
        approve = commands.add_parser("approve", help="核实是本人；须由两人，先初审、再由另一人复核")
        refuse = commands.add_parser("refuse", help="不是本人，或不能核实；原因会告诉申请人")
        for command in (show, approve, refuse):
            command.add_argument("number", help="调入申请编号")
        for command in (back, show, approve, refuse):
            command.add_argument("--by", required=command is not show, default="", help="经办人姓名")
        for command in (back, refuse):
            command.add_argument("--reason", required=True, help=f"原因，最多 {REASON_LENGTH} 个字")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['command']}")(**options)
        except RuleBroken as broken:
            raise CommandError(broken.message) from None

    def _list(self, **options: Any) -> None:
        waiting = Release.objects.select_related("origin").filter(ended_at=None).order_by("arrived_at")
        for release in waiting:
            self.stdout.write(
                f"{release.pk}  {release.origin.name} → {full_name(release.division_code)}  "
                f"{release.arrived_at.astimezone(CHINA):%Y-%m-%d} 收到{'  退回中' if release.refusal else ''}"
            )
        self.stdout.write(f"共 {len(waiting)} 份")
        claims = list(claims_to_verify())
        for claim in claims:
            reviewed = "  待复核" if claim.first_reviewer else ""
            self.stdout.write(
                f"{claim.pk}  {_masked(claim.person['name'])}  {claim.origin.name} → {full_name(claim.division_code)}  "
                f"{claim.claimed_at.astimezone(CHINA):%Y-%m-%d} 确认  {InState.TO_VERIFY.label}{reviewed}"
            )
        self.stdout.write(f"待核实 {len(claims)} 份")

    def _return(self, *, number: str, by: str, reason: str, **options: Any) -> None:
        words = _reason(reason)
        transfer_id = as_uuid(number)
        if transfer_id is None:
            raise RuleBroken("unknown_release", "没有这笔待接收的调转，请核对编号")
        send_back_release(operation=_operation(_name(by), words), transfer_id=transfer_id, reason=words)
        self.stdout.write("已提交全国平台，由其确认后退回")

    def _show(self, *, number: str, reveal: bool, by: str, **options: Any) -> None:
        claim = claim_by_id(as_uuid(number))
        if reveal:
            note_revealed(claim, reviewer=_name(by))
        for title, words in _lines(claim, reveal):
            self.stdout.write(f"{title}：{words}")

    def _approve(self, *, number: str, by: str, **options: Any) -> None:
        claim, reviewer = claim_by_id(as_uuid(number)), _name(by)
        done = approve_claim(operation=_operation(reviewer, ""), claim_id=claim.pk, reviewer=reviewer)
        is_first = done.state == InState.TO_VERIFY
        self.stdout.write("初审通过，还须由另一人复核" if is_first else "核实通过，由系统审核")

    def _refuse(self, *, number: str, by: str, reason: str, **options: Any) -> None:
        claim, words = claim_by_id(as_uuid(number)), _reason(reason)
        refuse_claim(operation=_operation(_name(by), words), claim_id=claim.pk, reason=words)
        self.stdout.write("不予通过，已通知申请人")


def _lines(claim: TransferIn, reveal: bool) -> Iterator[tuple[str, str]]:
    """What the bureau has to know to decide."""
    person = Person.from_flat(claim.person)
    number, phone = person.document.number, phone_of(claim)
    yield "编号", str(claim.pk)
    yield "状态", InState(claim.state).label
    yield "姓名", person.name if reveal else _masked(person.name)
    yield "证件", f"{label('document_types', person.document.type)} {number if reveal else documents.mask(number)}"
    yield "手机号", phone if reveal else phones.mask_phone(phone)
    yield "调出地", claim.origin.name
    yield "调入地", full_name(claim.division_code)
    yield "确认时间", f"{claim.claimed_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if claim.first_reviewer:
        yield "初审", claim.first_reviewer


def _masked(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1)


def _name(by: str) -> str:
    if not by.strip():
        raise RuleBroken("required", "请用 --by 写明经办人姓名")
    return clean_name(by, field="by")


def _reason(reason: str) -> str:
    return text.clean_line(reason, field="reason", label="原因", limit=REASON_LENGTH)


def _operation(reviewer: str, reason: str) -> Operation:
    return Operation(
        kind=OperationKind.TRANSFER_REVIEWING,
        actor_kind=ActorKind.STAFF,
        actor_id=staff_id(reviewer),
        reason=f"{reviewer}：{reason}" if reason else reviewer,
    )
