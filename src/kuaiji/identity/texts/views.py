"""Texts by version, open to all; and the page that shows what is due before a person goes on."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_safe

from kuaiji.audit.access import operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.enums import TextKey
from kuaiji.identity.pages import AFTERWARDS, answer, citizen_of, page, posted, refused
from kuaiji.identity.texts import files
from kuaiji.identity.texts.forms import AgreeForm
from kuaiji.identity.texts.services import agree_to_texts, texts_due


@page
@login_required
def agree(request: HttpRequest) -> HttpResponse:
    """What is due, once; then on to where the person was going."""
    user = citizen_of(request)
    due = texts_due(user)
    shown = " ".join(f"{text.key}:{text.version}" for text in due)
    form = AgreeForm(posted(request))
    if due and request.method == "POST" and form.is_valid():
        if form.cleaned_data["shown"] == shown:
            operation = operation_of(request, OperationKind.TEXT_AGREEING)
            agree_to_texts(operation=operation, user=user, shown=due)
            due = []
        else:
            refused(request, form, RuleBroken("text_newer", "告知有了新版本，请阅读后继续"))
    if not due:
        return redirect(request.session.pop(AFTERWARDS, resolve_url(settings.LOGIN_REDIRECT_URL)))
    known = set(user.agreements.values_list("text", flat=True))
    context = {"form": form, "shown": shown, "due": [(text, text.key in known) for text in due]}
    return answer(request, "identity/agree.html", context, form)


@require_safe
def show_text(request: HttpRequest, key: str, version: str = "") -> HttpResponse:
    """One text: the version in force, or an older one."""
    try:
        kind = TextKey(key)
        current = files.current_text(kind)
        text = files.find_text(kind, version) if version else current
    except (ValueError, KeyError):
        raise Http404 from None
    context = {"text": text, "current": current, "versions": files.text_versions(kind).values()}
    return render(request, "identity/text.html", context)
