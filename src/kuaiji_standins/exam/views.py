"""The pages of the registration: signing up, and what came of it."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kuaiji.common.errors import RuleBroken
from kuaiji.common.http import PartnerUnavailable
from kuaiji.common.text import tidy
from kuaiji_standins import api
from kuaiji_standins.exam import candidates, display
from kuaiji_standins.exam.doors import Door, Problem, doors
from kuaiji_standins.exam.examples import by_platform, example
from kuaiji_standins.models import ExamCandidate

SHOWN = 20
LABELS = {
    "platform": "报考地",
    "level": "考试级别",
    "year": "考试年度",
    "division": "考区",
    "name": "姓名",
    "document_type": "证件类型",
    "document_number": "证件号码",
}
AWAY = "核验服务暂时没有应答，请稍后再试"


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest) -> HttpResponse:
    """Sign up for an exam; below, who has signed up here, and the known people of the demo."""
    if request.method != "POST":
        candidates.read_all_repairs()
        return _form(request, example(request.GET.get("example", "")), None)
    typed = {field: tidy(request.POST.get(field, ""))[:80] for field in LABELS}
    try:
        candidate = _sign_up(typed)
    except RuleBroken as fault:
        return _form(request, typed, fault)
    return redirect("exam-candidate", candidate.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What the platform said of a candidate; POST asks again."""
    if request.method != "POST":
        candidates.read_all_repairs()
        return _verdict(request, id, None)
    found = _found(id)
    try:
        candidates.ask_again(found, _door(found.platform))
    except (RuleBroken, Problem, PartnerUnavailable) as error:
        return _verdict(request, id, _fault(error))
    return redirect("exam-candidate", found.pk)


def _sign_up(typed: dict[str, str]) -> ExamCandidate:
    door = _door(typed["platform"])
    for field, limit in (("name", 50), ("document_number", 40)):
        api.read_text(typed, field, limit)
    if typed["level"] not in display.LEVELS or typed["document_type"] not in display.DOCUMENTS:
        raise RuleBroken("bad_choice", "请选择考试级别和证件类型", "level")
    person = {field: typed[field] for field in candidates.PERSON}
    year = int(api.read_pattern(typed, "year", r"20[0-9]{2}", "四位数字的年份"))
    try:
        return candidates.sign_up(door, level=typed["level"], year=year, division=typed["division"], person=person)
    except (Problem, PartnerUnavailable) as error:
        raise _fault(error) from None


def _door(platform: str) -> Door:
    try:
        return doors()[platform]
    except KeyError:
        raise RuleBroken("no_door", "请选择报考地（平台启动后才有）", "platform") from None


def _fault(error: Exception) -> RuleBroken:
    """In a candidate's words, with the platform's for who looks after the demo."""
    if isinstance(error, RuleBroken):
        return error
    if isinstance(error, Problem):
        field = str(error.field or "").removeprefix("exam.")
        shown = field if field in LABELS else None
        words = f"{LABELS[shown]}：{error.words}" if shown else f"{error.words}（{error.status} {error.code}）"
        return RuleBroken(error.code, words, shown)
    return RuleBroken("away", f"{AWAY}（{error}）")


def _form(request: HttpRequest, typed: dict[str, Any], fault: RuleBroken | None) -> HttpResponse:
    known = by_platform()
    newest = ExamCandidate.objects.order_by("-asked_at")[:SHOWN]
    years = display.years()
    chosen: dict[str, Any] = {"platform": next(iter(doors()), ""), "level": "2", "year": str(years[-1])} | typed
    offered = sorted({*map(str, years), str(chosen["year"])})
    context = {
        "typed": chosen | {"year": str(chosen["year"])},
        "fault": fault,
        "doors": doors().values(),
        "levels": display.LEVELS,
        "years": [year for year in offered if year.isdigit()],
        "divisions": display.divisions(str(chosen.get("division", ""))),
        "documents": display.DOCUMENTS,
        "examples": [(door.region, known[door.platform]) for door in doors().values() if door.platform in known],
        "candidates": [{"row": each, "exam": display.exam_of(each)} for each in newest],
    }
    return render(request, "kuaiji_standins/exam.html", context, status=422 if fault else 200)


def _verdict(request: HttpRequest, id: uuid.UUID, fault: RuleBroken | None) -> HttpResponse:
    found = _found(id)
    context = display.verdict_of(found, doors().get(found.platform)) | {"fault": fault}
    return render(request, "kuaiji_standins/verdict.html", context, status=503 if fault else 200)


def _found(id: uuid.UUID) -> ExamCandidate:
    found = ExamCandidate.objects.filter(pk=id).first()
    if found is None:
        raise Http404
    return found
