"""The national platform's book (全国平台) of who is held where: nobody is, but for the magic names."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from kuaiji_standins import api, magic
from kuaiji_standins.identity import read_person
from kuaiji_standins.magic import Mood


@require_POST
@api.endpoint
def lookups(request: HttpRequest) -> HttpResponse:
    """Who holds this person? ``{"held_by": null | {"code", "name"}}``, codes of platforms.csv."""
    name = read_person(request)
    mood = magic.HOLDER_NAMES.get(name)
    if mood is Mood.DOWN:
        return api.failure(503, "down", "全国平台停机，请稍后再试")
    if mood is Mood.SLOW:
        magic.dawdle()
    return api.success({"held_by": magic.HELD_NAMES.get(name)})
