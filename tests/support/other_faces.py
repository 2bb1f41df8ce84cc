"""Faces of the tests' own, one for machines and one for people with a form, and the addresses of the first."""

import dataclasses
from typing import Any

from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

from kuaiji.common import environment
from kuaiji.config.faces import Face

MACHINES = Face(
    name="exam",
    prefix="/api/exam/",
    urlconf="tests.support.other_faces",
    middleware=("tests.support.other_faces.Stumbling", "django_prometheus.middleware.PrometheusAfterMiddleware"),
    context_processors=("tests.support.other_faces.word",),
    hosts=environment.EXAM_HOSTS,
)
PEOPLE = dataclasses.replace(
    MACHINES,
    name="staff",
    prefix="/staff/",
    urlconf="tests.support.other_people",
    middleware=(
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "tests.support.other_faces.unused",
    ),
    hosts=environment.STAFF_HOSTS,
)


class Stumble(Exception):
    """A fault that the face's own middleware knows."""


class Stumbling:
    """Middleware that answers for the view when that stumbles."""

    def __init__(self, get_response: Any) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self._get_response(request)
        response.headers["X-Passed"] = "stumbling"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return JsonResponse({"code": "stumbled"}, status=503) if isinstance(error, Stumble) else None


def unused(get_response: Any) -> None:
    """Middleware that steps aside, as Django lets it."""
    raise MiddlewareNotUsed


def word(request: HttpRequest) -> dict[str, str]:
    """Context processor of these faces."""
    return {"word": "another face"}


def echo(request: HttpRequest) -> JsonResponse:
    """What the request brought along."""
    return JsonResponse({"session": hasattr(request, "session"), "user": hasattr(request, "user")})


def page(request: HttpRequest) -> HttpResponse:
    """What templates know here."""
    template = engines["django"].from_string("{% if profile %}profile{% endif %}{% if word %}{{ word }}{% endif %}")
    return HttpResponse(template.render({}, request))


def stumble(request: HttpRequest) -> HttpResponse:
    raise Stumble


def fail(request: HttpRequest) -> HttpResponse:
    raise ValueError("440106199001011234")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """``handler404`` of these faces."""
    return JsonResponse({"code": "not_found"}, status=404)


def broken(request: HttpRequest) -> JsonResponse:
    """``handler500`` of these faces."""
    return JsonResponse({"code": "broken"}, status=500)


handler404, handler500 = not_found, broken
VIEWS = {"echo": echo, "page": page, "stumble": stumble, "fail": fail}
urlpatterns = [
    path("", include("kuaiji.config.machine_urls")),
    *(path(f"api/exam/{name}", view) for name, view in VIEWS.items()),
]
