"""注销: told what goes and what stays, asked once more, done."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from kuaiji.audit.access import note, operation_of
from kuaiji.audit.enums import OperationKind
from kuaiji.closing.forms import CloseForm
from kuaiji.closing.services import close_user, obstacle_for, something_stays
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.pages import answer, citizen_of, page, posted, refused
from kuaiji.identity.passwords.services import confirm_password


@page
@sensitive_post_parameters()
@login_required
def close(request: HttpRequest) -> HttpResponse:
    """The consequences, the box and the password; then signed out, with nothing left in the browser."""
    user = citizen_of(request)
    form = CloseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            confirm_password(user=user, password=form.cleaned_data["current_password"])
            close_user(operation=operation_of(request, OperationKind.CLOSING), user_id=user.pk)
        except RuleBroken as broken:
            refused(request, form, broken)
        else:
            note(request, "closing.close", subject_id=user.pk)
            logout(request)
            response = redirect("closing:closed")
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
            return response
    context = {
        "form": form,
        "keeps_record": something_stays(user),
        "obstacle": obstacle_for(user),
    }
    return answer(request, "closing/close.html", context, form)


@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """What holds afterwards, for whoever comes here: the page knows nobody."""
    return render(request, "closing/closed.html")
