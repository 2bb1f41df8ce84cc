"""What every answer carries and every request must obey."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from kuaiji.common import error_views
from kuaiji.common.body_caps import most_bytes
from kuaiji.common.headers import GetResponse, with_headers

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def security_headers(get_response: GetResponse) -> GetResponse:
    """Static headers on every answer, errors and files included: it stands outside everything that may fail."""
    return with_headers(HEADERS, get_response)


def body_cap(get_response: GetResponse) -> GetResponse:
    """Refuse a body without a length (411) or over the cap (413) before a byte of it is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            length = request.META.get("CONTENT_LENGTH", "")
            if not length.isdigit():
                if request.META.get("HTTP_TRANSFER_ENCODING"):
                    return error_views.of_face(request, 411)
                length = "0"
            cap = most_bytes(request.META, getattr(request, "urlconf", None))
            if int(length) > cap:
                return error_views.of_face(request, 413, cap)
        return get_response(request)

    return middleware


def files_of_signed_in(get_response: GetResponse) -> GetResponse:
    """A body larger than forms without files are is read only for who is signed in; the others are led to the sign-in.

    Stands outside of everything that reads a form: Django's own check against forged ones does.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":  # no other body is looked at
            length = int(request.META.get("CONTENT_LENGTH") or 0)  # digits, as body_cap has seen to
            if length > settings.FORM_CAP and not request.user.is_authenticated:
                return redirect_to_login(request.path)
        return get_response(request)

    return middleware


def private_pages(get_response: GetResponse) -> GetResponse:
    """Nothing of a signed-in person, and no refused form, stays in a cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Asking whether the session was touched does not read it, so anonymous pages cost no query.
        if request.session.accessed or request.method != "GET" or response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def error_pages(get_response: GetResponse) -> GetResponse:
    """The empty 405 of ``require_GET`` and its like becomes a page with words and a way on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = error_views.error_page(request, 405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return middleware
