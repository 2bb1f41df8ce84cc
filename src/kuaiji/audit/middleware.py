"""Writes the access log after the view's transaction, so that a rollback does not take it along."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kuaiji.audit.access import noted
from kuaiji.audit.enums import ActorKind
from kuaiji.audit.models import AccessLog
from kuaiji.audit.services import request_id
from kuaiji.common import clock

GetResponse = Callable[[HttpRequest], HttpResponse]


def access_log(get_response: GetResponse) -> GetResponse:
    """If the log can't be written the answer doesn't leave: an unlogged read is worse than an error page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if accesses := noted(request):
            user = request.user
            AccessLog.objects.bulk_create(
                AccessLog(
                    at=clock.now(),
                    actor_kind=ActorKind.CITIZEN,
                    actor_id=user.pk if user.is_authenticated else None,
                    action=access.action,
                    subject_id=access.subject_id,
                    outcome=access.outcome,
                    request_id=request_id(),
                )
                for access in accesses
            )
        return response

    return middleware
