"""The demo's gateway: messages go to the stand-ins' inbox and to no phone."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from kuaiji.common.http import Partner, PartnerAnswer, PartnerUnavailable
from kuaiji.common.profile import SmsTemplate
from kuaiji.sms.providers.base import ProviderRefused, ProviderUnavailable, Sent, SmsRefusal, ordered_params

NAME = "standin"


class Accepted(PartnerAnswer):
    """The gateway took the message."""

    serial: Annotated[str, Field(pattern=r"^[0-9A-Z]{1,32}$")]


class StandinProvider:
    """Posts to ``/sms/messages`` of the stand-ins. The same message id sent twice arrives once.

    ``report_to`` is where it reports what became of a message; nothing for no reports.
    """

    knows_ids = True

    def __init__(
        self, partner: Partner, *, signature: str, templates: Mapping[str, SmsTemplate], report_to: str = ""
    ) -> None:
        self._partner = partner
        self._report_to = report_to
        self._signature = signature
        self._templates = templates

    def send(self, *, message_id: uuid.UUID, phone: str, template_key: str, params: Mapping[str, str]) -> Sent:
        template = self._templates[template_key]
        message = {
            "id": str(message_id),
            "to": phone,
            "signature": self._signature,
            "template_id": template_key,
            "params": ordered_params(template, params),
            "text": template.text.format_map(params),
            **({"report_to": self._report_to} if self._report_to else {}),
        }
        try:
            answer = self._partner.call("POST", "/sms/messages", json=message)
            if answer.status == 200:
                return Sent(self._partner.read(answer.data, Accepted).serial, NAME)
        except PartnerUnavailable as error:
            raise ProviderUnavailable(NAME, error.reason, unanswered=error.unanswered) from None
        raise _failure(answer.status, answer.data)


def _failure(status: int, data: Any) -> ProviderRefused | ProviderUnavailable:
    code = data.get("code") if isinstance(data, dict) else None
    if code in tuple(SmsRefusal):
        return ProviderRefused(NAME, SmsRefusal(code), code)
    return ProviderUnavailable(NAME, f"status_{status}")
