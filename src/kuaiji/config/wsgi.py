"""The WSGI application that ``kuaiji serve`` serves, and what its requests may bring."""

from typing import Any
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application

from kuaiji.common import environment
from kuaiji.config.routing import is_for_exam_front, is_signed_in, worth_reading
from kuaiji.examapi.protocol.requests import SINGLE
from kuaiji.limits import kinds

environment.set_default(environment.SETTINGS_MODULE, "kuaiji.config.settings")


def _application() -> WSGIApplication:
    django = get_wsgi_application()
    from kuaiji.examapi.front import in_front_of  # its models need Django's apps

    return in_front_of(django, is_for_exam_front)


def _questions(environs: list[dict[str, Any]]) -> list[tuple[int, list[tuple[str, str]], bytes]]:
    from kuaiji.examapi.front import answer_together

    return [*answer_together(environs)]


application = _application()
body_cap, may_bring = worth_reading, is_signed_in  # house/gateway.py
_EXAM = ("/api/exam/",)
apart = {_EXAM: 2, ("/healthz", "/readyz", "/metrics"): 1}
together = {SINGLE: (2, is_for_exam_front, _questions)}
in_memory = {_EXAM: 512 * 1024}  # as much as it takes (docs/exam-api.md)
kinds.require()  # commands and workers ask Django's checks; here nobody would
