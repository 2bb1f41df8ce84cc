"""本人所见: parts of the person's own pages, as that person sees them, and nothing in them that can be pressed."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_urlconf, set_urlconf
from django.utils.safestring import SafeString, mark_safe

_LINKS = re.compile(r"\s(?:href|action|formaction)=(?:\"[^\"]*\"|'[^']*')")
_FORM = re.compile(r"<(/?)form\b[^>]*>")
_HEADING = re.compile(r"<(/?)h1\b")
_CONTROL = re.compile(r"<(button|input|select|textarea)\b")


def read_only(template: str, context: Mapping[str, Any]) -> SafeString:
    """A template of the citizens' face, drawn with its own addresses; links lead nowhere, buttons do nothing."""
    with _addresses_of_citizens():
        html = render_to_string(template, dict(context))
    return mark_safe(still(html))


def still(html: str) -> str:
    """``html`` without links, forms, and controls that take anything; its main heading stands below the desk's."""
    html = _LINKS.sub("", html)
    html = _FORM.sub(r"<\1div>", html)
    html = _HEADING.sub(r"<\1h2", html)
    return _CONTROL.sub(r"<\1 disabled", html)


@contextlib.contextmanager
def _addresses_of_citizens() -> Iterator[None]:
    before = get_urlconf()
    set_urlconf(settings.ROOT_URLCONF)
    try:
        yield
    finally:
        set_urlconf(before)
