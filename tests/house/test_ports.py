"""A taken port is said in words a person can act on."""

import os
import socket

import pytest

from kuaiji.house import HouseError
from kuaiji.house.ports import is_ready, require_free
from people.houses.stack import free_base_port


def test_free_ports_pass() -> None:
    base = free_base_port()
    require_free([base, base + 1])
    assert not is_ready(base) and not is_ready(base + 1)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_names_itself_its_holder_and_the_remedy(address: str) -> None:
    base = free_base_port()
    with socket.create_server((address, base + 1)), pytest.raises(HouseError) as refused:
        require_free([base, base + 1])
    words = str(refused.value)
    assert f"端口 {base + 1} " in words
    assert f"(pid {os.getpid()})" in words
    assert "KUAIJI_BASE_PORT" in words


def test_nobody_there_is_not_ready() -> None:
    assert not is_ready(free_base_port())
