"""Running the modules of a folder as programs."""

import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_all(folder: str, *, without: Collection[str] = ()) -> int:
    """Run each module of ``folder`` in turn but those ``without``; the number of those that failed."""
    failed = 0
    for name in sorted({path.stem for path in (ROOT / folder).glob("[a-z]*.py")} - set(without)):
        module = [sys.executable, "-m", f"{folder}.{name}"]
        failed += subprocess.run(module, cwd=ROOT, check=False).returncode != 0
    return failed
