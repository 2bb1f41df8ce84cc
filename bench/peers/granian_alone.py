"""The server as it was before the gateway (ADR 0061): granian's own threads read bodies."""

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings


def serve(target: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """What ``kuaiji.house.serving.serve`` did."""
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        websockets=False,
        workers=workers,
        blocking_threads=threads,
        backpressure=64,
    ).serve()
