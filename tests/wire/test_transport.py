"""The one place that reaches into httpx: a release that is arranged otherwise must fail here, and not on a bad day."""

import httpcore
import httpx

from kuaiji_signed.transport import Transport


def test_the_pool_of_httpx_is_where_we_put_ours() -> None:
    ours, theirs = Transport(connections=3, kept=2, keep_seconds=1), httpx.HTTPTransport()
    assert vars(ours).keys() == vars(theirs).keys() == {"_pool"}
    assert isinstance(theirs._pool, httpcore.ConnectionPool)
    assert ours._pool._max_connections == 3 and ours._pool._max_keepalive_connections == 2
    ours.close()
    theirs.close()


def test_the_version_is_one_we_have_looked_into() -> None:
    """pyproject.toml says below 0.29 for the same reason: look at ``_pool`` before both are raised."""
    assert tuple(int(part) for part in httpx.__version__.split(".")[:2]) == (0, 28)
