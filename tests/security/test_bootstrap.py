"""The environment's own tool is one whose bytes we know: another file under its name and version is not installed."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.support.sources import ROOT

PINNED = ROOT / "tools" / "uv.txt"


def _forged_uv(folder: Path, version: str) -> None:
    """A package that calls itself the uv we ask for, for every platform."""
    about = f"uv-{version}.dist-info"
    files = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: uv\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: example\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    with zipfile.ZipFile(folder / f"uv-{version}-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)


@pytest.mark.house
def test_a_forged_uv_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    for name in ("bootstrap.sh", "uv.txt"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools" / name)
    pinned = re.search(r"^uv==([0-9.]+) ", PINNED.read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned
    _forged_uv(tmp_path, pinned[1])
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    done = subprocess.run(
        ["sh", str(tmp_path / "tools" / "bootstrap.sh")], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 and "DO NOT MATCH THE HASHES" in done.stderr
    assert not (tmp_path / ".uv" / "bin" / "uv").exists() and not (tmp_path / ".venv").exists()


def test_every_file_of_uv_that_may_come_is_known_by_its_digest() -> None:
    lines = [line for line in PINNED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert re.fullmatch(r"uv==[0-9.]+ \\", lines[0])
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in lines[1:]) and len(lines) > 10
