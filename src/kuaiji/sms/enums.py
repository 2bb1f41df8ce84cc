"""The messages the platform sends. A profile gives each its words (profiles/*.toml)."""

import enum


class TemplateKey(enum.StrEnum):
    """One kind of message."""

    REGISTRATION_CODE = "registration_code"
    RECOVERY_CODE = "recovery_code"
    PASSWORD_CHANGED = "password_changed"
    PHONE_LOST_CODE = "phone_lost_code"
    PHONE_LOST_CLAIMED = "phone_lost_claimed"
    REQUEST_APPROVED = "request_approved"
    REQUEST_REFUSED = "request_refused"
    PHONE_CHANGE_CODE = "phone_change_code"
    PHONE_CHANGED = "phone_changed"
    NEW_BROWSER = "new_browser"
    CLOSED = "closed"
    WAITING_PASSED = "waiting_passed"
    WAITING_RETURNED = "waiting_returned"
    DISPLACED = "displaced"
    TRANSFER_IN_CODE = "transfer_in_code"
    TRANSFER_OUT_CHANGED = "transfer_out_changed"
    TRANSFER_CODE = "transfer_code"
    TRANSFER_ATTEMPTS = "transfer_attempts"
    TRANSFER_CLAIMED = "transfer_claimed"
    TRANSFER_IN_CHANGED = "transfer_in_changed"


class TryOutcome(enum.StrEnum):
    """What came of asking one provider to send a message."""

    SENT = "sent"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


# What each is told; a profile's text must use exactly these.
PARAMETERS = {
    TemplateKey.REGISTRATION_CODE: frozenset({"code", "minutes"}),
    TemplateKey.RECOVERY_CODE: frozenset({"code", "minutes"}),
    TemplateKey.PASSWORD_CHANGED: frozenset({"time"}),
    TemplateKey.PHONE_LOST_CODE: frozenset({"code", "minutes"}),
    TemplateKey.PHONE_LOST_CLAIMED: frozenset({"time"}),
    TemplateKey.REQUEST_APPROVED: frozenset({"kind", "number"}),
    TemplateKey.REQUEST_REFUSED: frozenset({"kind", "number"}),
    TemplateKey.PHONE_CHANGE_CODE: frozenset({"code", "minutes"}),
    TemplateKey.PHONE_CHANGED: frozenset({"time"}),
    TemplateKey.NEW_BROWSER: frozenset({"time"}),
    TemplateKey.CLOSED: frozenset({"time"}),
    TemplateKey.WAITING_PASSED: frozenset({"kind"}),
    TemplateKey.WAITING_RETURNED: frozenset({"kind"}),
    TemplateKey.DISPLACED: frozenset({"time"}),
    TemplateKey.TRANSFER_IN_CODE: frozenset({"code", "minutes"}),
    TemplateKey.TRANSFER_OUT_CHANGED: frozenset({"place", "state"}),
    TemplateKey.TRANSFER_CODE: frozenset({"place", "code"}),
    TemplateKey.TRANSFER_ATTEMPTS: frozenset({"place", "count"}),
    TemplateKey.TRANSFER_CLAIMED: frozenset({"place", "time"}),
    TemplateKey.TRANSFER_IN_CHANGED: frozenset({"place", "state"}),
}
