"""The interface of an SMS provider. A message is a template's key and its parameters."""

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from kuaiji.common.profile import SmsTemplate


class SmsRefusal(enum.StrEnum):
    """Why a message is refused for good, in the same words for every provider."""

    PHONE_INVALID = "phone_invalid"
    PHONE_BLOCKED = "phone_blocked"
    PHONE_LIMITED = "phone_limited"
    CONTENT = "content"


class ProviderUnavailable(Exception):
    """This provider cannot take the message now: the next one may, or the same one later.

    ``reason`` is language-free and goes to logs. ``unanswered``: it may have taken the message without saying so.
    """

    def __init__(self, provider: str, reason: str, *, unanswered: bool = False) -> None:
        super().__init__(f"{provider}: {reason}")
        self.provider = provider
        self.reason = reason
        self.unanswered = unanswered


class ProviderRefused(Exception):
    """The message itself is refused, for good. ``reason`` is the provider's own word for it, for logs."""

    def __init__(self, provider: str, code: SmsRefusal, reason: str) -> None:
        super().__init__(f"{provider}: {reason}")
        self.provider = provider
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sent:
    """A provider took the message; ``serial`` is its own number for it."""

    serial: str
    provider: str


class Provider(Protocol):
    """One way to send a message. ``knows_ids``: the same message handed over twice reaches the phone once."""

    knows_ids: bool

    def send(self, *, message_id: uuid.UUID, phone: str, template_key: str, params: Mapping[str, str]) -> Sent:
        """Hand over one message to an 11-digit mainland number.

        Raises ProviderUnavailable (try the next one, or later) or ProviderRefused (never), KeyError for a template
        that the profile lacks and ValueError for parameters that are not the template's.
        """


def ordered_params(template: SmsTemplate, params: Mapping[str, str]) -> list[str]:
    """The values in the template's order; raises ValueError unless they are exactly the ones it names."""
    if params.keys() != set(template.parameters):
        raise ValueError(f"the template takes {', '.join(template.parameters)}; given {', '.join(sorted(params))}")
    return [params[name] for name in template.parameters]
