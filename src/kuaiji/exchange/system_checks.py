"""Said before a release rather than found out by citizens: which partners nobody has given an address for."""

import os
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from kuaiji.common.profile import profile
from kuaiji.exchange.partners import clients
from kuaiji_wire.errors import HubUnavailable

PARTNERS = ("KUAIJI_IDENTITY_URL", "KUAIJI_EMPLOYERS_URL", "KUAIJI_HUB_URL")


@register(Tags.security, deploy=True)
def check_partners(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A partner without an address is always away, and its questions stay open for good."""
    receipts = ("KUAIJI_RECEIPTS_URL",) if profile().photo_source == "receipt" else ()
    found: list[CheckMessage] = [
        Warning(f"{name} is not set: that partner counts as away", id="exchange.W001")
        for name in PARTNERS + receipts
        if not os.environ.get(name)
    ]
    try:
        clients.hub()
    except HubUnavailable:
        pass  # said above
    except ImproperlyConfigured as error:
        found.append(Error(str(error), id="exchange.E001"))
    return found
