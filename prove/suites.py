"""The tests of ciphers, services and journeys under the other cipher suite (S-2); ``make test`` runs them under ``sm``.

    python -m prove.suites

Prints one JSON line with the counts of pytest's closing line.
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

SUITE = "aes"
TESTS = (
    "tests/common/test_keyring.py", "tests/keys", "tests/attachments", "tests/identity", "tests/collection",
    "tests/audit", "tests/sms", "tests/journeys",
)  # fmt: skip
MOST_SECONDS = 1200


def main() -> int:
    """Run and print."""
    start = time.perf_counter()
    done = subprocess.run(
        ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "pytest", "-q", *TESTS],
        check=False,
        cwd=Path(__file__).parent.parent,
        env=os.environ | {"TEST_SUITE": SUITE},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=MOST_SECONDS,
    )
    closing = (done.stdout.strip().splitlines() or [""])[-1]
    counts = {what: int(count) for count, what in re.findall(r"(\d+) (passed|failed|errors?|skipped)", closing)}
    figures = {"prove": "suites", "suite": SUITE, **counts, "seconds": round(time.perf_counter() - start, 1)}
    print(json.dumps(figures))
    if done.returncode or counts.keys() != {"passed"}:
        print(done.stdout[-8000:], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
