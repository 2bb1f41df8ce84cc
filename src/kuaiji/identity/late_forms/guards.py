"""Nothing typed is lost when a session ends: a form that comes too late is kept, and given back after signing in.

A view of signed-in people says with ``keeps_typed`` that its form is worth it, and shows what ``late_form`` gives back.
"""

import dataclasses
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

from kuaiji.common.ids import as_uuid
from kuaiji.common.keyring import digests_equal, keyring
from kuaiji.identity.late_forms.services import (
    drop_late_form,
    forget_late_form,
    is_whose,
    keep_late_form,
    late_fields,
)
from kuaiji.identity.models import User
from kuaiji.identity.sessions.services import user_of_session

View = Callable[..., HttpResponse]

MARK = "keeps_typed"
KEPT = "late_form"  # where the session keeps the id
WHOSE = "whose"  # the form's own word on whose page it was


@dataclasses.dataclass(frozen=True, slots=True)
class Late:
    """For the page of such a form: ``whose`` goes into it as a hidden field, ``typed`` is what is given back."""

    whose: str
    typed: QueryDict | None


def keeps_typed(view: View) -> View:
    """A post of somebody whose session is over leads to signing in, and is kept for that person meanwhile."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return sign_in_again(request)
        if request.session.pop(KEPT, None):
            forget_late_form(request.user)  # sent anew
        return view(request, *args, **kwargs)

    setattr(guarded, MARK, True)
    return guarded


def sign_in_again(request: HttpRequest, *, whose: str | None = None) -> HttpResponse:
    """To the sign-in, and back to the form. What was posted is kept for whom the session was; with ``whose``, only if
    the form says the same."""
    owner = user_of_session(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    if owner and (whose is None or is_form_of(owner, whose)):
        keep(request, owner)
    return redirect_to_login(request.get_full_path())


def keep(request: HttpRequest, user: User) -> None:
    """Keep the posted fields for ``user``, and remember them in the session that is now."""
    fields = {name: [str(value) for value in request.POST.getlist(name)] for name in request.POST}
    if kept := keep_late_form(user=user, path=request.path, fields=fields):
        request.session[KEPT] = str(kept.pk)


def settle(request: HttpRequest, user: User) -> None:
    """Somebody has signed in: to anybody but its owner what was kept is gone."""
    if (kept := as_uuid(request.session.get(KEPT))) and not is_whose(kept, user):
        drop_late_form(kept)
        del request.session[KEPT]


def late_form(request: HttpRequest) -> Late:
    """What the page of a form that keeps what was typed needs of this."""
    assert request.user.is_authenticated  # as the guards of these pages saw to
    typed = None
    if request.method == "GET" and (kept := as_uuid(request.session.get(KEPT))):
        typed = late_fields(form_id=kept, user=request.user, path=request.path)
    return Late(_whose(request.user), typed)


def is_form_of(user: User, whose: str) -> bool:
    """Whether a form's hidden field says that its page was this person's."""
    return digests_equal(_whose(user).encode(), whose.encode())


def _whose(user: User) -> str:
    return keyring().mac("late_form", user.pk.bytes).hex()
