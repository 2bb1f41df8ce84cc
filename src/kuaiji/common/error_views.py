"""Pages for what goes wrong. They need no database and no session, and weigh little (U-26)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from kuaiji.common.context import surroundings


def error_page(request: HttpRequest, status: int, *, template: str = "", **context: Any) -> HttpResponse:
    """The page of ``errors/<status>.html``; ``context`` goes to the template."""
    context |= surroundings(request)
    return HttpResponse(render_to_string(template or f"errors/{status}.html", context), status=status)


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
    """411: a body that does not say how long it is."""
    return error_page(request, 411)


def too_large(request: HttpRequest, cap: int) -> HttpResponse:
    """413: more than this address takes at once, which is ``cap`` bytes."""
    return error_page(request, 413, megabytes=cap // 2**20, kilobytes=cap // 1024)


def stopped(request: HttpRequest, words: str) -> HttpResponse:
    """503: this cannot be done for now; ``words`` say why and until when."""
    return error_page(request, 503, template="errors/stopped.html", words=words)
