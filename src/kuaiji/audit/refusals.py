"""Refusals of visitors nobody knows, counted in bulk: a wrong guess must not leave a row for ever.

The access log keeps a row for each look at somebody's data and each refusal of somebody who is known. What a stranger
is refused, without anybody it concerns, is one of thousands alike: how many, of what kind, in which minute and from
which network is kept for half a year.
"""

import datetime as dt

from django.db import connection

from kuaiji.audit.models import RefusalCount
from kuaiji.common import clock

NETWORKS = 200  # told apart in a minute for one kind of refusal; all others count together, under no network
RETENTION = dt.timedelta(days=190)

# One statement, whether it is the first of its minute or not.
_ADD_ONE = """
INSERT INTO audit_refusalcount (minute, action, outcome, network, count)
WITH alike AS (
    SELECT network FROM audit_refusalcount
    WHERE minute = %(minute)s AND action = %(action)s AND outcome = %(outcome)s
)
SELECT %(minute)s, %(action)s, %(outcome)s,
    CASE WHEN (SELECT count(*) FROM alike) < %(networks)s OR %(network)s IN (SELECT network FROM alike)
        THEN %(network)s ELSE ''::bytea END,
    1
ON CONFLICT (minute, action, outcome, network) DO UPDATE SET count = audit_refusalcount.count + 1
"""


def count_refusal(*, action: str, outcome: str, network: bytes) -> None:
    """One more of this minute; ``network`` is a keyed fingerprint (``common.address.network_fingerprints``)."""
    minute = clock.now().replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD_ONE,
            {"minute": minute, "action": action, "outcome": outcome, "network": network, "networks": NETWORKS},
        )


def sweep_refusals() -> None:
    """Forget what is older than half a year."""
    RefusalCount.objects.filter(minute__lt=clock.now() - RETENTION).delete()
