"""The SMS gateway, and the inbox where its messages are read instead of on phones."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji_standins import api, magic, reports
from kuaiji_standins.magic import Mood
from kuaiji_standins.models import SmsMessage

PAGE = 50
PHONE = r"1[0-9]{10}"
CALLBACK = r"http://(127\.0\.0\.1|localhost):[0-9]{2,5}/[A-Za-z0-9/_-]{1,200}"
PHONE_MEANING = "11位手机号"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@require_http_methods(["GET", "HEAD", "POST"])
@api.endpoint
def messages(request: HttpRequest) -> HttpResponse:
    """POST sends one message, once for an id; GET lists those to ``?phone=``, newest first."""
    if request.method == "POST":
        return _send(api.read_object(request))
    found = _newest(api.read_pattern(request.GET.dict(), "phone", PHONE, PHONE_MEANING))
    return api.success(
        [{"to": each.to, "text": each.text, "sent_at": timezone.localtime(each.sent_at).isoformat()} for each in found]
    )


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """A page with the newest messages, of all phones or of ``?phone=``."""
    typed = request.GET.get("phone", "").strip()
    error = ""
    if typed:
        try:
            api.read_pattern({"phone": typed}, "phone", PHONE, PHONE_MEANING)
        except RuleBroken:
            error = f"手机号应是{PHONE_MEANING}，请改正后再查"
    found = [] if error else _newest(typed)
    return render(
        request,
        "kuaiji_standins/inbox.html",
        {"phone": typed, "error": error, "messages": found, "page": PAGE},
        status=422 if error else 200,
    )


def _newest(phone: str) -> list[SmsMessage]:
    found = SmsMessage.objects.order_by("-number")
    return list((found.filter(to=phone) if phone else found)[:PAGE])


def _send(body: dict[str, Any]) -> HttpResponse:
    message_id = api.read_pattern(body, "id", UUID, "小写的UUID")
    to = api.read_pattern(body, "to", PHONE, PHONE_MEANING)
    content = {
        "to": to,
        "signature": api.read_text(body, "signature", 40),
        "template_id": api.read_text(body, "template_id", 40),
        "params": _read_params(body),
        "text": api.read_text(body, "text", 500),
    }
    match magic.PHONES.get(to):
        case Mood.REJECTED:
            return api.failure(422, "phone_blocked", "该号码在免打扰名单中", "to")
        case Mood.LIMITED:
            return api.failure(429, "phone_limited", "该号码今天收到的短信已达上限，请明天再发", "to")
        case Mood.BROKEN:
            return api.failure(500, "broken", "网关故障，请稍后再发")
        case Mood.SLOW:
            magic.dawdle()
    report_to = api.read_pattern(body, "report_to", CALLBACK, "本机的地址") if "report_to" in body else ""
    message, is_new = SmsMessage.objects.get_or_create(
        message_id=message_id, defaults=content | {"sent_at": clock.now()}
    )
    if any(getattr(message, field) != value for field, value in content.items()):
        return api.failure(409, "id_reused", "这个id已用于另一条短信，请换新id", "id")
    if is_new and report_to and to != magic.NEVER_REPORTED:
        reports.report_later(report_to, serial=message.serial, phone=to, delivered=to != magic.SWITCHED_OFF)
    return api.success({"status": "accepted", "serial": message.serial})


def _read_params(body: dict[str, Any]) -> list[str]:
    params = body.get("params")
    if not isinstance(params, list) or len(params) > 20:
        raise RuleBroken("bad_form", "params应是文字列表，最多20个", "params")
    return [api.read_text({"params": value}, "params", 100) for value in params]
