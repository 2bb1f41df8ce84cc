"""The ports of the house: are they free, who has them, does the service behind one answer."""

import contextlib
import errno
import http.client
import os
import socket
from collections.abc import Iterable
from pathlib import Path

from kuaiji.house import HouseError

HOST = "127.0.0.1"
LISTENING = "0A"


def require_free(ports: Iterable[int]) -> None:
    """Raises HouseError in plain words when one of ``ports`` is taken on the loopback address."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                raise HouseError(_taken(port)) from None


def is_ready(port: int) -> bool:
    """Does the service on ``port`` say that it is ready?"""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _taken(port: int) -> str:
    holder = _holder(port)
    return (
        f"端口 {port} 已被{holder or '其他程序'}占用；请先关闭它，或用 KUAIJI_BASE_PORT 换一组端口。\n"
        f"Port {port} is taken by {holder or 'another program'}: stop it, or choose others with KUAIJI_BASE_PORT."
    )


def _holder(port: int) -> str | None:
    """Name and number of the process that listens on ``port``; None when we may not see it."""
    wanted = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(_link(entry) in wanted for entry in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
    return None


def _link(path: Path) -> str:
    with contextlib.suppress(OSError):
        return os.readlink(path)
    return ""


def _listening_inodes(port: int) -> Iterable[str]:
    """From the kernel's tables: columns are number, local address:port (hex), remote, state, …, inode (tenth)."""
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                yield columns[9]
