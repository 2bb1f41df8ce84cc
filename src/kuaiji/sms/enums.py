"""The messages the platform sends. A profile gives each its words (profiles/*.toml)."""

import enum


class TemplateKey(enum.StrEnum):
    """One kind of message."""

    REGISTRATION_CODE = "registration_code"
    RECOVERY_CODE = "recovery_code"
    PASSWORD_CHANGED = "password_changed"


# What each is told; a profile's text must use exactly these.
PARAMETERS = {
    TemplateKey.REGISTRATION_CODE: frozenset({"code", "minutes"}),
    TemplateKey.RECOVERY_CODE: frozenset({"code", "minutes"}),
    TemplateKey.PASSWORD_CHANGED: frozenset({"time"}),
}
