"""Every address of the platform, as a path that can be asked."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

UNKNOWN = "00000000-0000-0000-0000-000000000000"


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    """Addresses as the source writes them: ``/attachments/<uuid:attachment_id>/``."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern)


def paths() -> list[str]:
    """The same, with the id of nothing in the place of an id; fails when an address has other places."""
    made = [route.replace("<uuid:attachment_id>", UNKNOWN) for route in routes()]
    assert not [path for path in made if "<" in path], "say how to reach it"
    return made
