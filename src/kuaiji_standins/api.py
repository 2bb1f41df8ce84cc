"""The plain JSON that all stand-ins speak: who may ask, what a question must hold, how a refusal looks."""

import functools
import hmac
import json
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from kuaiji.common.errors import RuleBroken

View = Callable[..., HttpResponse]

# PostgreSQL cannot store NUL, and half a surrogate pair is no character at all.
UNWANTED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


def failure(status: int, code: str, message: str, field: str | None = None) -> JsonResponse:
    """A refusal: ``code`` for programs, ``message`` for people, ``field`` where one is to blame."""
    body = {"status": "rejected", "code": code, "message": message, "field": field}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def success(data: Any) -> JsonResponse:
    """The answer to a question that was understood."""
    return JsonResponse(data, safe=False, json_dumps_params={"ensure_ascii": False})


def endpoint(view: View) -> View:
    """Let in who carries the token; turn a broken rule into 422."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {settings.TOKEN}".encode()):
            response = failure(401, "unauthorized", "令牌不对，请核对 KUAIJI_STANDINS_TOKEN")
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        try:
            return view(request, *args, **kwargs)
        except RuleBroken as error:
            return failure(422, error.code, error.message, error.field)

    return guarded


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body; raises RuleBroken for anything else."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise RuleBroken("not_json", "请求内容不是JSON，请按接口说明填写") from None
    if not isinstance(body, dict):
        raise RuleBroken("not_json", "请求内容应是一个JSON对象")
    return body


def read_text(body: dict[str, Any], field: str, limit: int) -> str:
    """A text of 1 to ``limit`` characters; raises RuleBroken naming the field."""
    value = body.get(field)
    if not isinstance(value, str) or not value.strip():
        raise RuleBroken("missing", f"缺少{field}，请填写文字", field)
    if len(value) > limit:
        raise RuleBroken("too_long", f"{field}有{len(value)}个字，上限{limit}个", field)
    if UNWANTED.search(value):
        raise RuleBroken("unwanted_character", f"{field}含不可见字符，请删去", field)
    return value.strip()


def read_pattern(body: dict[str, Any], field: str, pattern: str, meaning: str) -> str:
    """A text that is wholly ``pattern``, described by ``meaning``; raises RuleBroken naming the field."""
    value = body.get(field)
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        raise RuleBroken("bad_form", f"{field}应是{meaning}", field)
    return value


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return failure(404, "not_found", "没有这个地址，请核对接口说明")


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of the stand-ins themselves."""
    return failure(500, "broken", "替身服务出错，请看它的日志")
