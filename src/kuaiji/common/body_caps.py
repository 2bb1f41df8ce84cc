"""How many bytes the body of a request may have, by its address: few, but where a view takes files.

A view says so itself, with ``takes_files``; there is no list beside the views.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpResponse
from django.urls import Resolver404, resolve

MARK = "takes_files"

View = TypeVar("View", bound=Callable[..., HttpResponse])


def takes_files(view: View) -> View:
    """Mark a view of signed-in people whose form brings files."""
    return takes_files_where(lambda **_: True)(view)


def takes_files_where(brings: Callable[..., bool]) -> Callable[[View], View]:
    """The same for a view that serves several forms: ``brings`` says it of the keywords in its address."""

    def mark(view: View) -> View:
        setattr(view, MARK, brings)
        return view

    return mark


def brings_files(path: str, urlconf: str | None = None) -> bool:
    """Whether what stands at ``path`` takes files; ``urlconf`` are the addresses of its face, else the citizens'."""
    try:
        found = resolve(path, urlconf)
    except Resolver404:
        return False
    brings = getattr(found.func, MARK, None)
    return brings is not None and brings(**found.kwargs)


def most_bytes(environ: Mapping[str, Any], urlconf: str | None = None) -> int:
    """The cap of a request's body, by what stands before it (WSGI's ``environ``): of a form with files BODY_CAP, where
    its address takes any, else FORM_CAP."""
    with_files = environ.get("CONTENT_TYPE", "").startswith("multipart/form-data")
    cap: int = settings.FORM_CAP
    return settings.BODY_CAP if with_files and brings_files(environ["PATH_INFO"], urlconf) else cap
