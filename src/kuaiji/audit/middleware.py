"""Writes the access log, and answers for operations that were stopped."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kuaiji.audit.access import OperationStopped, actor_of, noted
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import request_id
from kuaiji.common import clock, views

GetResponse = Callable[[HttpRequest], HttpResponse]


def access_log(get_response: GetResponse) -> GetResponse:
    """Write what the view noted after its transaction, so that a rollback does not take it along.

    If the log can't be written the answer doesn't leave: an unlogged read is worse than an error page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if accesses := noted(request):
            actor = actor_of(request)
            AccessLog.objects.bulk_create(
                AccessLog(
                    at=clock.now(),
                    actor_kind=actor.kind,
                    actor_id=actor.id,
                    action=access.action,
                    subject_id=access.subject_id,
                    outcome=access.outcome,
                    request_id=request_id(),
                )
                for access in accesses
            )
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
        return views.stopped(request, exception.message) if isinstance(exception, OperationStopped) else None
