"""Moments from which tests travel in time."""

import datetime as dt

# Today, where the partitions of the audit are; in the morning, so that the hours of a test do not leave the day.
BEGIN = dt.datetime.now(dt.UTC).replace(hour=8, minute=0, second=0, microsecond=0)
