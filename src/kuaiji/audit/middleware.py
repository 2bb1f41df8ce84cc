"""Writes the access log, and answers for operations that were stopped."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kuaiji.audit.access import OperationStopped, actor_of, noted
from kuaiji.audit.services import record_accesses
from kuaiji.common import error_views
from kuaiji.common.address import client_address, network_fingerprints

GetResponse = Callable[[HttpRequest], HttpResponse]


def access_log(get_response: GetResponse) -> GetResponse:
    """Write what the view noted after its transaction, so that a rollback does not take it along.

    If the log can't be written the answer doesn't leave: an unlogged read is worse than an error page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if accesses := noted(request):
            actor = actor_of(request)
            [network, *_] = network_fingerprints(client_address(request))
            record_accesses(accesses, actor_kind=actor.kind, actor_id=actor.id, network=network)
        return response

    return middleware


class StoppedOperations:
    """The page for an operation that a gate stopped (access.OperationStopped) where no form shows the words."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised; None leaves it to others."""
        if not isinstance(exception, OperationStopped):
            return None
        return error_views.of_face(request, 503, exception.message)
