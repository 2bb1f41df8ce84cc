"""Several providers in order of preference; one that keeps failing is left alone for a while."""

import datetime as dt
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kuaiji.common.breaker import Breaker
from kuaiji.sms.enums import TryOutcome
from kuaiji.sms.providers.base import Provider, ProviderRefused, ProviderUnavailable, Sent

COOL_DOWN = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Try:
    """What came of asking one provider, and how many ``seconds`` that took."""

    provider: str
    outcome: TryOutcome
    seconds: float


class Chain:
    """Sends by the first provider that takes the message. What one refuses is refused: it is asked of no other."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._links = [(each, Breaker(first_pause=COOL_DOWN, longest_pause=COOL_DOWN)) for each in providers]
        # Of several a second one would not know a message again that the first had.
        self.knows_ids = len(self._links) == 1 and self._links[0][0].knows_ids

    def send(
        self,
        *,
        message_id: uuid.UUID,
        phone: str,
        template_key: str,
        params: Mapping[str, str],
        tries: list[Try] | None = None,
        once_only: bool = False,
    ) -> Sent:
        """See Provider; ProviderUnavailable means that none could be used. With ``once_only`` the first provider that
        may have taken the message in silence ends the search: the exception is then ``unanswered``.

        ``tries`` receives what came of each provider that was asked, whatever the outcome.
        """
        tries, reasons = [] if tries is None else tries, []
        for provider, breaker in self._links:
            if not breaker.admits():
                continue
            started = time.monotonic()
            try:
                sent = provider.send(message_id=message_id, phone=phone, template_key=template_key, params=params)
            except ProviderUnavailable as error:
                breaker.failed(error.reason)
                tries.append(Try(error.provider, TryOutcome.UNAVAILABLE, time.monotonic() - started))
                reasons.append(str(error))
                if once_only and error.unanswered and not provider.knows_ids:
                    raise
                continue
            except ProviderRefused as error:
                breaker.answered()
                tries.append(Try(error.provider, TryOutcome.REFUSED, time.monotonic() - started))
                raise
            breaker.answered()
            tries.append(Try(sent.provider, TryOutcome.SENT, time.monotonic() - started))
            return sent
        raise ProviderUnavailable("chain", "; ".join(reasons) or "cooling down")
