"""What the pages of forms share that are kept unsent: reading the post, showing what was typed, answering a script.

Such a page sends back in ``draft`` which page it is. Its buttons ``action=later`` and ``action=back`` keep what is
typed, and so does the script autosave.js, which asks for JSON; ``action=discard`` gives it up.
"""

import dataclasses
import datetime as dt
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse, QueryDict

from kuaiji.attachments.uploads import Uploads
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import as_posted, count_in
from kuaiji.unsent.models import UnsentForm
from kuaiji.unsent.services import Fields, OpenedPage, StaleForm

LEAVING = ("later", "back")
_MARK = re.compile(r"(?P<revision>[0-9]{1,9})\.(?P<name>[0-9a-f]{16})")
_NOT_KEPT = frozenset({"csrfmiddlewaretoken", "whose", "draft", "nth", "action", "then"})


@dataclasses.dataclass(frozen=True, slots=True)
class Unsent:
    """For the page of such a form: ``mark`` goes into it as the hidden field ``draft``, ``row`` is what is kept."""

    mark: str
    row: UnsentForm | None = None


def unsent_on(request: HttpRequest, row: UnsentForm | None, late: QueryDict | None = None) -> Unsent:
    """For the page: a post, and one that came too ``late``, goes on as the page that it came from."""
    opened = _opened(late) if late is not None else opened_page(request)
    if opened is None:
        opened = OpenedPage(secrets.token_hex(8), row.revision if row else 0)
    return Unsent(_mark(opened), row)


def typed_in(row: UnsentForm | None) -> QueryDict | None:
    """What was typed, as the form was posted."""
    return as_posted(row.fields) if row else None


def unsent_beside(stale: StaleForm, unsent: Unsent) -> Unsent:
    """For the page that says what another page has kept: sent once more, it takes the place of that."""
    return Unsent(f"{stale.revision}.{unsent.mark.partition('.')[2]}")


def opened_page(request: HttpRequest) -> OpenedPage | None:
    """Which page a post came from; None when it does not say, or says nonsense."""
    return _opened(request.POST)


def by_script(request: HttpRequest) -> bool:
    """Whether autosave.js sends what rests in the form; it shows no page."""
    return request.method == "POST" and request.headers.get("Accept", "") == "application/json"


def is_leaving(request: HttpRequest) -> bool:
    """Whether what is typed is to be kept as it is, and not sent."""
    return by_script(request) or request.POST.get("action") in LEAVING


def typed_fields(data: QueryDict) -> dict[str, list[str]]:
    """What is kept of a post: everything typed, and what the page was opened with."""
    return {name: [str(each) for each in data.getlist(name)] for name in data if name not in _NOT_KEPT}


def new_fields(
    data: QueryDict,
    *,
    sent: Iterable[forms.BaseForm],
    shown: Iterable[forms.BaseForm],
    uploads: Uploads,
    stood: Mapping[str, Any],
) -> Fields | None:
    """What is to be kept of the posted ``data``: None where it says no more than a page that is opened anew.

    ``sent`` are the forms bound to the data, ``shown`` those of a page of saved answers alone. ``stood`` are these
    answers: the ids of their pictures by field.
    """
    fresh = any(str(row.pk) != stood.get(name) for name, row in uploads.received.items())
    return typed_fields(data) if fresh or _differs(data, list(sent), list(shown)) else None


def saved_answer(row: UnsentForm | None, uploads: Uploads) -> JsonResponse:
    """To the script: when it was kept, null where there was nothing to keep; and which files were not taken, why."""
    refused = {name: broken.message for name, broken in uploads.refused.items()}
    return JsonResponse({"saved": _time(row.saved_at) if row else None, "refused": refused})


def stale_answer(saved_at: dt.datetime) -> JsonResponse:
    """To the script: another page was there first."""
    return JsonResponse({"stale": _time(saved_at)}, status=409)


def refused_answer(broken: RuleBroken) -> JsonResponse:
    """To the script: nothing was kept, and why; 429 when it came too soon after the last one."""
    return JsonResponse({"message": broken.message}, status=429 if broken.code == "too_often" else 422)


def _opened(data: QueryDict) -> OpenedPage | None:
    found = _MARK.fullmatch(data.get("draft", ""))
    return OpenedPage(found["name"], int(found["revision"]), count_in(data, "nth") or 0) if found else None


def _mark(opened: OpenedPage) -> str:
    return f"{opened.revision}.{opened.name}"


def _time(moment: dt.datetime) -> str:
    return f"{moment.astimezone(clock.CHINA):%-H:%M}"


def _differs(data: QueryDict, sent: list[forms.BaseForm], shown: list[forms.BaseForm]) -> bool:
    """Whether a page says something else than one that nobody has touched. What it does not ask says nothing: a field
    that was not posted, but for a box, which is not posted when it is not ticked, and for a row that was removed."""
    said, stood = _said(sent), _said(shown)
    if {form.prefix for form in shown if _said([form])} - {form.prefix for form in sent}:
        return True
    boxes = {field.html_name for form in shown for field in form if isinstance(field.field, forms.BooleanField)}
    asked = {name for name in said.keys() | stood.keys() if name in data or name in boxes}
    return any(said.get(name) != stood.get(name) for name in asked)


def _said(sent: Iterable[forms.BaseForm]) -> dict[str, str]:
    """What stands in the forms, field by field, as text; nothing for what is empty."""
    said = {}
    for form in sent:
        for field in form:
            if isinstance(field.field, forms.FileField):
                continue
            value = field.data if form.is_bound else field.value()
            if text := ("on" if value is True else "" if value in (None, False) else str(value).strip()):
                said[field.html_name] = text
    return said
