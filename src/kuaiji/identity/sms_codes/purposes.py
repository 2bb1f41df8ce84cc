"""What an SMS code may prove; a code of one purpose opens nothing else. Apps register theirs in their ``apps.py``."""

import dataclasses
import uuid
from collections.abc import Callable

from kuaiji.common.registry import AppRegistry
from kuaiji.limits.kinds import Kind
from kuaiji.sms.enums import TemplateKey


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CodePurpose:
    """What becomes of a code that was asked for.

    ``phone_of`` says, when a job draws it, which phone the form of this id names now; None sends nothing.
    ``to_bound``: that phone is bound already, so the code has a claim to the reserve of the known (ADR 0059).
    ``hidden_limit``: a message is sent only to people who are registered, and counts, when the job sends it, for this
    limit of theirs. Then nothing may show whether there was one: the page is silent about its way, and what it was
    counted for at the door stays counted.
    """

    template: TemplateKey
    phone_of: Callable[[uuid.UUID], str | None]
    to_bound: bool = False
    hidden_limit: Callable[[uuid.UUID], tuple[Kind, bytes]] | None = None


CODE_PURPOSES: AppRegistry[str, CodePurpose] = AppRegistry("purpose of SMS codes")
