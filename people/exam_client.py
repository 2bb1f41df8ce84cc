"""The client that docs/exam-api.md offers, as programs of ours load it: a file beside the page, no package."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "exam-api"
CLIENT, SCRIPT = FOLDER / "client.py", FOLDER / "ask.sh"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("exam_api_client", CLIENT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


client: Any = _load()
