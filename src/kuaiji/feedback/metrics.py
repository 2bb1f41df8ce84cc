"""What people said lately, read from the database when /metrics is asked."""

import datetime as dt
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kuaiji.common import clock
from kuaiji.feedback.services import figures

DAYS = 30


class EvaluationCollector(Collector):
    """Evaluations of the last DAYS days by act and grade."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """A row for each act and grade that was given."""
        given = GaugeMetricFamily(
            "kuaiji_evaluations", f"Evaluations of the last {DAYS} days; grade 5 is the best", labels=["act", "grade"]
        )
        today = clock.today()
        for figure in figures(since=today - dt.timedelta(days=DAYS), until=today):
            given.add_metric([figure.act, str(int(figure.grade))], figure.count)
        yield given
