"""What PostgreSQL can do with the same rows: look-ups prepared by pgbench, one by one and a thousand at a time."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg

from bench.population.personas import Persona
from kuaiji.house.postgres import Cluster

ASKED = 20_000
COLUMNS = (
    "name_folded, status, division_code, confirmed_at, updated_at, version, qualifications, education"
    ", accounting_periods"
)  # as the peers read
ONE = f"""\\set n random(1, {ASKED})
SELECT {COLUMNS} FROM accountants_examrow
WHERE document_fingerprint = (SELECT print FROM bench_prints WHERE n = :n);
"""
MANY = f"""\\set n random(1, {ASKED // 1000})
SELECT {COLUMNS} FROM accountants_examrow
WHERE document_fingerprint = ANY (ARRAY(SELECT print FROM bench_prints WHERE n > (:n - 1) * 1000 AND n <= :n * 1000));
"""


class DatabaseLimits:
    """Rounds of pgbench on a cluster; the fingerprints asked for stand in a table of the bench's own, dropped after."""

    def __init__(self, cluster: Cluster, database: str, people: Sequence[Persona]) -> None:
        from kuaiji.identity.people.fingerprints import current_fingerprint, document_fingerprints
        from kuaiji_wire.people import Document

        self._cluster, self._address = cluster, cluster.admin_url.replace("/postgres?", f"/{database}?")
        with psycopg.connect(self._address, autocommit=True) as superuser:
            superuser.execute("DROP TABLE IF EXISTS bench_prints")
            superuser.execute("CREATE UNLOGGED TABLE bench_prints (n int PRIMARY KEY, print bytea NOT NULL)")
            with superuser.cursor().copy("COPY bench_prints FROM STDIN") as copy:
                for at, someone in enumerate(people, start=1):
                    document = Document(type="01", country="", number=someone.number)
                    copy.write_row((at, current_fingerprint(document_fingerprints(document))))
            superuser.execute("ANALYZE bench_prints")

    def one_by_one(self, seconds: float, connections: int) -> float:
        """People a second."""
        return self._run(ONE, seconds, connections)

    def thousands(self, seconds: float, connections: int) -> float:
        """People a second."""
        return self._run(MANY, seconds, connections) * 1000

    def drop(self) -> None:
        """Leave nothing behind."""
        with psycopg.connect(self._address, autocommit=True) as superuser:
            superuser.execute("DROP TABLE bench_prints")

    def _run(self, script: str, seconds: float, connections: int) -> float:
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            words = ["-n", "-M", "prepared", "-c", connections, "-j", min(2, connections), "-T", max(1, round(seconds))]
            program = Path(self._cluster.binaries) / "pgbench"
            command = [program, *words, "-f", file.name, self._address]
            done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
        found = re.search(r"tps = ([0-9.]+)", done.stdout)
        assert found, done.stdout
        return float(found[1])
