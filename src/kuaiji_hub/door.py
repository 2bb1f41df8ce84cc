"""The way in and out of every address of the wire: prove, answer, sign; a fault is answered and signed as well."""

import contextlib
import io
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from kuaiji.common import clock
from kuaiji.common.headers import GetResponse, with_headers
from kuaiji_hub import signatures
from kuaiji_hub.services import counts
from kuaiji_signed import canonical, django_requests
from kuaiji_wire.answers import Fault
from kuaiji_wire.client import MESSAGE_CAP
from kuaiji_wire.errors import TooLarge, WireError
from kuaiji_wire.shapes import Shape
from kuaiji_wire.signing import CONTENT_TYPE, Request, Response, Verified, verify_head, verify_request

log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
Handler = Callable[[Request, Verified], Response]


class Busy(WireError):
    """The database does not answer in time: the same may be sent again."""

    code, status, message = "busy", 503, "全国平台正忙，请稍后原样重发"


class Broken(WireError):
    """A fault of the hub itself."""

    code, status, message = "broken", 500, "全国平台出错，请稍后原样重发"


def door(method: str, handler: Handler) -> Callable[[HttpRequest], HttpResponse]:
    """A view that lets ``handler`` answer proven requests, in one transaction with the memory of their nonce."""

    def view(request: HttpRequest) -> HttpResponse:
        asked, sender = django_requests.asked_of(request, address=settings.ADDRESS), ""
        try:
            asked = django_requests.with_body(asked, request, method=method, cap=MESSAGE_CAP, too_large=TooLarge)
            with transaction.atomic():
                verified = verify_request(asked, keys=signatures.Book(), nonces=signatures.Memory())
                sender = verified.sender
                return django_requests.sent(handler(asked, verified))
        except WireError as error:
            fault = error
            _count(sender, fault)
        except UnreadablePostError:
            fault = _fault_of_head(asked)
        except (OperationalError, InterfaceError):
            fault = Busy()
        except Exception:
            log.exception("broken")
            fault = Broken()
        return _faulty(asked, fault)

    return view


def is_proven(environ: Mapping[str, Any]) -> bool:
    """Whether a larger body is worth reading: a platform signed its headers, its digest too. Asks the database."""
    close_old_connections()  # a request has not begun yet: nobody has looked whether they still work
    try:
        asked = django_requests.asked_of(WSGIRequest({**environ, "wsgi.input": io.BytesIO()}), address=settings.ADDRESS)
        verify_head(asked, keys=signatures.Book())
        return True
    except WireError:
        return False
    finally:
        close_old_connections()  # the pool has it back


def said(asked: Request, shape: Shape) -> Response:
    """The signed answer with ``shape``."""
    return signatures.sign(Response(HTTPStatus.OK, asked, body=canonical.dump(shape.plain())))


def headers(get_response: GetResponse) -> GetResponse:
    """Middleware: fixed headers on every answer."""
    return with_headers(HEADERS, get_response)


def _count(sender: str, fault: WireError) -> None:
    """Remember what a proven platform was refused; strangers leave no row."""
    if sender:
        with contextlib.suppress(OperationalError, InterfaceError), transaction.atomic():
            counts.refused(sender, fault.code, at=clock.now())


def _fault_of_head(asked: Request) -> WireError:
    """Why nobody has read the body."""
    try:
        verify_head(asked, keys=signatures.Book())
    except WireError as error:
        return error
    except (OperationalError, InterfaceError):
        pass
    return Busy()


def _faulty(asked: Request, fault: WireError) -> HttpResponse:
    answer = Response(fault.status, asked, body=canonical.dump(Fault.of(fault).plain()))
    try:
        return django_requests.sent(signatures.sign(answer))
    except (signatures.NoKey, OperationalError, InterfaceError):
        # Unsigned it only says "later", which is all that a client takes from it.
        return HttpResponse(answer.body, status=HTTPStatus.SERVICE_UNAVAILABLE, content_type=CONTENT_TYPE)
