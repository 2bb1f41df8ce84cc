"""Addresses that have used up what they may do without being asked."""

from kuaiji.limits import kinds
from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import Window
from kuaiji.limits.services import address_of, count_act


def allowance(kind: Kind) -> Window:
    """What an address may do before it is asked."""
    free = kinds.free_by_address(kind)
    assert free
    return free


def make_busy(kind: Kind, address: str) -> None:
    """From now on the next act of this kind from ``address`` is asked a question."""
    for _ in range(allowance(kind).most):
        count_act(kind, address_of(address).key)
