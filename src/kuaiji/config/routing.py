"""Which face a request is for, and the way of a request through a face other than the citizens'."""

import functools
import io
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.urls import set_urlconf
from django.utils.module_loading import import_string

from kuaiji.common.body_caps import most_bytes
from kuaiji.config.faces import CITIZEN, EXAM, Face
from kuaiji.examapi.protocol.requests import DOORS

Answer = Callable[[HttpRequest], HttpResponse]
_FACE = "_face"


def by_face(get_response: Answer) -> Answer:
    """Middleware: give the request to its face. The citizens' own middleware follows in the settings."""
    faces: Mapping[Face, tuple[str, ...]] = settings.FACES
    answers = {face: get_response if face is CITIZEN else _Chain(face.middleware).answer for face in faces}

    def middleware(request: HttpRequest) -> HttpResponse:
        face = face_of(request.path_info, split_domain_port(request.get_host())[0], faces)
        request.__dict__[_FACE] = face
        if face is not CITIZEN:
            request.urlconf = face.urlconf
            set_urlconf(face.urlconf)  # for what goes wrong before the address is looked up
        return answers[face](request)

    return middleware


def face_of(path: str, host: str, faces: Mapping[Face, tuple[str, ...]]) -> Face:
    """The face of an address: by its own hosts first, then by its prefix; else the one without a prefix, or the first.

    What that face has no address for is its 404.
    """
    for face, hosts in faces.items():
        if hosts and validate_host(host, hosts):
            return face
    sharing = [face for face, hosts in faces.items() if not hosts]
    prefixed = [face for face in sharing if path.startswith(face.prefix)]
    return max(prefixed, key=lambda face: len(face.prefix), default=(sharing or list(faces))[0])


def is_for_exam_front(environ: Mapping[str, Any]) -> bool:
    """Whether the exam check answers a request itself (ADR 0089): one of its addresses, on a host that is its own, and
    over HTTPS where that is asked. All others are Django's to answer or to refuse."""
    if environ["PATH_INFO"] not in DOORS:
        return False
    is_secure = not settings.SECURE_SSL_REDIRECT or WSGIRequest({**environ, "wsgi.input": io.BytesIO()}).is_secure()
    return is_secure and _is_exam_host(environ["PATH_INFO"], environ.get("HTTP_HOST", ""))


@functools.lru_cache(maxsize=64)
def _is_exam_host(path: str, said: str) -> bool:
    host = split_domain_port(said)[0]
    faces: Mapping[Face, tuple[str, ...]] = settings.FACES
    return bool(host) and validate_host(host, settings.ALLOWED_HOSTS) and face_of(path, host, faces) is EXAM


def worth_reading(environ: Mapping[str, Any]) -> int:
    """How many bytes of a request's body the server reads before it asks the application: as its address takes, but of
    who has no session of that face, and so will be led to its sign-in, no more than any form has."""
    face = _face_of(environ)
    cap = most_bytes(environ, face.urlconf)
    return cap if _brings_session(environ, face) else min(cap, settings.FORM_CAP)


def is_signed_in(environ: Mapping[str, Any]) -> bool:
    """Whether a body that is larger than any form is worth reading: who sends it is signed in, at the face that it is
    sent to. Asks the database."""
    if int(environ["CONTENT_LENGTH"]) <= settings.FORM_CAP:
        return True
    face = _face_of(environ)
    if not _brings_session(environ, face):
        return False
    close_old_connections()  # a request has not begun yet: nobody has looked whether they still work
    return bool(import_string(face.signed_in)(WSGIRequest({**environ, "wsgi.input": io.BytesIO()})))


def _face_of(environ: Mapping[str, Any]) -> Face:
    return face_of(environ["PATH_INFO"], split_domain_port(environ.get("HTTP_HOST", ""))[0], settings.FACES)


def _brings_session(environ: Mapping[str, Any], face: Face) -> bool:
    """Whether there is a cookie of that name at all, told without a look into the database."""
    if not face.session_cookie:
        return False
    return f"{getattr(settings, face.session_cookie)}=" in environ.get("HTTP_COOKIE", "")


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor of all templates: those of the request's face."""
    face: Face = request.__dict__.get(_FACE, CITIZEN)
    found: dict[str, Any] = {}
    for path in face.context_processors:
        found |= import_string(path)(request)
    return found


class _Chain(BaseHandler):
    """A face's own middleware around its views, as Django builds those of the settings."""

    def __init__(self, middleware: tuple[str, ...]) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        django: Any = self  # its attributes have no published types
        answer: Any = convert_exception_to_response(django._get_response)
        for path in reversed(middleware):
            try:
                step = import_string(path)(answer)
            except MiddlewareNotUsed:
                continue
            if hasattr(step, "process_view"):
                self._view_middleware.insert(0, step.process_view)
            if hasattr(step, "process_template_response"):
                self._template_response_middleware.append(step.process_template_response)
            if hasattr(step, "process_exception"):
                self._exception_middleware.append(step.process_exception)
            answer = convert_exception_to_response(step)
        self.answer: Answer = answer
