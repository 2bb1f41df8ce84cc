"""A provider that says nothing, and one that works, over real HTTP. Imports models: only inside ``platform_inside``."""

import datetime as dt
import threading
import time
from collections.abc import Iterable
from typing import Any
from unittest import mock

from django.db import connection, connections

from kuaiji.common import clock
from kuaiji.common.http import Partner
from kuaiji.common.profile import profile
from kuaiji.sms import tasks
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.models import MessageState, OutgoingSms
from kuaiji.sms.providers.base import Provider, Sent
from kuaiji.sms.providers.chain import Chain
from kuaiji.sms.providers.standin import StandinProvider
from kuaiji.sms.providers.tencent import TencentProvider
from kuaiji.sms.services import DELIVER, FIRST_WAIT, send_message
from people.houses.loopback import hang, loopback, reply
from people.sign_in_steps import run_jobs

LIFE = dt.timedelta(minutes=10)
ENOUGH = 10  # looks at the server while all wait
PAUSE_SECONDS, PATIENCE_SECONDS = 0.02, 60
ACCEPTED = reply(200, {"status": "accepted", "serial": "SI0000000001"})


class Watched(Chain):
    """Providers in their order that know how many threads they keep at this moment."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        super().__init__(providers)
        self._lock = threading.Lock()
        self.inside = 0

    def send(self, **asked: Any) -> Sent:
        """See Chain."""
        with self._lock:
            self.inside += 1
        try:
            return super().send(**asked)
        finally:
            with self._lock:
                self.inside -= 1


def figures(parallel: int) -> tuple[dict[str, Any], list[str]]:
    """Two waves of ``parallel`` messages: what they hold while they wait, and who carries them."""
    words: dict[str, Any] = {"signature": profile().sms_signature, "templates": profile().sms}
    with loopback(hang) as silent, loopback(ACCEPTED) as well:
        first = TencentProvider(secret_id="id", secret_key="key", app_id="1400", base_url=silent.url, **words)
        chain = Watched([first, StandinProvider(Partner("standin", well.url, "token"), **words)])
        with mock.patch.object(tasks, "provider", return_value=chain):
            looks, first_seconds = _deliver(parallel, chain)
            asked_first = len(silent.requests)
            _, later_seconds = _deliver(parallel, chain)
        carried = {request.json()["id"] for request in well.requests}
    sent = OutgoingSms.objects.filter(state=MessageState.SENT, provider="standin").count()
    held = len(set.intersection(*looks)) if looks else -1
    found = {
        "parallel": parallel,
        "connections_held_while_waiting": held,
        "looks_while_all_wait": len(looks),
        "seconds_of_the_waves": [first_seconds, later_seconds],
        "asked_of_the_silent_one": [asked_first, len(silent.requests) - asked_first],
        "carried_by_the_second": len(carried),
        "sent": sent,
    }
    checks = {
        "held": held == 0 and len(looks) >= ENOUGH,
        "sent": sent == len(carried) == 2 * parallel,
        "the silent one was asked again": len(silent.requests) == asked_first,
        "slow": max(first_seconds, later_seconds) <= PATIENCE_SECONDS,
    }
    return found, [name for name, well in checks.items() if not well]


def _deliver(parallel: int, chain: Watched) -> tuple[list[set[int]], float]:
    """Deliver that many messages at once: the server's connections at each look while all wait, and seconds."""
    keys = [
        send_message(
            template_key=TemplateKey.REGISTRATION_CODE,
            phone=f"139{number:08}",
            parameters={"code": "123456", "minutes": "10"},
            expires_at=clock.now() + LIFE,
        )
        for number in range(parallel)
    ]
    threads = [threading.Thread(target=_work, args=(str(key),)) for key in keys]
    begin, looks = time.perf_counter(), []
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        before, seen = chain.inside, _others_connected()
        if before == chain.inside == parallel:
            looks.append(seen)
        time.sleep(PAUSE_SECONDS)
    # What a slow second made one thread give up is tried again, as its job would be.
    waiting = OutgoingSms.objects.filter(pk__in=keys, state=MessageState.WAITING)
    while waiting.exists() and time.perf_counter() < begin + PATIENCE_SECONDS:
        run_jobs(DELIVER)
        time.sleep(FIRST_WAIT)
    return looks, round(time.perf_counter() - begin, 1)


def _work(message_id: str) -> None:
    try:
        tasks.deliver(message_id)
    finally:
        connections.close_all()


def _others_connected() -> set[int]:
    """The processes of the server that serve other threads than this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}
