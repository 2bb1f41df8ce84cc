"""Running the modules of a folder as programs."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_all(folder: str) -> int:
    """Run each module of ``folder`` in turn; the number of those that failed."""
    failed = 0
    for path in sorted((ROOT / folder).glob("[a-z]*.py")):
        module = [sys.executable, "-m", f"{folder}.{path.stem}"]
        failed += subprocess.run(module, cwd=ROOT, check=False).returncode != 0
    return failed
