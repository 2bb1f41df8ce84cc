"""Acts of several people at the same moment."""

import threading
from collections.abc import Callable

from django.db import connections

from kuaiji.common.errors import RuleBroken


def together(acts: list[Callable[[], object]]) -> list[object]:
    """Do all ``acts`` at once, each on a connection of its own; what they return, or the code of their refusal."""
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def work(place: int) -> None:
        barrier.wait()
        try:
            outcomes[place] = acts[place]()  # type: ignore[call-overload]
        except RuleBroken as broken:
            outcomes[place] = broken.code  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(outcomes)
