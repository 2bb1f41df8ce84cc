"""Refusals of strangers, read from the database when /metrics is asked."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Sum
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kuaiji.audit.models import RefusalCount
from kuaiji.common import clock

HOUR = dt.timedelta(hours=1)


class RefusalCollector(Collector):
    """How often strangers were refused in the last hour, by what they did and the code of the refusal."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """A row for each act and code that was refused in that time."""
        refused = GaugeMetricFamily(
            "kuaiji_refusals_in_hour", "Refusals of strangers in the last hour", labels=["action", "outcome"]
        )
        counts = RefusalCount.objects.filter(minute__gt=clock.now() - HOUR).values_list("action", "outcome")
        for action, outcome, total in counts.annotate(total=Sum("count")).order_by("action", "outcome"):
            refused.add_metric([action, outcome], total)
        yield refused
