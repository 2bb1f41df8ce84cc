"""The platform's application, but its exam check neither uses nonces nor writes anything down: for the bench alone.

What nonce and durable audit row cost is the difference. The statement is the product's own with these two parts cut
out; where it no longer has them, nothing is answered.
"""

import functools
import importlib
import re

from kuaiji.config.wsgi import apart, application, body_cap, in_memory, may_bring, together

__all__ = ["apart", "application", "body_cap", "in_memory", "may_bring", "together"]  # for the server

statements = importlib.import_module("kuaiji.examchecks.services.statements")
_whole = statements.look_up


@functools.cache
def _reading_only(*, keys: int, batch: bool) -> str:
    query = _whole(keys=keys, batch=batch)
    query, nonces = re.subn(
        r"INSERT INTO examchecks_usednonce \(slot, mark\) (.*?)\s*ON CONFLICT DO NOTHING RETURNING mark",
        r"SELECT mark FROM (\1) AS n (slot, mark)",
        query,
        flags=re.DOTALL,
    )
    query, rows = re.subn(
        r", added AS \(\s*INSERT .*?\)\s*(?=SELECT [^\n]* FROM seen ORDER BY place)", "\n", query, flags=re.DOTALL
    )
    assert (nonces, rows) == (1, 1) and "INSERT" not in query
    return query


vars(statements)["look_up"] = _reading_only
