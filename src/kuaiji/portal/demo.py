"""Demo only: a page with the messages that would have gone to phones (config.urls adds it)."""

import datetime as dt
import functools
from typing import Annotated, Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from pydantic import Field

from kuaiji.common import environment, phones
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form, TextField, refuse
from kuaiji.common.http import Partner, PartnerAnswer, PartnerUnavailable


class InboxMessage(PartnerAnswer):
    """A message that the stand-ins keep."""

    to: Annotated[str, Field(pattern=r"^[0-9]{11}$")]
    text: Annotated[str, Field(min_length=1, max_length=500)]
    sent_at: Annotated[str, Field(pattern=r"^[0-9T:.+-]{19,35}$")]


class InboxForm(Form):
    """Whose messages."""

    phone = TextField(
        label="手机号", required=False, widget=forms.TelInput(attrs={"class": "k-w-m", "inputmode": "numeric"})
    )

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        try:
            return phones.check_mobile(typed) if typed else ""
        except RuleBroken as broken:
            raise forms.ValidationError(broken.message, code=broken.code) from None


@require_safe
def sms_page(request: HttpRequest) -> HttpResponse:
    """Messages to ``?phone=``, newest first."""
    form = InboxForm(request.GET)
    context: dict[str, Any] = {"form": form, "messages": None, "silent": False}
    if not form.is_valid():
        return refuse(request, "portal/demo_sms.html", context)
    if phone := form.cleaned_data["phone"]:
        try:
            context["messages"] = [
                message | {"sent_at": dt.datetime.fromisoformat(message["sent_at"])} for message in _messages(phone)
            ]
        except PartnerUnavailable:
            context["silent"] = True
    return render(request, "portal/demo_sms.html", context)


@require_safe
def sms_json(request: HttpRequest) -> HttpResponse:
    """The same for programs: ``[{"to", "text", "sent_at"}]``."""
    form = InboxForm(request.GET)
    if not form.is_valid():
        return _json({"message": form.errors["phone"][0]}, 422)
    try:
        found = _messages(form.cleaned_data["phone"]) if form.cleaned_data["phone"] else []
    except PartnerUnavailable:
        return _json({"message": "演示收件箱没有回应，请稍后再试"}, 503)
    return _json(found)


def _json(data: object, status: int = 200) -> HttpResponse:
    return JsonResponse(data, safe=False, status=status, json_dumps_params={"ensure_ascii": False})


def _messages(phone: str) -> list[dict[str, str]]:
    answer = _inbox().ask("GET", "/sms/messages", params={"phone": phone})
    if not isinstance(answer, list):
        raise PartnerUnavailable("inbox", "bad_answer")
    return [_inbox().read(message, InboxMessage).model_dump() for message in answer]


@functools.cache
def _inbox() -> Partner:
    assert settings.DEMO
    return Partner("inbox", environment.STANDINS_URL.need(), environment.STANDINS_TOKEN.need())
