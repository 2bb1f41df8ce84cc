"""Forms of tabs that were opened before somebody signed in elsewhere: their token is of the time before."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kuaiji.common import error_views
from kuaiji.common.redirects import local_address
from kuaiji.identity.late_forms.guards import MARK, WHOSE, is_form_of, keep, sign_in_again
from kuaiji.identity.signing_in.views import sign_out

DOORS = frozenset(
    {"login", "login_code", "register", "register_details", "register_password", "recover", "recover_password"}
)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``. Nothing that was posted is done: a door is opened anew, which leads on who is signed in;
    a form that keeps what was typed is shown again with it, to the person whose page it was; 退出 is done where the
    browser says that the form was ours. Everything else is refused (403)."""
    if reason.endswith("incorrect.") and (answer := _led_on(request)):
        return answer
    return error_views.csrf_failure(request, reason)


def _led_on(request: HttpRequest) -> HttpResponse | None:
    match = request.resolver_match
    if match is None:
        return None
    if getattr(match.func, MARK, False):
        return _typed_kept(request)
    if match.namespace != "identity":
        return None
    if match.url_name == "logout" and request.headers.get("Sec-Fetch-Site") == "same-origin":
        return sign_out(request)
    if match.url_name == "login" and request.user.is_authenticated:
        return redirect(local_address(request.POST.get("next", "")) or settings.LOGIN_REDIRECT_URL)
    return redirect(request.path) if match.url_name in DOORS else None


def _typed_kept(request: HttpRequest) -> HttpResponse | None:
    whose = request.POST.get(WHOSE, "")
    if not request.user.is_authenticated:
        return sign_in_again(request, whose=whose)
    if not is_form_of(request.user, whose):
        return None
    keep(request, request.user)
    return redirect(request.get_full_path())
