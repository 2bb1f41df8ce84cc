"""Metrics of messages, read from the database when /metrics is asked."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kuaiji.messages.catalogue import CATALOGUE
from kuaiji.messages.services.delivering import waiting
from kuaiji.messages.services.reminding import budget_left


class MessageCollector(Collector):
    """Reminders that wait though their time has come, and what is left of each budget of the day."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One figure, and one for each reminder."""
        yield GaugeMetricFamily("kuaiji_messages_due", "Reminders whose time has come, and wait", value=waiting())
        left = GaugeMetricFamily("kuaiji_reminders_left", "Reminders that may still be made today", labels=["event"])
        for event, entry in CATALOGUE.items():
            if entry.budget is not None:
                left.add_metric([event.value], budget_left(event))
        yield left
