"""Metrics of the SMS providers, read from the database when /metrics is asked."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from kuaiji.sms.models import ProviderCount
from kuaiji.sms.services import notices_due


class SmsCollector(Collector):
    """How often each provider was asked with which outcome, and the seconds that took; notices that are due."""

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """A row for each provider and outcome, and two figures."""
        asked = SummaryMetricFamily(
            "kuaiji_sms_provider_seconds", "Messages handed to SMS providers", labels=["provider", "outcome"]
        )
        for row in ProviderCount.objects.order_by("provider", "outcome"):
            asked.add_metric([row.provider, row.outcome], count_value=row.count, sum_value=row.seconds)
        yield asked
        count, seconds = notices_due()
        yield GaugeMetricFamily("kuaiji_sms_notices_waiting", "Notices that are due", value=count)
        yield GaugeMetricFamily(
            "kuaiji_sms_notices_oldest_seconds", "How long the oldest of them has been due", value=seconds
        )
