"""Who acts at the doors of citizens; and who has a text to read before going on is led to it, from any own page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kuaiji.audit.access import Actor, set_actor
from kuaiji.audit.enums import ActorKind

GetResponse = Callable[[HttpRequest], HttpResponse]

AFTERWARDS = "afterwards"  # the session keeps where to go after reading; set at sign-in while a text is due
# Pages of a person. What lies outside stays open, and so does what one may want instead of agreeing.
_OWN = ("/me/", "/collection/", "/changes/", "/transfers/", "/education/")
_OPEN = ("/me/security/", "/me/data/")


def citizen_acts(get_response: GetResponse) -> GetResponse:
    """Whoever is signed in acts, or somebody who has not said who. Asks for the session only when it matters."""

    def middleware(request: HttpRequest) -> HttpResponse:
        set_actor(request, lambda: Actor(ActorKind.CITIZEN, request.user.pk))
        return get_response(request)

    return middleware


def texts_first(get_response: GetResponse) -> GetResponse:
    """Only pages that a person opens are led away: a form on its way, a picture or a script's question goes on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_own = request.path.startswith(_OWN) and not request.path.startswith(_OPEN)
        # Old browsers do not say what they want; they get the page that leads on.
        opens_a_page = request.method == "GET" and request.headers.get("Sec-Fetch-Dest", "document") == "document"
        if is_own and opens_a_page and AFTERWARDS in request.session:
            return redirect("identity:agree")
        return get_response(request)

    return middleware
