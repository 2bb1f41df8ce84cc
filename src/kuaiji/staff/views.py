"""Pages for what goes wrong, in the frame of the desk."""

from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from kuaiji.staff.display import frame
from kuaiji.staff.guards import signed_in_member
from kuaiji.staff.models import Member


def error_page(request: HttpRequest, status: int, *, template: str = "") -> HttpResponse:
    """The page of ``staff/errors/<status>.html``; the head says who one is, where that can be read."""
    context = frame(request, _known(request))
    if context["member"]:
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


def _known(request: HttpRequest) -> Member | None:
    if not hasattr(request, "session"):
        return None
    try:
        return signed_in_member(request)
    except DatabaseFault:
        return None
