"""System check before a release: partners without an address, and the access to the hub."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register

from kuaiji.common import environment
from kuaiji.common.environment import ConfigurationError, Variable
from kuaiji.common.profile import profile
from kuaiji.exchange.partners import clients
from kuaiji_wire.errors import HubUnavailable

PARTNERS = (environment.IDENTITY_URL, environment.EMPLOYERS_URL, environment.HUB_URL)


@register(Tags.security, deploy=True)
def check_partners(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A partner without an address is always away, and its questions stay open for good."""
    receipts = (environment.RECEIPTS_URL,) if profile().photo_source == "receipt" else ()
    found: list[CheckMessage] = [
        Warning(
            f"{variable.name} is not set: that partner counts as away{_closed(variable)}",
            id="exchange.W001",
        )
        for variable in PARTNERS + receipts
        if not variable.get()
    ]
    try:
        clients.wire_version()
        clients.hub()
    except HubUnavailable:
        pass  # said above
    except ConfigurationError as error:
        found.append(Error(str(error), id="exchange.E001"))
    return found


def _closed(variable: Variable[str]) -> str:
    """What the platform does not do without this partner."""
    return ", and no submission becomes a record" if variable.name == environment.IDENTITY_URL.name else ""
