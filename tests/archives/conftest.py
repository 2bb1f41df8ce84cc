"""Each test stores its files in a folder of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _files(files: Path) -> None: ...
