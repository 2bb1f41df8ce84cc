"""Runs every benchmark of this folder, one after another, and writes what they print into ``bench/RESULTS.md``.

    python -m bench [NAME …]

With names only these, and the results of the others stay as they are. Comparing needs two checkouts, and filling is
done by who needs people.
"""

import subprocess
import sys

from bench.support.results import keep
from people.houses.modules import ROOT

WITHOUT = {"compare", "populate"}


def main(chosen: list[str]) -> int:
    """The number of those that failed."""
    failed = 0
    for name in chosen or sorted({path.stem for path in (ROOT / "bench").glob("[a-z]*.py")} - WITHOUT):
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{name}"], cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True
        )
        print(done.stdout, end="", flush=True)
        keep(name, done.stdout, well=done.returncode == 0)
        failed += done.returncode != 0
    return failed


sys.exit(main(sys.argv[1:]))
