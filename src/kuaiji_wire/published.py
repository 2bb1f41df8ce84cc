"""The keys whose private parts are published with the wire's vectors (docs/wire.md): nobody may believe them."""

PUBLISHED_KEYS = frozenset(
    {
        "a2Q3R9npkwNyufYZQdRTFO4vuAoAJg4B2yxUn3GeGi0=",
        "dJJp2HsroQScHwd/mhm9ixoMd9NGZkBz724JeZ0Uoy4=",
        "9OIbcupYTz4xmkyr/7OPjfs84EYeOXCht+TJ1HKmGHk=",
    }
)
