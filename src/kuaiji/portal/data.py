"""我的数据: everything kept about the person, in words and as a file to take along (PIPL 45)."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from kuaiji.accountants.own_data import record_of
from kuaiji.accountants.reading.display import identity_lines
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.audit.access import note
from kuaiji.audit.labels import label_of
from kuaiji.collection.own_data import answers_of, in_words
from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.data_parts import cards_in_order
from kuaiji.identity.forms import IdentityForm, PasswordField
from kuaiji.identity.models import User
from kuaiji.identity.pages import answer, citizen_of, page, posted
from kuaiji.identity.passwords.services import confirm_password
from kuaiji.identity.sessions.services import session_lines
from kuaiji.portal import data_export
from kuaiji.standing.reads import pictures_of, reads_of

RECENT = dt.timedelta(minutes=15)
PROVEN = "data_proven_at"  # where the session keeps when the password was typed once more
READS_SHOWN = 50


class OwnerForm(IdentityForm):
    """The password once more."""

    current_password = PasswordField(label="登录密码")


@page
@login_required
@sensitive_post_parameters()
def data(request: HttpRequest) -> HttpResponse:
    """Everything in words; who signed in a while ago types the password first."""
    user = citizen_of(request)
    if _is_recent(request, user):
        return redirect("portal:data") if request.method == "POST" else _everything(request, user)
    form = OwnerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            confirm_password(user=user, password=form.cleaned_data["current_password"])
        except RuleBroken as broken:
            form.refuse(broken)
            note(request, "portal.data", subject_id=user.pk, outcome=broken.code)
        else:
            request.session[PROVEN] = clock.now().isoformat()
            return redirect("portal:data")
    return answer(request, "portal/data_owner.html", {"form": form}, form)


@require_GET
@login_required
def data_json(request: HttpRequest) -> HttpResponseBase:
    """The same as JSON, with the pictures."""
    user = citizen_of(request)
    if not _is_recent(request, user):
        return redirect("portal:data")
    note(request, "portal.data_json", subject_id=user.pk)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(data_export.as_json(user), content_type="application/json", headers=headers)


def _everything(request: HttpRequest, user: User) -> HttpResponse:
    record = record_of(user)
    answers = answers_of(user)
    facts = facts_of(user, answers.get("personal"), clock.today())
    reads = reads_of(user)
    others = reads.exclude(actor_id=user.pk)
    note(request, "portal.data", subject_id=user.pk)
    context = {
        "user": user,
        "record": record,
        "identity": identity_lines(user, facts),
        "checks": user.checks.order_by("kind"),
        "agreements": user.agreements.order_by("at", "pk"),
        "sections": in_words(user, answers),
        "pictures": pictures_of(user),
        "cards": [render_to_string(card.template, card.context(request, user), request) for card in cards_in_order()],
        "own_reads": reads.filter(actor_id=user.pk).count(),
        "other_reads": others.count(),
        "reads": [
            (read.at, data_export.reader(read, user), label_of(read.action), read.outcome == "ok")
            for read in others[:READS_SHOWN]
        ],
    }
    return render(request, "portal/data.html", context)


def _is_recent(request: HttpRequest, user: User) -> bool:
    """Did the session begin, or was the password typed, a short while ago?"""
    since = clock.now() - RECENT
    if (proven := request.session.get(PROVEN)) and dt.datetime.fromisoformat(proven) > since:
        return True
    lines = session_lines(user_id=user.pk, cookie=request.session.session_key)
    return any(line.is_current and line.started_at > since for line in lines)
