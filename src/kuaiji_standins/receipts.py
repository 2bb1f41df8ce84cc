"""The photo service (证件照含回执): takes and checks a picture, gives a receipt, hands the photo out once."""

import base64
import datetime as dt
import re
import secrets
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuaiji.common import clock, documents
from kuaiji.common.errors import RuleBroken
from kuaiji.common.names import clean_name
from kuaiji.common.text import tidy
from kuaiji_standins import api, magic, portraits
from kuaiji_standins.magic import Mood
from kuaiji_standins.models import PhotoReceipt
from kuaiji_wire.names import same_name

DIGITS = 12
TOLD = {"checked": portraits.CHECKED, "unchecked": portraits.UNCHECKED, "hours": settings.RECEIPT_HOURS}


@require_http_methods(["GET", "HEAD", "POST"])
def studio(request: HttpRequest) -> HttpResponse:
    """The page as on a phone: who it is, a picture taken or chosen, or a drawn person to try it with."""
    if request.method != "POST":
        return render(request, "kuaiji_standins/studio.html", TOLD)
    typed = {name: tidy(request.POST.get(name, ""))[:50] for name in ("name", "document_number")}
    try:
        name = clean_name(typed["name"])
        number = documents.normalise(typed["document_number"]) or _missing("document_number", "请填写证件号码")
        receipt = issue(name=name, document_number=number, photo=portraits.finished(_picture(request)))
    except RuleBroken as broken:
        context = {**TOLD, **typed, "fault": {"field": broken.field, "message": broken.message}}
        return render(request, "kuaiji_standins/studio.html", context, status=422)
    return redirect(reverse("receipt", args=[receipt.code]))


@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt, as the phone shows it after the picture was taken."""
    found = _find(code)
    shown = " ".join(re.findall(".{4}", found.code))
    return render(request, "kuaiji_standins/receipt.html", {"receipt": found, "shown": shown})


@require_safe
def photo(request: HttpRequest, code: str) -> HttpResponse:
    """The picture on that page."""
    return HttpResponse(bytes(_find(code).photo), content_type="image/jpeg")


@require_POST
@api.endpoint
def uses(request: HttpRequest) -> HttpResponse:
    """Take the photo of ``code``: ``{"photo": base64 of the JPEG}``; again for the same ``consumer``, for no other."""
    body = api.read_object(request)
    code = api.read_pattern(body, "code", r"[0-9A-Z]{6,32}", "6到32位数字或大写字母")
    consumer, name = api.read_text(body, "consumer", 80), api.read_text(body, "name", 50)
    number = documents.normalise(api.read_text(body, "document_number", 30))
    mood = magic.RECEIPTS.get(code)
    if mood is Mood.DOWN:
        return api.failure(503, "down", "照片服务停机，请稍后再试")
    if mood is Mood.SLOW:
        magic.dawdle()
    with transaction.atomic():
        found = PhotoReceipt.objects.select_for_update().filter(code=code).first()
        refusal = _refusal(found, consumer, name, number)
        if found is None or refusal:
            return refusal or api.failure(404, "receipt_unknown", "没有这个回执码", "code")
        found.consumer = consumer
        found.save(update_fields=["consumer"])
    return api.success({"photo": base64.b64encode(bytes(found.photo)).decode()})


def issue(*, name: str, document_number: str, photo: bytes) -> PhotoReceipt:
    """A new receipt for a checked photo, bound to name and number, valid for RECEIPT_HOURS."""
    now = clock.now()
    content: dict[str, Any] = {
        "name": name,
        "document_number": document_number,
        "photo": photo,
        "issued_at": now,
        "expires_at": now + dt.timedelta(hours=settings.RECEIPT_HOURS),
    }
    while True:
        try:
            return PhotoReceipt.objects.create(code=f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", **content)
        except IntegrityError:  # that code is somebody's already
            continue


def _refusal(found: PhotoReceipt | None, consumer: str, name: str, number: str) -> HttpResponse | None:
    """Why this one gets no photo. To others a receipt tells nothing but that it is not theirs."""
    if found is None:
        return api.failure(404, "receipt_unknown", "没有这个回执码", "code")
    is_number = documents.lasting_part(found.document_number) == documents.lasting_part(number)
    if not same_name(found.name, name) or not is_number:
        return api.failure(403, "receipt_someone_elses", "回执码登记的是别人", "code")
    if found.consumer and found.consumer != consumer:
        return api.failure(409, "receipt_used", "回执码已经用过", "code")
    if not found.consumer and found.expires_at <= clock.now():
        return api.failure(410, "receipt_expired", "回执码已经过期", "code")
    return None


def _find(code: str) -> PhotoReceipt:
    found = PhotoReceipt.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _picture(request: HttpRequest) -> bytes:
    if request.POST.get("action") == "drawn":
        return portraits.draw_portrait(secrets.randbelow(1000))
    upload = request.FILES.get("photo")
    return upload.read() if isinstance(upload, UploadedFile) else b""


def _missing(field: str, message: str) -> str:
    raise RuleBroken("missing", message, field)
