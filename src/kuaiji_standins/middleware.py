"""What every answer carries and every request must obey."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kuaiji.common.headers import GetResponse, with_headers
from kuaiji_standins import api

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def guard(get_response: GetResponse) -> GetResponse:
    """Static headers on every answer; a body without a length or over the cap is refused before it is read."""
    return with_headers(HEADERS, lambda request: _refuse_body(request) or get_response(request))


def most_bytes(environ: Mapping[str, Any]) -> int:
    """The cap of a request's body in bytes."""
    cap: int = settings.PHOTO_CAP if environ.get("PATH_INFO") == "/photo/" else settings.BODY_CAP
    return cap


def _refuse_body(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or ""
    if request.META.get("HTTP_TRANSFER_ENCODING") or (request.method == "POST" and not length.isdigit()):
        return api.failure(411, "length_required", "请在请求头中写明 Content-Length")
    cap = most_bytes(request.META)
    if length.isdigit() and int(length) > cap:
        return api.failure(413, "too_large", f"请求有{length}字节，上限{cap}字节，请减少内容")
    return None
