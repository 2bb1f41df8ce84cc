"""What a worker does beside its jobs. Apps register theirs in ``apps.py``."""

import threading
from collections.abc import Callable

from kuaiji.common.registry import AppRegistry

# Runs in a thread of its own until the event is set, and meets its own faults.
LOOPS: AppRegistry[str, Callable[[threading.Event], None]] = AppRegistry("loop of the worker")
