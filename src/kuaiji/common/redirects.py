"""Where a page may send the browser on to when the address comes from the request."""

import re

from django.utils.http import url_has_allowed_host_and_scheme

# Printable ASCII but the backslash, which browsers read as a slash.
_PLAIN = re.compile(r"/(?!/)[!-\[\]-~]*")


def local_address(text: str) -> str:
    """``text`` if it is an address of this platform, else nothing: the browser is never sent elsewhere (ASVS 3.7.2).

    Other characters have to be percent-encoded, as browsers send them.
    """
    return text if _PLAIN.fullmatch(text) and url_has_allowed_host_and_scheme(text, allowed_hosts=None) else ""
