"""Metrics of the SMS providers, read from the database when /metrics is asked."""

from collections.abc import Iterator

from prometheus_client.core import SummaryMetricFamily
from prometheus_client.registry import Collector

from kuaiji.sms.models import ProviderCount


class SmsCollector(Collector):
    """How often each provider was asked with which outcome, and the seconds that took."""

    def describe(self) -> Iterator[SummaryMetricFamily]:
        """Nothing: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[SummaryMetricFamily]:
        """A row for each provider and outcome."""
        asked = SummaryMetricFamily(
            "kuaiji_sms_provider_seconds", "Messages handed to SMS providers", labels=["provider", "outcome"]
        )
        for row in ProviderCount.objects.order_by("provider", "outcome"):
            asked.add_metric([row.provider, row.outcome], count_value=row.count, sum_value=row.seconds)
        yield asked
