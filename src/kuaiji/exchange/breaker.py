"""The national hub's breaker: whoever asks the hub looks at it first and tells it how that went."""

from kuaiji.common.breaker import Breaker

breaker = Breaker()
