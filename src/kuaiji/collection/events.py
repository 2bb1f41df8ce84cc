"""What can happen to a draft."""

import dataclasses

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoticeAgreed(DomainEvent):
    """承诺填写信息的真实性, and which text was read."""

    notice_version: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class AnswersSaved(DomainEvent):
    """One step was saved; the answers themselves stay in the draft."""

    step: str
    revision: int
