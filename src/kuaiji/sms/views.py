"""Where SMS providers report what became of messages. Machines alone come here."""

import hmac
import ipaddress
import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kuaiji.common import environment
from kuaiji.common.address import client_address
from kuaiji.sms.providers import PROVIDERS
from kuaiji.sms.services import take_reports


@csrf_exempt
@require_POST
def reports(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """Take the reports of one provider. 404 for anybody else; 400 in the provider's own form for what cannot be read.

    The same call again has no other effect than the first, and what it says of receivers is not looked at.
    """
    if not _is_known(request, provider, token):
        raise Http404
    try:
        read = PROVIDERS[provider].reports(json.loads(request.body))
    except (ValueError, RecursionError):
        return JsonResponse({"result": 1, "errmsg": "not a list of reports, or too many"}, status=400)
    take_reports(provider=provider, reports=read)
    return JsonResponse({"result": 0, "errmsg": "OK"})


def _is_known(request: HttpRequest, provider: str, token: str) -> bool:
    secret = environment.SMS_REPORT_TOKEN.get()
    proven = bool(secret) and hmac.compare_digest(secret.encode(), token.encode())
    return proven and provider in environment.SMS_PROVIDERS.get() and _is_from_there(request)


def _is_from_there(request: HttpRequest) -> bool:
    """Whether it comes from a network that the operator named; from anywhere while none is named."""
    sources = environment.SMS_REPORT_SOURCES.get()
    try:
        address = ipaddress.ip_address(client_address(request).partition("/")[0])
    except ValueError:
        return not sources
    networks = [ipaddress.ip_network(each) for each in sources]
    return not networks or any(address in each for each in networks if each.version == address.version)
