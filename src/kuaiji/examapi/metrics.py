"""Figures of the door: how many requests ended how, and how long they took. Nothing of who was asked about."""

import functools

from prometheus_client import Counter, Histogram

REQUESTS = Counter("kuaiji_exam_requests", "Requests of the exam check", ["door", "status", "code"])
CANDIDATES = Counter("kuaiji_exam_candidates", "Candidates that were asked about", ["outcome"])
SECONDS = Histogram(
    "kuaiji_exam_seconds",
    "Time of a request of the exam check in its thread",
    ["door"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)


def count(door: str, status: int, code: str, seconds: float) -> None:
    """One request; ``code`` is a problem's, or empty."""
    requests, times = _of_request(door, status, code)
    requests.inc()
    times.observe(seconds)


def count_candidate(outcome: str, number: int) -> None:
    """So many candidates with the same outcome."""
    _of_candidates(outcome).inc(number)


@functools.cache  # all labels are words of ours
def _of_request(door: str, status: int, code: str) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(door, str(status), code), SECONDS.labels(door)


@functools.cache
def _of_candidates(outcome: str) -> Counter:
    return CANDIDATES.labels(outcome)
