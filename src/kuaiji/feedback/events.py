"""What can happen to an evaluation."""

import dataclasses

from kuaiji.audit.services import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class EvaluationGiven(DomainEvent):
    """Somebody evaluated an act of this kind. The grade stands in the row; who it was stands nowhere."""

    act: str
    has_words: bool
