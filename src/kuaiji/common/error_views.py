"""Pages for what goes wrong. They need no database and no session, and weigh little (U-26).

Where the session can be read they keep in the head who one is, and they lead back to where one was.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import get_resolver

from kuaiji.common.context import surroundings, works
from kuaiji.common.redirects import local_address


def error_page(request: HttpRequest, status: int, *, template: str = "", **context: Any) -> HttpResponse:
    """The page of ``errors/<status>.html``; ``context`` goes to the template."""
    context |= surroundings(request) | {"back": came_from(request), "above": _above(request.path)}
    if status != 500 and is_signed_in(request):
        context["signed_in"] = True
        if "CSRF_COOKIE" in request.META:  # else a form would be refused: only the link to the own page is shown
            context["csrf_token"] = get_token(request)
    return HttpResponse(render_to_string(template or f"errors/{status}.html", context), status=status)


def of_face(request: HttpRequest, status: int, *told: Any) -> HttpResponse:
    """The page for ``status`` of the face that the request is for: ``handler<status>`` of its addresses."""
    resolver = get_resolver(getattr(request, "urlconf", None))
    page: HttpResponse = resolver.resolve_error_handler(status)(request, *told)
    return page


def came_from(request: HttpRequest) -> str:
    """The page of this platform that led here, as the browser says; nothing for another site's, or for this one.

    Never an address outside (ASVS 3.7.2): host and scheme must be ours, and of the rest only path and query are used.
    """
    try:
        referrer, ours = urlsplit(request.headers.get("Referer", "")), request.get_host()
    except (ValueError, DisallowedHost):
        return ""
    if (referrer.scheme, referrer.netloc) != (request.scheme, ours):
        return ""
    if referrer.path == request.path and request.method in ("GET", "HEAD"):
        return ""
    address = local_address(f"{referrer.path}?{referrer.query}" if referrer.query else referrer.path)
    return address if address and works(referrer.path) else ""


def _above(path: str) -> str:
    """The nearest page above ``path`` that answers, the home page not counted."""
    parts = path.strip("/").split("/")
    above = ("/" + "/".join(parts[:end]) + "/" for end in range(len(parts) - 1, 0, -1))
    return next((address for address in above if local_address(address) and works(address)), "")


def is_signed_in(request: HttpRequest) -> bool:
    """Whether a citizen is, as far as that can be read: of a request with nothing but its headers too. Asks only where
    the browser brought a session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    try:
        if not hasattr(request, "session"):  # refused before the middleware that brings it
            SessionMiddleware(lambda _: HttpResponse()).process_request(request)
        user = getattr(request, "user", None) or get_user(request)
        return bool(user.is_authenticated)
    except DatabaseFault:
        return False


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler400``."""
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler403``."""
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404``."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``."""
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the right token: an old tab that nobody can lead on, or a browser that keeps no cookies."""
    return error_page(request, 403, template="errors/403_csrf.html")


def length_required(request: HttpRequest) -> HttpResponse:
    """``handler411``: a body that does not say how long it is."""
    return error_page(request, 411)


def too_large(request: HttpRequest, cap: int) -> HttpResponse:
    """``handler413``: more than this address takes at once, which is ``cap`` bytes."""
    each = settings.FILE_CAP // 2**20
    return error_page(request, 413, megabytes=cap // 2**20, kilobytes=cap // 1024, each=each)


def stopped(request: HttpRequest, words: str) -> HttpResponse:
    """``handler503``: this cannot be done for now; ``words`` say why and until when."""
    return error_page(request, 503, template="errors/stopped.html", words=words)
