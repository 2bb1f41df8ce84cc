"""What an SMS code may prove; a code of one purpose opens nothing else. Apps register theirs in their ``apps.py``."""

import dataclasses
import uuid
from collections.abc import Callable

from kuaiji.common.registry import AppRegistry
from kuaiji.sms.enums import TemplateKey


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CodePurpose:
    """What becomes of a code that was asked for.

    ``phone_of`` says, when a job draws it, which phone the form of this id names now; None sends nothing.
    ``known_only``: a message is sent only to people who are registered. Then nothing may show whether there was one:
    the page is silent about its way, and a code that no provider could carry counts all the same.
    """

    template: TemplateKey
    phone_of: Callable[[uuid.UUID], str | None]
    known_only: bool = False


CODE_PURPOSES: AppRegistry[str, CodePurpose] = AppRegistry("purpose of SMS codes")
