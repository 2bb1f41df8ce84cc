"""Every address of the platform, as a path that can be asked."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

UNKNOWN = "00000000-0000-0000-0000-000000000000"

# Who is not signed in may ask for these.
OPEN = {
    "/", "/privacy/", "/accessibility/", "/sitemap/", "/sitemap.xml", "/robots.txt",
    "/notices/", "/notices/atom.xml", "/notices/<uuid:notice_id>/",
    "/directory/", "/guide/", "/guide/<slug:slug>/", "/elder/",
    "/healthz", "/readyz", "/metrics", "/register/", "/register/details/",
    "/register/password/", "/login/", "/login/code/", "/logout/", "/recover/", "/recover/password/",
    "/recover/phone-lost/", "/recover/phone-lost/done/", "/verify/",
    "/transfers/", "/transfers/in/", "/transfers/in/confirm/", "/transfers/in/done/",
    "/notice/<slug:key>/", "/notice/<slug:key>/<slug:version>/", "/closed/",
    "/sms/reports/<slug:provider>/<str:token>",
}  # fmt: skip


def views(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Addresses as the source writes them, ``/attachments/<uuid:attachment_id>/``, each with what answers there."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


def routes(resolver: URLResolver | None = None) -> Iterator[str]:
    """The same without what answers."""
    return (route for route, _ in views(resolver))


def path_of(route: str) -> str:
    """The address with the id or the name of nothing in its place."""
    return re.sub(r"<(?:slug|str):\w+>", "nothing", re.sub(r"<uuid:\w+>", UNKNOWN, route))


def paths(resolver: URLResolver | None = None) -> list[str]:
    """The addresses, the citizens' by default, as ``path_of``; fails when an address has other places."""
    made = [path_of(route) for route in routes(resolver)]
    assert not [path for path in made if "<" in path], "say how to reach it"
    return made
