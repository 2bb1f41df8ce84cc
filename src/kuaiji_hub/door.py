"""The way in and out of every address of the wire: prove, answer, sign; a fault is answered and signed as well."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri

from kuaiji.common.headers import GetResponse, with_headers
from kuaiji_hub import signatures
from kuaiji_wire import canonical
from kuaiji_wire.answers import Fault
from kuaiji_wire.client import MESSAGE_CAP
from kuaiji_wire.errors import TooLarge, WireError
from kuaiji_wire.shapes import Shape
from kuaiji_wire.signing import CONTENT_TYPE, Request, Response, Verified, verify_request

log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
# What a signature may cover; the server sets the others.
_CARRIED = ("content-type", "content-digest", "signature-input", "signature")

Handler = Callable[[Request, Verified], Response]


class WrongMethod(WireError):
    """The address is asked in another way."""

    code, status, message = "wrong_method", 405, "请求方法不符，请按文档使用 GET 或 POST"


class LengthRequired(WireError):
    """How long the body is must be said before it is read."""

    code, status, message = "length_required", 411, "请在请求头写明 Content-Length 后重发"


class Busy(WireError):
    """The database does not answer in time: the same may be sent again."""

    code, status, message = "busy", 503, "全国平台正忙，请稍后原样重发"


class Broken(WireError):
    """A fault of the hub itself."""

    code, status, message = "broken", 500, "全国平台出错，请稍后原样重发"


def door(method: str, handler: Handler) -> Callable[[HttpRequest], HttpResponse]:
    """A view that lets ``handler`` answer proven requests, in one transaction with the memory of their nonce."""

    def view(request: HttpRequest) -> HttpResponse:
        asked = Request(request.method or "", _address(request), dict(request.headers))
        try:
            asked = _with_body(asked, method, request)
            with transaction.atomic():
                verified = verify_request(asked, keys=signatures.Book(), nonces=signatures.Memory())
                return _sent(handler(asked, verified))
        except WireError as error:
            fault = error
        except (OperationalError, InterfaceError):
            fault = Busy()
        except Exception:
            log.exception("broken")
            fault = Broken()
        return _faulty(asked, fault)

    return view


def said(asked: Request, shape: Shape) -> Response:
    """The signed answer with ``shape``."""
    return signatures.sign(Response(HTTPStatus.OK, asked, body=canonical.dump(shape.plain())))


def headers(get_response: GetResponse) -> GetResponse:
    """Middleware: fixed headers on every answer."""
    return with_headers(HEADERS, get_response)


def _address(request: HttpRequest) -> str:
    """As the platforms know it: the host that the request names proves nothing."""
    query = iri_to_uri(request.META.get("QUERY_STRING", ""))
    return f"{settings.ADDRESS}{iri_to_uri(request.path)}{'?' if query else ''}{query}"


def _with_body(asked: Request, method: str, request: HttpRequest) -> Request:
    """With what was posted. Raises WrongMethod, LengthRequired, TooLarge before a byte of it is read."""
    if asked.method != method:
        raise WrongMethod
    length = request.META.get("CONTENT_LENGTH") or ""
    if method == "GET" and not length:
        length = "0"
    if request.META.get("HTTP_TRANSFER_ENCODING") or not _is_length(length):
        raise LengthRequired("content-length")
    if int(length) > MESSAGE_CAP:
        raise TooLarge("content-length")
    return Request(asked.method, asked.url, asked.headers, request.body)


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12


def _faulty(asked: Request, fault: WireError) -> HttpResponse:
    answer = Response(fault.status, asked, body=canonical.dump(Fault.of(fault).plain()))
    try:
        return _sent(signatures.sign(answer))
    except (signatures.NoKey, OperationalError, InterfaceError):
        # Unsigned it only says "later", which is all that a client takes from it.
        return HttpResponse(answer.body, status=HTTPStatus.SERVICE_UNAVAILABLE, content_type=CONTENT_TYPE)


def _sent(answer: Response) -> HttpResponse:
    carried = {name: value for name, value in answer.headers.items() if name in _CARRIED}
    return HttpResponse(answer.body, status=answer.status_code, headers=carried)
