"""Said before a release rather than found out by citizens: which partners nobody has given an address for."""

import os
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register

PARTNERS = ("KUAIJI_IDENTITY_URL", "KUAIJI_HOLDERS_URL", "KUAIJI_EMPLOYERS_URL")


@register(Tags.security, deploy=True)
def check_partners(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A partner without an address is always away, and its questions stay open for good."""
    return [
        Warning(f"{name} is not set: that partner counts as away", id="exchange.W001")
        for name in PARTNERS
        if not os.environ.get(name)
    ]
