"""The exam check as Django serves it: where no front stands before it, such as in tests."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from kuaiji.common.address import sender
from kuaiji.examapi.protocol.requests import headers_of, target_of
from kuaiji.examapi.verification import verify


@csrf_exempt
def exam(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """One request, signed; also what this face has no address for."""
    meta = request.META
    answer = verify(request.method or "", target_of(meta), headers_of(meta), request.read, sender=sender(meta))
    return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
