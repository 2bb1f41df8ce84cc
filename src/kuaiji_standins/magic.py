"""Names and numbers for which a stand-in fails on purpose. All others are served well."""

import enum
import time

SLOW_SECONDS = 30


class Mood(enum.Enum):
    """How a partner can fail its caller."""

    REJECTED = enum.auto()
    LIMITED = enum.auto()
    BROKEN = enum.auto()
    SLOW = enum.auto()
    DOWN = enum.auto()
    MISMATCH = enum.auto()
    NOT_COVERED = enum.auto()


# Numbers of no subscriber: 170 0000 000x.
PHONES = {
    "17000000001": Mood.REJECTED,
    "17000000002": Mood.LIMITED,
    "17000000003": Mood.BROKEN,
    "17000000004": Mood.SLOW,
}

# Taken, and then reported as not delivered; taken, and never reported.
SWITCHED_OFF = "17000000005"
NEVER_REPORTED = "17000000006"

IDENTITY_NAMES = {"假不符": Mood.MISMATCH, "假超时": Mood.SLOW, "假停机": Mood.DOWN, "假未收录": Mood.NOT_COVERED}

RECEIPTS = {"999999999991": Mood.SLOW, "999999999992": Mood.DOWN}


def dawdle() -> None:
    """Hang for as long as no caller should wait. Call it before touching the database, which must not wait too."""
    time.sleep(SLOW_SECONDS)
