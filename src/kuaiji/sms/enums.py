"""The messages the platform sends. A profile gives each its words (profiles/*.toml)."""

import enum

from django.db import models


class TemplateKey(enum.StrEnum):
    """One kind of message."""

    REGISTRATION_CODE = "registration_code"
    RECOVERY_CODE = "recovery_code"
    SIGN_IN_CODE = "sign_in_code"
    PASSWORD_CHANGED = "password_changed"
    PHONE_LOST_CODE = "phone_lost_code"
    PHONE_LOST_CLAIMED = "phone_lost_claimed"
    REQUEST_APPROVED = "request_approved"
    REQUEST_REFUSED = "request_refused"
    PHONE_CHANGE_CODE = "phone_change_code"
    PHONE_CHANGED = "phone_changed"
    NEW_BROWSER = "new_browser"
    CLOSED = "closed"
    WAITING_RETURNED = "waiting_returned"
    DISPLACED = "displaced"
    TRANSFER_IN_CODE = "transfer_in_code"
    TRANSFER_CODE = "transfer_code"
    TRANSFER_CODE_RENEWED = "transfer_code_renewed"
    TRANSFER_RELEASED = "transfer_released"
    TRANSFER_CLAIM_REJECTED = "transfer_claim_rejected"
    TRANSFER_OUT_REFUSED = "transfer_out_refused"
    TRANSFER_OUT_WITHDRAWN = "transfer_out_withdrawn"
    TRANSFER_OUT_COMPLETED = "transfer_out_completed"
    TRANSFER_OUT_RETURNED = "transfer_out_returned"
    TRANSFER_ATTEMPTS = "transfer_attempts"
    TRANSFER_CLAIMED = "transfer_claimed"
    TRANSFER_IN_PICTURES = "transfer_in_pictures"
    TRANSFER_IN_RECEIVED = "transfer_in_received"
    TRANSFER_IN_REFUSED = "transfer_in_refused"
    TRANSFER_IN_WITHDRAWN = "transfer_in_withdrawn"
    TRANSFER_IN_EXPIRED = "transfer_in_expired"
    COLLECTED = "collected"
    NAME_CHANGED = "name_changed"
    CONFIRM_SOON = "confirm_soon"
    DRAFT_ENDS = "draft_ends"
    UNSENT_ENDS = "unsent_ends"
    EXAM_CLOSING = "exam_closing"


class TryOutcome(enum.StrEnum):
    """What came of asking one provider to send a message, and of a message it took."""

    SENT = "sent"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class Report(models.TextChoices):
    """送达回执: what the provider says became of a message that it took."""

    DELIVERED = "delivered", "已送达"
    UNDELIVERED = "undelivered", "未送达"


# What each is told; a profile's text must use exactly these.
PARAMETERS = {
    TemplateKey.REGISTRATION_CODE: frozenset({"code", "minutes"}),
    TemplateKey.RECOVERY_CODE: frozenset({"code", "minutes"}),
    TemplateKey.SIGN_IN_CODE: frozenset({"code", "minutes"}),
    TemplateKey.PASSWORD_CHANGED: frozenset({"time"}),
    TemplateKey.PHONE_LOST_CODE: frozenset({"code", "minutes"}),
    TemplateKey.PHONE_LOST_CLAIMED: frozenset({"time"}),
    TemplateKey.REQUEST_APPROVED: frozenset({"kind", "number"}),
    TemplateKey.REQUEST_REFUSED: frozenset({"kind", "number"}),
    TemplateKey.PHONE_CHANGE_CODE: frozenset({"code", "minutes"}),
    TemplateKey.PHONE_CHANGED: frozenset({"time"}),
    TemplateKey.NEW_BROWSER: frozenset({"time"}),
    TemplateKey.CLOSED: frozenset({"time"}),
    TemplateKey.WAITING_RETURNED: frozenset({"kind"}),
    TemplateKey.DISPLACED: frozenset({"time"}),
    TemplateKey.TRANSFER_IN_CODE: frozenset({"code", "minutes"}),
    TemplateKey.TRANSFER_CODE: frozenset({"place", "code"}),
    TemplateKey.TRANSFER_CODE_RENEWED: frozenset({"place", "code"}),
    TemplateKey.TRANSFER_RELEASED: frozenset({"place"}),
    TemplateKey.TRANSFER_CLAIM_REJECTED: frozenset({"place"}),
    TemplateKey.TRANSFER_OUT_REFUSED: frozenset({"place"}),
    TemplateKey.TRANSFER_OUT_WITHDRAWN: frozenset({"place"}),
    TemplateKey.TRANSFER_OUT_COMPLETED: frozenset({"place"}),
    TemplateKey.TRANSFER_OUT_RETURNED: frozenset({"place"}),
    TemplateKey.TRANSFER_ATTEMPTS: frozenset({"place", "count"}),
    TemplateKey.TRANSFER_CLAIMED: frozenset({"place", "time"}),
    TemplateKey.TRANSFER_IN_PICTURES: frozenset({"place"}),
    TemplateKey.TRANSFER_IN_RECEIVED: frozenset({"place"}),
    TemplateKey.TRANSFER_IN_REFUSED: frozenset({"place"}),
    TemplateKey.TRANSFER_IN_WITHDRAWN: frozenset({"place"}),
    TemplateKey.TRANSFER_IN_EXPIRED: frozenset({"place"}),
    TemplateKey.COLLECTED: frozenset({"date", "number"}),
    TemplateKey.NAME_CHANGED: frozenset({"time"}),
    TemplateKey.CONFIRM_SOON: frozenset({"date"}),
    TemplateKey.DRAFT_ENDS: frozenset({"date"}),
    TemplateKey.UNSENT_ENDS: frozenset({"form", "date"}),
    TemplateKey.EXAM_CLOSING: frozenset({"exam", "time"}),
}
