"""PostgreSQL's own programs, on the database of the settings."""

import subprocess

from django.db import connection

from kuaiji.common import environment

# What they read instead of arguments, which everybody on the machine could see.
_VARIABLES = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT",
              "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip


class ToolFailed(Exception):
    """A program is missing or ended badly: its name and what it complained of, without rows or statements."""


def run(program: str, *arguments: str) -> None:
    """Run ``pg_dump`` or ``pg_restore``, of ``KUAIJI_PG_BIN`` or of the path. Raises ToolFailed."""
    asked = connection.get_connection_params()
    said = {variable: str(asked[name]) for name, variable in _VARIABLES.items() if asked.get(name)}
    folder = environment.PG_BIN.get()
    try:
        done = subprocess.run(
            [str(folder / program), "--no-password", *arguments],
            env={environment.SEARCH_PATH.name: environment.SEARCH_PATH.get(), **said},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise ToolFailed(f"{program}：没有这个程序，请安装与数据库同版本的 postgresql-client") from None
    if done.returncode:
        complaints = [line for line in done.stderr.splitlines() if line.startswith(f"{program}: error: ")]
        raise ToolFailed("\n".join(complaints) or f"{program}：退出码 {done.returncode}")
