"""A ring of keys on its way from one pair of keys to another."""

import json
from typing import Any

from kuaiji.common.keyring import generate_keyring

OLD, NEW = "old", "new"  # which pair is the current one
THERE, RETIRED, GONE = "there", "retired", "gone"  # what has become of the first pair


class Rings:
    """The ring ``first``, which has ``w1`` and ``f1``, and what it becomes once it has ``w2`` and ``f2``."""

    def __init__(self, first: str) -> None:
        self._first: dict[str, Any] = json.loads(first)
        self._second: dict[str, Any] = json.loads(generate_keyring(self._first["suite"]))

    def text(self, current: str = NEW, *, old: str = THERE, suite: str = "") -> str:
        """With both pairs, but for a first wrapping key that is gone or a first fingerprint key that is retired.

        ``suite`` seals from now on; as before where it is empty.
        """
        wrapping = {"w1": self._first["wrapping"]["keys"]["w1"], "w2": self._second["wrapping"]["keys"]["w1"]}
        if old == GONE:
            del wrapping["w1"]
        first, second = (ring["fingerprint"]["keys"]["f1"] for ring in (self._first, self._second))
        fingerprint = {"f1": first if old == THERE else first | {"retired": True}, "f2": second}
        number = "1" if current == OLD else "2"
        return json.dumps(
            {
                "suite": suite or self._first["suite"],
                "wrapping": {"current": f"w{number}", "keys": wrapping},
                "fingerprint": {"current": f"f{number}", "keys": fingerprint},
            }
        )
