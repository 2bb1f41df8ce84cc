"""What stands around the desk: its own cookies, sessions and check against forged forms, and who acts.

A citizen's cookies are not looked at here, nor are these by the citizens' face, on the same host too (ADR 0109).
"""

import logging
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.utils.log import log_response

from kuaiji.audit.access import Actor, set_actor
from kuaiji.audit.enums import ActorKind
from kuaiji.staff import views
from kuaiji.staff.guards import signed_in_member
from kuaiji.staff.sessions.services import session_of_cookie

GetResponse = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("django.security.csrf")  # as Django names it


def error_pages(get_response: GetResponse) -> GetResponse:
    """An empty 405 becomes a page with words and a way on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = views.error_page(request, 405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return middleware


def own_cookies(get_response: GetResponse) -> GetResponse:
    """Of the browser's cookies the desk's own alone are seen here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        brought = request.COOKIES
        ours = (
            settings.STAFF_SESSION_COOKIE_NAME,
            settings.STAFF_CSRF_COOKIE_NAME,
            settings.STAFF_BROWSER_COOKIE_NAME,
        )
        request.COOKIES = {name: brought[name] for name in ours if name in brought}
        return get_response(request)

    return middleware


def member_sessions(get_response: GetResponse) -> GetResponse:
    """The session of the desk's cookie. One that was ended while its request ran answers with the sign-in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        brought = request.COOKIES.get(settings.STAFF_SESSION_COOKIE_NAME)
        request.session = session_of_cookie(brought)
        response = get_response(request)
        if request.session.is_empty():
            return _forget(response) if brought else response
        if request.session.modified and response.status_code != 500:
            try:
                request.session.save()
            except UpdateError:
                return _forget(redirect("staff:login"))
            response.set_cookie(
                settings.STAFF_SESSION_COOKIE_NAME,
                str(request.session.session_key),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def files_of_members(get_response: GetResponse) -> GetResponse:
    """A body larger than forms without files are is read only for a member who has signed in; the others are led to
    the sign-in. Stands outside of what reads a form (``common.middleware.files_of_signed_in`` is the citizens')."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":  # no other body is looked at
            length = int(request.META.get("CONTENT_LENGTH") or 0)  # digits, as body_cap has seen to
            if length > settings.FORM_CAP and signed_in_member(request) is None:
                return redirect("staff:login")
        return get_response(request)

    return middleware


def _forget(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(settings.STAFF_SESSION_COOKIE_NAME, samesite="Lax")
    return response


class StaffCsrf(CsrfViewMiddleware):
    """Django's check against forged forms, over a cookie of the desk's own: it knows one name only, and the citizens'
    forms hang on that."""

    def process_request(self, request: HttpRequest) -> None:
        """Show Django our cookie under the name that it knows."""
        if token := request.COOKIES.get(settings.STAFF_CSRF_COOKIE_NAME):
            request.COOKIES[settings.CSRF_COOKIE_NAME] = token
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        """What Django sets goes to the browser under our name."""
        super().process_response(request, response)
        if morsel := response.cookies.pop(settings.CSRF_COOKIE_NAME, None):
            morsel.set(settings.STAFF_CSRF_COOKIE_NAME, morsel.value, morsel.coded_value)
            response.cookies[settings.STAFF_CSRF_COOKIE_NAME] = morsel
        return response

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        page = views.error_page(request, 403, template="staff/errors/403_csrf.html")
        log_response("Forbidden (%s): %s", reason, request.path, response=page, request=request, logger=log)
        return page


def member_acts(get_response: GetResponse) -> GetResponse:
    """Whoever is signed in acts, the second factor included."""

    def middleware(request: HttpRequest) -> HttpResponse:
        def who() -> Actor:
            member = signed_in_member(request)
            return Actor(ActorKind.STAFF, member.pk if member else None)

        set_actor(request, who)
        return get_response(request)

    return middleware
