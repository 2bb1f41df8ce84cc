"""Figures of the hub, counted from the database when /metrics is asked."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kuaiji.common import clock
from kuaiji_hub.models import DayCount


class CountsCollector(Collector):
    """What each platform did today: uses of its quotas, refusals by their codes."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One statement."""
        labels = ["platform", "kind"]
        today = GaugeMetricFamily("kuaiji_hub_today", "Uses of a quota, or refusals by code, today", labels=labels)
        most = GaugeMetricFamily("kuaiji_hub_most", "The most of a quota today", labels=labels)
        for row in DayCount.objects.filter(day=clock.today()):
            today.add_metric([row.platform_id, row.kind], row.count)
            if row.most is not None:
                most.add_metric([row.platform_id, row.kind], row.most)
        yield from (today, most)
