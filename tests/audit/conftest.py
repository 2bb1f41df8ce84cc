"""What tests of seals and of the witness work with."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kuaiji.house.databases import Server

if TYPE_CHECKING:
    from people.records.audit_tampering import Superuser


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The second place of this test; its file."""
    from kuaiji.audit import offsite_seals  # models can be imported only now

    monkeypatch.setenv("KUAIJI_SEALS", str(tmp_path))
    return offsite_seals.file()


@pytest.fixture
def superuser(server: Server, cloned_database: str) -> Iterator["Superuser"]:
    from people.records.audit_tampering import connect_as_superuser

    with connect_as_superuser(server, cloned_database) as superuser:
        yield superuser
