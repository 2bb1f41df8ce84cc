"""System check before a start: the profile has the words of every message that is sent."""

import string
from typing import Any

from django.core.checks import CheckMessage, Error, register

from kuaiji.common.profile import profile
from kuaiji.sms.enums import PARAMETERS


@register
def check_templates(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each template is there, registered with the right parameters, and its text uses them."""
    faults: list[CheckMessage] = []
    for key, needed in PARAMETERS.items():
        template = profile().sms.get(key)
        if template is None:
            faults.append(Error(f"profile {profile().slug}: no message [sms.{key}]", id="sms.E001"))
            continue
        used = {name for _, name, _, _ in string.Formatter().parse(template.text) if name is not None}
        if set(template.parameters) != needed or used != needed:
            names = ", ".join(sorted(needed))
            faults.append(Error(f"profile {profile().slug}: [sms.{key}] takes exactly {names}", id="sms.E002"))
    return faults
