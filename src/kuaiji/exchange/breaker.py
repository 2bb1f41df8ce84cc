"""The circuit breaker of the national hub: callers ask it first, and tell it whether the hub answered."""

from kuaiji.common.breaker import Breaker

breaker = Breaker()
