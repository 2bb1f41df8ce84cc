"""A picture is shown to its owner alone; a photo's crop can be moved until a record takes it over."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kuaiji.attachments.models import Attachment
from kuaiji.attachments.pictures.cropping import CropAction, CropFrame, default_frame, inside, move
from kuaiji.attachments.services import adjustable, crop_photo, frame_of, read_attachment
from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.error_views import bad_request
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.common.redirects import local_address

CROP_PAGE = "attachments/crop.html"
RESET = "reset"
SET = "set"  # the frame as the page sends it, moved there by its script
# What a button does to the picture, as one sees it, and the move of the frame that has this effect.
BUTTONS: dict[str, tuple[str, CropAction]] = {
    "up": ("上移", "down"),
    "left": ("左移", "right"),
    "right": ("右移", "left"),
    "down": ("下移", "up"),
    "zoom_out": ("缩小", "larger"),
    "zoom_in": ("放大", "smaller"),
}


class CropForm(forms.Form):
    """The button pressed, and the frame of the page it stood on, in thousandths."""

    left = forms.IntegerField(min_value=0, max_value=1000)
    top = forms.IntegerField(min_value=0, max_value=1000)
    width = forms.IntegerField(min_value=1, max_value=1000)
    action = forms.ChoiceField(choices=[(name, name) for name in (*BUTTONS, RESET, SET)])


@require_safe
def show(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """The picture, for pages of this platform only (ASVS 3.2.1, 3.5.8)."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        if request.user.is_authenticated:
            note(request, "attachments.show", subject_id=attachment_id, outcome="cross_site")
        raise PermissionDenied
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    own = Attachment.objects.filter(person_key=request.user.person_key_id).select_related("person_key")
    attachment = own.filter(pk=attachment_id).first()
    if attachment is None:
        note(request, "attachments.show", subject_id=attachment_id, outcome="not_found")
        raise Http404
    note(request, "attachments.show", subject_id=attachment_id)
    headers = {
        "Content-Disposition": f'inline; filename="{attachment.purpose.replace("_", "-")}.jpg"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(read_attachment(attachment), content_type="image/jpeg", headers=headers)


@require_http_methods(["GET", "POST"])
@login_required
def crop(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """调整证件照: every press of a button cuts the photo anew and leads back to the page.

    With script it is moved in the page, and cut once by 完成, which leads on.
    """
    assert request.user.is_authenticated  # as the guard saw to; citizen_of stands in an app above
    try:
        photo = adjustable(person_key=request.user.person_key, attachment_id=attachment_id)
        return (
            _press(request, photo) if request.method == "POST" else render(request, CROP_PAGE, _context(request, photo))
        )
    except RuleBroken as broken:
        note(request, "attachments.crop", subject_id=attachment_id, outcome=broken.code)
        if broken.code == "attachment_gone":
            raise Http404 from None
        return refuse(request, CROP_PAGE, _context(request, photo) | {"fault": broken.message})


def _press(request: HttpRequest, photo: Attachment) -> HttpResponse:
    form = CropForm(request.POST)
    if not form.is_valid():
        return bad_request(request)
    action = form.cleaned_data.pop("action")
    frame = _pressed(CropFrame(**form.cleaned_data), action, photo)
    if frame != frame_of(photo):
        crop_photo(
            operation=operation_of(request, OperationKind.FILE_RECEIVING),
            person_key=photo.person_key,
            attachment_id=photo.pk,
            frame=frame,
        )
    if action == SET:
        return HttpResponseRedirect(_next(request).get("next") or reverse("collection:personal"))
    return HttpResponseRedirect(f"{request.path}?{urlencode({'pressed': action, **_next(request)})}")


def _next(request: HttpRequest) -> dict[str, str]:
    """Where 完成 leads, when not to the collection: an address of this platform."""
    target = local_address(request.GET.get("next", ""))
    return {"next": target} if target else {}


def _context(request: HttpRequest, photo: Attachment) -> dict[str, Any]:
    frame = frame_of(photo)
    pressed = request.GET.get("pressed", "")
    at_edge = pressed in BUTTONS and _pressed(frame, pressed, photo) == frame
    return {
        "photo": photo,
        "frame": frame._asdict(),
        "buttons": [(action, label) for action, (label, _) in BUTTONS.items()],
        "pressed": pressed,
        "at_edge": BUTTONS[pressed][0] if at_edge else "",
        "next": _next(request),
    }


def _pressed(frame: CropFrame, action: str, photo: Attachment) -> CropFrame:
    whole = photo.original
    assert whole is not None
    if action == RESET:
        return default_frame(whole.width, whole.height)
    if action == SET:
        return inside(frame, whole.width, whole.height)
    return move(frame, BUTTONS[action][1], whole.width, whole.height)
