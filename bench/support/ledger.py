"""Where the time of one thread goes: seconds by part, each without what other parts took inside it."""

import collections
import contextlib
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

OURS, HERE = "/src/kuaiji/", "/bench/"


class Ledger:
    """Seconds and calls by part since it was made."""

    def __init__(self) -> None:
        self.seconds: collections.defaultdict[str, float] = collections.defaultdict(float)
        self.calls: collections.Counter[str] = collections.Counter()
        self._inner: list[float] = []

    @contextlib.contextmanager
    def entry(self, part: str) -> Iterator[None]:
        """Everything in the block is ``part``, but for entries inside it."""
        begin = time.perf_counter()
        self._inner.append(0.0)
        try:
            yield
        finally:
            taken = time.perf_counter() - begin
            self.seconds[part] += taken - self._inner.pop()
            self.calls[part] += 1
            if self._inner:
                self._inner[-1] += taken

    def watch(self, part: str, owner: object, name: str) -> contextlib.AbstractContextManager[Any]:
        """Book every call of ``owner.name`` to ``part`` while the context lasts."""
        original: Callable[..., Any] = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            with self.entry(part):
                return original(*args, **kwargs)

        return mock.patch.object(owner, name, watched)

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """For Django's ``execute_wrapper``."""
        with self.entry("statements"):
            return execute(sql, params, many, context)


def places_of(places: "collections.Counter[str]") -> Callable[..., Any]:
    """An ``execute_wrapper`` that counts statements by the two innermost places of ours that led to each."""

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        ours = [each for each in traceback.extract_stack() if OURS in each.filename and HERE not in each.filename]
        where = " < ".join(f"{each.filename.partition(OURS)[2]}:{each.lineno}" for each in reversed(ours[-2:]))
        places[f"{' '.join(sql.split())[:110]}  [{where}]"] += 1
        return execute(sql, params, many, context)

    return count
