"""People by their numbers, in parts of one transaction each."""

AT_ONCE = 1000


def parts(first: int, end: int) -> list[range]:
    """Spans of people, each one transaction."""
    return [range(at, min(at + AT_ONCE, end)) for at in range(first, end, AT_ONCE)]
