"""What is changed behind the hub's back, and who answers in its place.

Imports models: only inside ``platform_inside``.
"""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from structlog.testing import capture_logs

from kuaiji.exchange import loop
from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.partners import clients
from kuaiji_wire.books import FIRST
from people.houses.hub import Hub, public
from people.houses.loopback import Behaviour, Loopback, loopback, raw, reply
from prove.support.collected import collect
from prove.support.national import OURS, National, platform_of

Found = tuple[dict[str, Any], list[str]]

# A byte, or a character, of a row that only its owner can change; each on a message of its own.
CHANGES = {
    "body": "body = set_byte(body, length(body) / 2, get_byte(body, length(body) / 2) # 1)",
    "digest": "digest = translate(left(digest, 1), '0123456789abcdef', '123456789abcdef0') || substr(digest, 2)",
    "signature": "headers = jsonb_set(headers, '{signature-input}', to_jsonb((headers->>'signature-input') || ' '))",
    "answer": "answer = replace(answer, '\"ok\"', '\"no\"')",
    "code": "code = 'held_elsewhere'",
    "subject": "subject_id = gen_random_uuid()",
}


def changed_bytes_found(national: National, *, rounds: int) -> Found:
    """Change so many bytes of each kind; which messages the offline proof names."""
    count = rounds * len(CHANGES)
    collect(2 * count)
    loop.once()
    before = national.hub.operate("verify")[0]
    ids = [str(row.message_id) for row in OutboxMessage.objects.order_by("id")[:count]]
    for message_id, change in zip(ids, [*CHANGES.values()] * rounds, strict=True):
        statement = f"UPDATE kuaiji_hub_message SET {change} WHERE id = %s"
        national.hub.sql(statement, message_id, untriggered=True)
    named = re.findall(r"^([0-9a-f-]{36})\t.*differs", after := national.hub.operate("verify")[0], re.MULTILINE)
    figures = {"messages": 2 * count, "changed": count, "found": len(set(named) & set(ids))}
    checks = {
        "whole before": before.endswith(f"{2 * count} messages, 0 differ"),
        "found": sorted(named) == sorted(ids),
        "status": after.endswith("status 1"),
    }
    return figures, [name for name, well in checks.items() if not well]


def others_believed(national: National) -> Found:
    """Let everything answer that is not the hub: what of it is believed, and who hears of it."""
    collect(1)
    figures: dict[str, Any] = {}
    wrong = []
    with loopback(reply(200, {})) as elsewhere:
        for name, (behaviour, keys) in _impostors(national.hub, elsewhere).items():
            with _answering(national.hub, behaviour, keys), capture_logs() as logs:
                loop.once()
                reason = breaker.reason
            alarms = [line["event"] for line in logs if line["log_level"] in ("warning", "error")]
            figures[name] = reason
            delivered = OutboxMessage.objects.exclude(done_at=None).exists()
            checks = {"delivered": not delivered, "breaker": bool(reason), "alarm": "hub_untrusted" in alarms}
            wrong += [f"{name}: {what}" for what, well in checks.items() if not well]
            OutboxMessage.objects.update(next_attempt_at=None)
        if elsewhere.requests:
            wrong.append("redirect was followed")
    loop.once()
    if OutboxMessage.objects.open().exists() or len(clients.hub().record_book(after=FIRST).entries) != 1:
        wrong.append("nothing was sent once the hub was back")
    return figures, wrong


def _impostors(hub: Hub, elsewhere: Loopback) -> dict[str, tuple[Behaviour | None, str]]:
    """Who answers instead (nobody: the hub itself), and which keys of the hub the platform knows."""
    right = ",".join(f"{name}={key}" for name, key in hub.public_keys().items())
    keyid = right.partition("=")[0]
    return {
        "redirect": (reply(302, {}, Location=f"{elsewhere.url}/wire/v1/messages"), right),
        "unsigned": (reply(200, {"status": "accepted"}), right),
        "page": (raw(200, b"<html>", **{"Content-Type": "text/html"}), right),
        "wrong key": (None, f"{keyid}={public('hub:another')}"),
        "unknown key": (None, f"hub:another={public('hub:another')}"),
    }


@contextlib.contextmanager
def _answering(hub: Hub, behaviour: Behaviour | None, keys: str) -> Iterator[None]:
    """It answers in the hub's place for the length of the block."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(loopback(behaviour)).url if behaviour else ""
        stack.enter_context(platform_of(hub, OURS, url=url, keys=keys))
        yield
