"""What a test writes beside the database: pictures and lines."""

import io
import logging
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> Path:
    """The folder of the configured storage, the test's own."""
    folder = tmp_path / "files"
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": folder}}
    settings.STORAGES = settings.STORAGES | {"default": default}
    return folder


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the one handler of the log writes."""
    stream = io.StringIO()
    [handler] = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    monkeypatch.setattr(handler, "stream", stream)
    return stream
