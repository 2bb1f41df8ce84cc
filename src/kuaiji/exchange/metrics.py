"""Metrics of the exchange with the national hub, counted from the database when /metrics is asked."""

from collections.abc import Iterator

from django.db.models import Count, Min, Q
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kuaiji.common import clock
from kuaiji.exchange.models import InboxMessage, OutboxMessage


class ExchangeCollector(Collector):
    """Waiting and parked messages of both queues, and the age of the oldest, in seconds."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Two statements over the partial indexes of what is open."""
        waiting = GaugeMetricFamily("kuaiji_exchange_waiting", "Messages not dealt with yet", labels=["queue"])
        parked = GaugeMetricFamily("kuaiji_exchange_parked", "Messages that wait for people", labels=["queue"])
        oldest = GaugeMetricFamily("kuaiji_exchange_oldest_seconds", "Age of the oldest waiting", labels=["queue"])
        now = clock.now()
        for queue, rows, since in (
            ("outbox", OutboxMessage.objects.open(), "created_at"),
            ("inbox", InboxMessage.objects.open(), "received_at"),
        ):
            stands_still = Q(parked_at__isnull=False)
            counted = rows.aggregate(
                waiting=Count("pk", filter=~stands_still),
                parked=Count("pk", filter=stands_still),
                oldest=Min(since, filter=~stands_still),
            )
            waiting.add_metric([queue], counted["waiting"])
            parked.add_metric([queue], counted["parked"])
            oldest.add_metric([queue], (now - counted["oldest"]).total_seconds() if counted["oldest"] else 0)
        yield from (waiting, parked, oldest)
