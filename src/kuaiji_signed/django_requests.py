"""A request of Django as signatures are checked over, and the answer back. Only doors that Django serves import it."""

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri

from kuaiji_signed.errors import LengthRequired, SignedError, TooLarge, Unsigned, WrongMethod
from kuaiji_signed.signing import Request, Response

# What a signature may cover; the server sets the others.
_CARRIED = ("content-type", "content-digest", "signature-input", "signature")


def asked_of(request: HttpRequest, *, address: str) -> Request:
    """The request without its body. ``address`` is scheme and authority under which the world knows this door: the
    host that a request names proves nothing."""
    query = iri_to_uri(request.META.get("QUERY_STRING", ""))
    url = f"{address}{iri_to_uri(request.path)}{'?' if query else ''}{query}"
    return Request(request.method or "", url, dict(request.headers))


def with_body(
    asked: Request, request: HttpRequest, *, method: str, cap: int, too_large: type[SignedError] = TooLarge
) -> Request:
    """With what was posted, of at most ``cap`` bytes.

    Raises WrongMethod, LengthRequired, ``too_large``, Unsigned before a byte of it is read.
    """
    if asked.method != method:
        raise WrongMethod
    length = request.META.get("CONTENT_LENGTH") or ""
    if method == "GET" and not length:
        length = "0"
    if request.META.get("HTTP_TRANSFER_ENCODING") or not _is_length(length):
        raise LengthRequired("content-length")
    if int(length) > cap:
        raise too_large("content-length")
    if not (request.headers.get("signature") and request.headers.get("signature-input")):
        raise Unsigned("signature")
    return Request(asked.method, asked.url, asked.headers, request.body)


def sent(answer: Response) -> HttpResponse:
    """The answer with the headers that prove it."""
    carried = {name: value for name, value in answer.headers.items() if name in _CARRIED}
    return HttpResponse(answer.body, status=answer.status_code, headers=carried)


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12
