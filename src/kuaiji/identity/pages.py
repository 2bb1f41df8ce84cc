"""What the doors of identity share: reading a form, answering with it, going on signed in."""

from typing import Any

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from kuaiji.audit.access import note
from kuaiji.common import phones
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import refuse
from kuaiji.common.sessions import BROWSER
from kuaiji.common.stay import Said
from kuaiji.identity import forms
from kuaiji.identity.late_forms.guards import settle
from kuaiji.identity.models import SmsCode, Unfinished, User
from kuaiji.identity.sessions.browser_names import browser_name
from kuaiji.identity.sessions.known_browsers import Browser, keep_cookie
from kuaiji.identity.sms_codes.purposes import CODE_PURPOSES
from kuaiji.identity.sms_codes.services import (
    CODE_MINUTES,
    DeliveryState,
    delivery_state,
    may_be_entered,
    newest_code,
    seconds_to_next_code,
)
from kuaiji.identity.texts.services import texts_due

page = require_http_methods(["GET", "HEAD", "POST"])

AFTERWARDS = "afterwards"  # the session keeps where to go after reading; set at sign-in while a text is due

# Why a message may not have come; nothing while all is well.
_TROUBLE = {
    DeliveryState.WELL: "",
    DeliveryState.LATE: "短信发送较慢，请稍候。已填写的内容不会丢失，可以稍后回来继续。",
    DeliveryState.REFUSED: "运营商没有受理这条短信，请核对手机号，或换一个手机号。",
    DeliveryState.LOST: "短信没有发出，请重新获取。已填写的内容不会丢失。",
}


# What there is to do for these is no mending of the form.
_HEADINGS = {
    "already_registered": "不用再注册",
    "closed": "您已经注册过",
    "held_elsewhere": "不能在这里注册",
    "released_here": "不用注册，请办理调入",
    "document_type_needed": "还需要选择证件类型",
}


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to."""
    return request.POST if request.method == "POST" else None


def citizen_of(request: HttpRequest) -> User:
    """Who is signed in; raises PermissionDenied when nobody is, for which a page has its own guard."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def welcome(request: HttpRequest, user: User, browser: Browser, target: str, *, finished: str = "") -> HttpResponse:
    """Begin the session of who was let in, under a new id, and go on, by way of the texts that are due.

    ``finished`` is where the session keeps what led here, and which is over now.
    """
    request.session.pop(finished, None)
    login(request, user)
    settle(request, user)
    request.session[BROWSER] = browser_name(request.headers.get("User-Agent", ""))
    note(request, "identity.login", subject_id=user.pk)
    target = resolve_url(target)
    if texts_due(user):
        request.session[AFTERWARDS] = target
        target = resolve_url("identity:agree")
    response = redirect(target)
    keep_cookie(response, browser)
    return response


def refused(request: HttpRequest, form: forms.IdentityForm, broken: RuleBroken) -> None:
    """Show a broken rule and note it."""
    form.refuse(broken)
    form.heading = _HEADINGS.get(broken.code, form.heading)
    note(request, f"identity.{request.path.strip('/').replace('/', '_')}", outcome=broken.code)


def answer(request: HttpRequest, template: str, context: dict[str, Any], form: forms.IdentityForm) -> HttpResponse:
    """The page, or the page with its faults, which then are all that it says."""
    if form.errors:
        return refuse(request, template, context | {"said": None})
    return render(request, template, context)


def sms_state(unfinished: Unfinished | None, phone: str) -> dict[str, Any]:
    """What the page says about the last code: how long to wait, and, at the field for it, where it went."""
    code = newest_code(form_id=unfinished.pk, phone=phone) if unfinished and phone else None
    return {"seconds_left": seconds_to_next_code(code), "said": _said(code, phone) if code else None}


def _said(code: SmsCode, phone: str) -> Said | None:
    """Of a purpose with a hidden limit nothing may show whether a message was sent at all."""
    to, is_hidden = phones.mask_phone(phone), CODE_PURPOSES[code.purpose].hidden_limit is not None
    if not is_hidden and (trouble := _TROUBLE[delivery_state(code)]):
        return Said(trouble, "wait")
    if not may_be_entered(code):
        return None
    if is_hidden:
        return Said(
            f"如果证件号码与手机号 {to} 都和注册时一致，短信会在一分钟内到达，{CODE_MINUTES} 分钟内有效。"
            "没有收到的，请核对两个号码。同一手机号一小时最多发 5 条，已够多的要过一段时间才会再发。"
        )
    return Said(f"短信验证码已发往 {to}，{CODE_MINUTES} 分钟内有效。收到后填在这里。")
