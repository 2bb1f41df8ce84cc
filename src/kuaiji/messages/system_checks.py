"""Checks before a start: what a profile switches off, how long each message is on a phone, and that none has a link."""

import re
from typing import Any

from django.core.checks import CheckMessage, Error, register

from kuaiji.common.profile import profile
from kuaiji.messages.catalogue import CATALOGUE, may_be_switched_off
from kuaiji.messages.lengths import MOST_SEGMENTS, longest, segments
from kuaiji.sms.enums import PARAMETERS, TemplateKey

_LINK = re.compile(r"(https?://|www\.)\S*|[A-Za-z0-9-]+\.(cn|com|net|org|gov)\b")


@register
def check_switches(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A profile switches off what may be, and nothing that there is not."""
    ours = profile()
    allowed = {event.value for event in CATALOGUE if may_be_switched_off(event)}
    return [
        Error(
            f"profile {ours.slug}: messages_off names {name!r}: it must be of {', '.join(sorted(allowed))}",
            id="messages.E001",
        )
        for name in ours.messages_off
        if name not in allowed
    ]


@register
def check_lengths(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No message needs more parts on a phone than it may, with the longest it can say; none has a foreign link."""
    ours = profile()
    faults: list[CheckMessage] = []
    for key in TemplateKey:
        if (template := ours.sms.get(key)) is None or set(template.parameters) != PARAMETERS[key]:
            continue  # said by the SMS app's own check
        whole = longest(template.text, signature=ours.sms_signature)
        if (parts := segments(whole)) > MOST_SEGMENTS:
            words = f"[sms.{key}] takes {parts} parts of a message, {len(whole)} signs at its longest"
            faults.append(Error(f"profile {ours.slug}: {words}: at most {MOST_SEGMENTS}", id="messages.E002"))
        found = _LINK.search(template.text)
        if found and found.group() not in ours.official_address:
            words = f"[sms.{key}] has a link: only {ours.official_address} may stand in a message"
            faults.append(Error(f"profile {ours.slug}: {words}", id="messages.E003"))
    return faults
