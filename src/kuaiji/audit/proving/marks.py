"""How far the audit tables have been compared with their seals: a mark in the second place, signed by the ring.

Whoever holds the database alone cannot move it on. Without it, or with one that does not hold, everything is compared.
"""

import dataclasses
import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

from kuaiji.audit import offsite_seals
from kuaiji.common.keyring import digests_equal, keyring

PURPOSE = "audit.compared"


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Between two seals: number, end and MAC of the one before, and the bytes of the copy up to here."""

    number: int = 0
    to_tx: int = 0
    mac: str = ""
    copied: int = 0


START = Place()


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """Everything before ``compared`` fitted once; ``turn`` is where comparing it again goes on."""

    compared: Place = START
    turn: Place = START
    at: dt.datetime | None = None


def file() -> Path:
    """Beside the copy of the seals."""
    return offsite_seals.file().with_suffix(".compared.json")


def read_mark() -> Mark:
    """The mark as it was kept; one at the beginning where there is none that holds."""
    try:
        kept = json.loads(file().read_bytes())
        values, key_id, mac = kept["values"], str(kept["key_id"]), str(kept["mac"])
        if key_id not in keyring().fingerprint or not digests_equal(_mac(values, key_id).encode(), mac.encode()):
            return Mark()
        at = dt.datetime.fromisoformat(values["at"])
        return Mark(Place(**values["compared"]), Place(**values["turn"]), at)
    except (OSError, ValueError, KeyError, TypeError):
        return Mark()


def keep_mark(mark: Mark) -> None:
    """Write it whole or not at all. Raises OSError where the second place cannot be written."""
    values = {
        "compared": dataclasses.asdict(mark.compared),
        "turn": dataclasses.asdict(mark.turn),
        "at": mark.at and mark.at.isoformat(),
    }
    key_id, fresh = keyring().current_fingerprint, file().with_suffix(".new")
    with fresh.open("w") as stream:
        json.dump({"values": values, "key_id": key_id, "mac": _mac(values, key_id)}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file())


def _mac(values: dict[str, Any], key_id: str) -> str:
    content = json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
    return keyring().mac(PURPOSE, content, key_id=key_id).hex()
