"""What the commands for windows and rules ask alike."""

import argparse

from django.core.management.base import CommandParser

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation

SOURCE_LENGTH = 200


def add_notice(command: CommandParser) -> None:
    """``--source``: which notice says so."""
    command.add_argument("--source", required=True, type=_source, help="公告的文号或名称")


def add_operator(command: CommandParser) -> None:
    """``--by``: who does it."""
    command.add_argument("--by", required=True, help="经办人姓名")


def operation_of(kind: OperationKind, by: str) -> Operation:
    """The act of the member of staff called ``by``."""
    return Operation(kind=kind, actor_kind=ActorKind.STAFF, reason=by)


def _source(text: str) -> str:
    if not 0 < len(text.strip()) <= SOURCE_LENGTH:
        raise argparse.ArgumentTypeError(f"公告须为 1–{SOURCE_LENGTH} 个字，现在是 {len(text.strip())} 个")
    return text.strip()
