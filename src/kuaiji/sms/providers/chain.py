"""Several providers in order of preference: who keeps failing is left alone for a while."""

import datetime as dt
import threading
import uuid
from collections.abc import Iterable, Mapping

from kuaiji.common import clock
from kuaiji.sms.providers.base import Provider, ProviderRefused, ProviderUnavailable, Sent

FAILURES = 3
COOL_DOWN = dt.timedelta(seconds=60)


class Breaker:
    """Counts the failures in a row of one provider, in this process.

    After FAILURES of them nobody is let through for COOL_DOWN; then one call is, and its outcome decides.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._skip_until: dt.datetime | None = None

    def admits(self) -> bool:
        """May this call be tried? Once per COOL_DOWN while the provider is failing."""
        with self._lock:
            if self._skip_until is None:
                return True
            if clock.now() < self._skip_until:
                return False
            self._skip_until = clock.now() + COOL_DOWN
            return True

    def succeeded(self) -> None:
        """The provider answered: it is well again."""
        with self._lock:
            self._failures, self._skip_until = 0, None

    def failed(self) -> None:
        """The provider was unavailable once more."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._skip_until = clock.now() + COOL_DOWN


class Chain:
    """Sends by the first provider that takes the message. What one refuses is refused: it is asked of no other."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._links = [(provider, Breaker()) for provider in providers]

    def send(self, *, message_id: uuid.UUID, phone: str, template_key: str, params: Mapping[str, str]) -> Sent:
        """See Provider; ProviderUnavailable means that none could be used."""
        reasons = []
        for provider, breaker in self._links:
            if not breaker.admits():
                continue
            try:
                sent = provider.send(message_id=message_id, phone=phone, template_key=template_key, params=params)
            except ProviderUnavailable as error:
                breaker.failed()
                reasons.append(str(error))
                continue
            except ProviderRefused:
                breaker.succeeded()
                raise
            breaker.succeeded()
            return sent
        raise ProviderUnavailable("chain", "; ".join(reasons) or "cooling down")
