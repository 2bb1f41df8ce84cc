"""Who acts at the doors of citizens; and who has a text to read before going on is led to it, from any own page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kuaiji.audit.access import Actor, set_actor
from kuaiji.audit.enums import ActorKind
from kuaiji.common.own_pages import waits_for_texts
from kuaiji.identity.pages import AFTERWARDS

GetResponse = Callable[[HttpRequest], HttpResponse]


def citizen_acts(get_response: GetResponse) -> GetResponse:
    """Whoever is signed in acts, or somebody who has not said who. Asks for the session only when it matters."""

    def middleware(request: HttpRequest) -> HttpResponse:
        set_actor(request, lambda: Actor(ActorKind.CITIZEN, request.user.pk))
        return get_response(request)

    return middleware


def texts_first(get_response: GetResponse) -> GetResponse:
    """Only pages that a person opens are led away: a form on its way, a picture or a script's question goes on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Old browsers do not say what they want; they get the page that leads on.
        opens_a_page = request.method == "GET" and request.headers.get("Sec-Fetch-Dest", "document") == "document"
        if opens_a_page and waits_for_texts(request.path) and AFTERWARDS in request.session:
            return redirect("identity:agree")
        return get_response(request)

    return middleware
