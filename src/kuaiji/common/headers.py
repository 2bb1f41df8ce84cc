"""Headers that every answer of a service carries."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def with_headers(headers: Mapping[str, str], get_response: GetResponse) -> GetResponse:
    """A middleware that sets what the answer does not set itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return middleware
