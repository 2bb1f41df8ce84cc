"""Pages for what goes wrong, in the frame of the desk."""

from typing import Any

from django.conf import settings
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from kuaiji.staff.display import frame
from kuaiji.staff.guards import is_member, signed_in_member
from kuaiji.staff.models import Member


def error_page(request: HttpRequest, status: int, *, template: str = "", **context: Any) -> HttpResponse:
    """The page of ``staff/errors/<status>.html``; the head says who one is, where that can be read. ``context`` goes to
    the template."""
    context |= frame(request, _known(request))
    if context["member"] and "CSRF_COOKIE" in request.META:  # else a form would be refused
        context["csrf_token"] = get_token(request)
    return HttpResponse(render_to_string(template or f"staff/errors/{status}.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler400``."""
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler403``."""
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404``: unknown, out of scope and not for this role alike."""
    return error_page(request, 404)


def length_required(request: HttpRequest) -> HttpResponse:
    """``handler411``."""
    return error_page(request, 411)


def too_large(request: HttpRequest, cap: int) -> HttpResponse:
    """``handler413``: more than this address takes at once, which is ``cap`` bytes."""
    each = settings.FILE_CAP // 2**20
    return error_page(request, 413, megabytes=cap // 2**20, kilobytes=cap // 1024, each=each)


def stopped(request: HttpRequest, words: str) -> HttpResponse:
    """``handler503``: this cannot be done for now; ``words`` say why and until when."""
    return error_page(request, 503, words=words)


def _known(request: HttpRequest) -> Member | None:
    try:
        return signed_in_member(request) if is_member(request) else None
    except DatabaseFault:
        return None
