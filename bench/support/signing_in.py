"""People who sign in with number and password, one after the other, from some browsers at once, while it lasts."""

import concurrent.futures
import contextlib
import http.client
import itertools
import threading
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from bench.population.personas import PASSWORD, Persona

BROWSERS = 4
CSRF = "k" * 32


class SigningIn:
    """A crowd at one platform; ``count`` have signed in so far."""

    def __init__(self, address: str, people: Sequence[Persona]) -> None:
        self._parts, self._people = urlsplit(address), itertools.cycle(people)
        self._lock, self.count = threading.Lock(), 0
        self._pool = concurrent.futures.ThreadPoolExecutor(BROWSERS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown()

    @contextlib.contextmanager
    def at_it(self) -> Iterator[None]:
        """They sign in while the block lasts. Raises what one of them met."""
        over = threading.Event()
        browsers = [self._pool.submit(self._browse, over) for _ in range(BROWSERS)]
        try:
            yield
        finally:
            over.set()
        for browser in browsers:
            browser.result()

    def _browse(self, over: threading.Event) -> None:
        while not over.is_set():
            with self._lock:
                someone = next(self._people)
            fields = {"document_number": someone.number, "password": PASSWORD, "csrfmiddlewaretoken": CSRF}
            cookie = f"{settings.CSRF_COOKIE_NAME}={CSRF}"
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
            connection = http.client.HTTPConnection(self._parts.hostname or "", self._parts.port, timeout=30)
            connection.request("POST", "/login/", urlencode(fields), headers)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if answer.status != 302:
                raise RuntimeError(f"signing in was answered by {answer.status}")
            with self._lock:
                self.count += 1
