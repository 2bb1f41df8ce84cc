"""What tests of populations work with."""

from pathlib import Path

import pytest


@pytest.fixture
def second_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seals of this test's database are copied where no other's are."""
    monkeypatch.setenv("KUAIJI_SEALS", str(tmp_path))
