"""What is left of the budgets that all share, read from the database when /metrics is asked."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kuaiji.limits import budgets, kinds
from kuaiji.limits.models import KnownNetwork


class BudgetCollector(Collector):
    """Acts left in each window of a shared budget, and how many networks are known."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """A row for each window; far from its end the number may be higher than it says."""
        left = GaugeMetricFamily("kuaiji_budget_left", "Acts left in a shared budget", labels=["kind", "seconds"])
        for kind in budgets.shared():
            for window in kinds.windows(kind):
                left.add_metric([kind.name, str(window.seconds)], budgets.left(kind, b"", window))
        yield left
        yield GaugeMetricFamily(
            "kuaiji_known_networks", "Networks in which a code was entered", value=KnownNetwork.objects.count()
        )
