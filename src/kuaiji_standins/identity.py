"""The identity check (姓名与证件号码核验): says match, but for the magic names."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from kuaiji_standins import api, magic
from kuaiji_standins.magic import Mood


@require_POST
@api.endpoint
def checks(request: HttpRequest) -> HttpResponse:
    """Do name and number belong together? ``{"result": "match" | "mismatch" | "not_covered"}``."""
    mood = magic.IDENTITY_NAMES.get(read_person(request))
    if mood is Mood.DOWN:
        return api.failure(503, "down", "核验服务停机，请稍后再试")
    if mood is Mood.SLOW:
        magic.dawdle()
    answers = {Mood.MISMATCH: "mismatch", Mood.NOT_COVERED: "not_covered"}
    return api.success({"result": answers.get(mood, "match") if mood else "match"})


def read_person(request: HttpRequest) -> str:
    """The name in a question about a person; raises RuleBroken unless type and number come with it."""
    body = api.read_object(request)
    api.read_pattern(body, "document_type", r"[0-9]{2}", "两位数字的证件类型代码")
    api.read_text(body, "document_number", 30)
    return api.read_text(body, "name", 50)
