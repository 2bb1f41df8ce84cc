"""How far the known people of a demonstration have come."""

import enum


class Stage(enum.StrEnum):
    """Where somebody stands on the platform."""

    UNKNOWN = "unknown"
    REGISTERED = "registered"
    DRAFTING = "drafting"
    AWAITING_CHECK = "awaiting_check"
    UNDER_REVIEW = "under_review"
    CLAIMING = "claiming"
    COLLECTED = "collected"
    STALE = "stale"
    HELD_ELSEWHERE = "held_elsewhere"
    TRANSFERRING_OUT = "transferring_out"
    TRANSFERRED_OUT = "transferred_out"
    TO_COMPLETE = "to_complete"
    ENDED = "ended"


class Waits(enum.StrEnum):
    """What a bureau has to do with somebody."""

    LOST_PHONE = "lost_phone"
    LOST_PHONE_LATE = "lost_phone_late"
    CORRECTION = "correction"
    CORRECTION_SEEN = "correction_seen"
    CLAIM = "claim"
