"""The keys by which the exam's registration asks the platforms of this home, in one file for whoever plays it."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

OF_A_PLATFORM, OF_ALL = "demo-exam-key.json", "demo-exam-client.json"


def hand_out(home: Path, platforms: Sequence[tuple[str, Path, str]]) -> None:
    """Write ``home``/demo-exam-client.json, readable by us alone: an entry for each of ``platforms`` (slug, its home,
    its address) that has made a key."""
    told: list[dict[str, Any]] = []
    for slug, folder, address in platforms:
        path = folder / OF_A_PLATFORM
        if path.exists():
            told.append({"platform": slug, "address": address, **json.loads(path.read_text(encoding="utf-8"))})
    fresh = home / f"{OF_ALL}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
    fresh.rename(home / OF_ALL)
