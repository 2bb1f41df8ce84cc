"""The keys that hold, in this process: read again when they are old, so that a revoked one holds nowhere for long."""

import base64
import datetime as dt
import ipaddress
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection

from kuaiji.common import clock
from kuaiji.examchecks.models import ExamClientKey
from kuaiji.examchecks.services.clients import in_force
from kuaiji_signed.keys import Secret

OLD_SECONDS = 0.4  # then somebody reads them anew, while others go on with what is there
TOO_OLD_SECONDS = 0.8  # then nobody goes on: revocation holds within a second

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class KeysUnknown(Exception):
    """The database does not say which keys hold."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, by a key that was proven: what the door needs to know of it."""

    client_id: uuid.UUID
    key_id: uuid.UUID
    keyid: str
    name: str
    levels: frozenset[int]
    networks: tuple[Network, ...]
    rate: int
    secret: Secret = field(repr=False)
    not_before: float  # seconds since the epoch
    not_after: float

    def may_come_from(self, address: Address | None) -> bool:
        """Whether its networks hold the address; all do where none was named."""
        return not self.networks or (address is not None and any(_holds(each, address) for each in self.networks))


class KeyBook:
    """What ``find`` says is never older than a second, in any process, whatever the others do."""

    def __init__(self, *, age: Callable[[], float] = time.monotonic) -> None:
        self._age = age
        self._reading = threading.Lock()
        self._clients: Mapping[str, Client] = {}
        self._opened: dict[uuid.UUID, Secret] = {}
        self._read_at = -TOO_OLD_SECONDS

    def find(self, keyid: str, *, now: float) -> Client | None:
        """The client whose key it is; None where nobody's holds at ``now``, in seconds since the epoch.

        Raises KeysUnknown.
        """
        self._refresh()
        client = self._clients.get(keyid)
        return client if client is not None and client.not_before <= now < client.not_after else None

    def forget(self) -> None:
        """Read them anew at the next question."""
        self._read_at = self._age() - TOO_OLD_SECONDS

    def _refresh(self) -> None:
        if (old := self._age() - self._read_at) < OLD_SECONDS:
            return
        if not self._reading.acquire(blocking=old >= TOO_OLD_SECONDS):
            return  # another thread does, and these still hold
        try:
            began = self._age()
            if began - self._read_at >= OLD_SECONDS:
                self._read()
                self._read_at = began
        except (OperationalError, InterfaceError):
            if self._age() - self._read_at >= TOO_OLD_SECONDS:
                raise KeysUnknown from None
        finally:
            self._reading.release()

    def _read(self) -> None:
        rows = in_force(clock.now()).select_related("client", "data_key")
        try:
            list(rows)
        except (OperationalError, InterfaceError):
            connection.close()  # no request of Django's begins here: nobody has looked whether it still works
            rows = rows.all()
        self._clients = {row.keyid: self._client(row) for row in rows}
        self._opened = {client.key_id: client.secret for client in self._clients.values()}

    def _client(self, row: ExamClientKey) -> Client:
        secret = self._opened.get(row.pk) or Secret(base64.b64decode(row.secret), row.algorithm)  # type: ignore[arg-type]
        return Client(
            client_id=row.client_id,
            key_id=row.pk,
            keyid=row.keyid,
            name=row.client.name,
            levels=frozenset(row.client.levels),
            networks=tuple(ipaddress.ip_network(each) for each in row.client.addresses),
            rate=row.client.rate,
            secret=secret,
            not_before=row.not_before.timestamp(),
            not_after=_end(row.not_after),
        )


def _end(moment: dt.datetime | None) -> float:
    return float("inf") if moment is None else moment.timestamp()


def _holds(network: Network, address: Address) -> bool:
    return network.version == address.version and address in network
