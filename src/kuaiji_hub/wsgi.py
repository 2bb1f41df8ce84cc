"""The WSGI application that ``kuaiji hub-serve`` serves, and what its requests may bring."""

from collections.abc import Mapping
from typing import Any

from django.core.wsgi import get_wsgi_application

from kuaiji.common import environment
from kuaiji_wire.client import MESSAGE_CAP

environment.set_default(environment.SETTINGS_MODULE, "kuaiji_hub.settings")
application = get_wsgi_application()
apart = {("/healthz", "/readyz", "/metrics"): 1}  # house/gateway.py


def body_cap(environ: Mapping[str, Any]) -> int:
    """The most bytes of a body; of what is not signed none is read, the door refuses it by its headers."""
    signed = environ.get("HTTP_SIGNATURE") and environ.get("HTTP_SIGNATURE_INPUT")
    return MESSAGE_CAP if signed else 0


def may_bring(environ: Mapping[str, Any]) -> bool:
    """Whether a body that would not stay in memory is read: only what a platform signed."""
    from kuaiji_hub.door import is_proven  # its models, once Django is set up

    return is_proven(environ)
