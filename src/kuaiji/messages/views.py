"""我的消息: what a person was told, and what comes to her phone."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.forms import refuse
from kuaiji.keys.models import PersonKey
from kuaiji.messages.display import item_of
from kuaiji.messages.enums import MessageClass
from kuaiji.messages.forms import ChoiceForm
from kuaiji.messages.services.choosing import choose_messages, unwanted_of
from kuaiji.messages.services.reading import KEPT, inbox_of, mark_read

PAGE = 20


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest messages first, whole; those on the page are read from now on."""
    key = _key(request)
    page = Paginator(inbox_of(key.pk), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    context = {"items": [item_of(message) for message in rows], "page": page, "years": KEPT.days // 365}
    note(request, "messages.inbox", subject_id=request.user.pk)
    unread = [message.pk for message in rows if message.read_at is None]
    if unread and request.method == "GET":
        mark_read(person_key_id=key.pk, ids=unread)
        context["has_unread"] = inbox_of(key.pk).unread().exists()  # in the place of what was loaded before
    return render(request, "messages/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choice(request: HttpRequest) -> HttpResponse:
    """Which classes come to the phone."""
    key = _key(request)
    unwanted = unwanted_of(key.pk)
    initial = {"wanted": [each.value for each in MessageClass if each not in unwanted]}
    form = ChoiceForm(request.POST if request.method == "POST" else None, initial=initial)
    # No box is a choice too: only the button tells it from a form that was never filled in.
    if request.POST.get("action") == "save" and form.is_valid():
        operation = operation_of(request, OperationKind.MESSAGES_CHOOSING)
        person: Any = request.user
        choose_messages(operation=operation, subject_id=person.pk, person_key=key, wanted=form.classes())
        return redirect("messages:inbox")
    context = {"form": form}
    answer = refuse if form.errors else render
    return answer(request, "messages/choice.html", context)


def _key(request: HttpRequest) -> PersonKey:
    """The key of who is signed in; it was loaded with the person."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user.person_key
