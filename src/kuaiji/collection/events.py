"""What can happen to a draft, and to a submission that waits."""

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


@dataclasses.dataclass(frozen=True, kw_only=True)
class SubmissionMade(DomainEvent):
    """Sound answers were submitted and wait for somebody outside."""

    waits_for: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class SubmissionDecided(DomainEvent):
    """A submission was answered or taken back: ``after`` is its last state."""

    waits_for: str
    action: str
    after: str
