"""What a demonstration hands out in one file each, for whoever tries it: the keys of the exam's registration, and what
the bureaux' staff sign in with. Each platform of the home has written its own part."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

OF_A_PLATFORM, OF_ALL = "demo-exam-key.json", "demo-exam-client.json"
STAFF_OF_A_PLATFORM, STAFF_OF_ALL = "demo-staff-here.json", "demo-staff.json"


def hand_out(home: Path, platforms: Sequence[tuple[str, Path, str]]) -> None:
    """Write both files into ``home``, readable by us alone, from what each of ``platforms`` (slug, its home, its
    address) has made."""
    keys: list[dict[str, Any]] = []
    staff: list[dict[str, Any]] = []
    for slug, folder, address in platforms:
        if (path := folder / OF_A_PLATFORM).exists():
            keys.append({"platform": slug, "address": address, **json.loads(path.read_text(encoding="utf-8"))})
        if (path := folder / STAFF_OF_A_PLATFORM).exists():
            staff += json.loads(path.read_text(encoding="utf-8"))
    _write(home / OF_ALL, keys)
    _write(home / STAFF_OF_ALL, staff)


def _write(path: Path, told: list[dict[str, Any]]) -> None:
    fresh = path.with_name(f"{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
    fresh.rename(path)
