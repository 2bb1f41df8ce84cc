"""Notes of staff about a person, for 我的数据: that they are there, when and how many; their words are asked for at the
bureau (ADR 0122)."""

from typing import Any

from kuaiji.desk.record.services import notes_of
from kuaiji.identity.data_parts import DATA_PARTS, DataPart
from kuaiji.identity.models import User


def register() -> None:
    """Say what the desk keeps. Once, in AppConfig.ready."""
    DATA_PARTS.register("staff_notes", DataPart(order=135, values=_notes))


def _notes(user: User) -> Any:
    return [{"written_at": note.written_at, "by": note.member.bureau.full_name} for note in notes_of(user)]
