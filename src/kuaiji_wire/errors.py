"""What can be wrong with a message, its signature or a partner; each with a code that the answer carries.

What is wrong with signatures and JSON in general is of ``kuaiji_signed.errors``, and stands here as well.
No error holds a value of a message: its code and its ``field`` (a path such as ``body.person.name``) may be logged.
"""

from kuaiji_signed import errors
from kuaiji_signed.errors import (
    BadJson,
    BadSignature,
    BadSignatureInput,
    DigestMismatch,
    Replayed,
    Stale,
    Tampered,
    UnknownKey,
    Unsigned,
    WrongTag,
)
from kuaiji_signed.errors import SignedError as WireError

__all__ = [
    "BadDocument",
    "BadJson",
    "BadMessage",
    "BadSignature",
    "BadSignatureInput",
    "DigestMismatch",
    "HubOverQuota",
    "HubRefused",
    "HubUnavailable",
    "HubUntrusted",
    "IdReused",
    "NotYours",
    "OverQuota",
    "Replayed",
    "Stale",
    "Tampered",
    "TooLarge",
    "UnknownKey",
    "UnknownTopic",
    "UnknownVersion",
    "Unsigned",
    "WireError",
    "WrongTag",
]


class BadMessage(WireError):
    """JSON of another shape than its topic and version say; ``field`` is the first that differs."""


class BadDocument(WireError):
    """A document whose type, country or number breaks the rule of documents; ``field`` says which."""

    code, message = "bad_document", "证件类型、签发国家或证件号码不合规则，请核对所指的字段"


class OverQuota(WireError):
    """More was asked, or more people reported for the first time, than a platform may on one day."""

    code, status, message = "over_quota", 429, "今日次数已用完，请明日再发；确需更多请先与全国平台约定"


class UnknownTopic(WireError):
    """No such topic."""

    code, message = "unknown_topic", "没有这个主题，请核对 topic"


class UnknownVersion(WireError):
    """The topic is known, this version of it is not."""

    code, message = "unknown_version", "不支持该主题的这个版本，请改用文档所列版本"


class IdReused(WireError):
    """The id came before with another topic, version or body: one of the two was never taken."""

    code, status, message = "id_reused", 409, "该报文编号已用于另一内容，请换新编号或原样重发"


class NotYours(WireError):
    """A platform spoke for another: its code is not the one that the body or the transfer calls for."""

    code, status, message = "not_yours", 403, "不能代其他平台上报，请核对平台代码与密钥"


class TooLarge(errors.TooLarge):
    """A body past the cap."""

    message = "报文超过 20 MB，请减少内容后重发"


class HubUnavailable(Exception):
    """The hub did not answer, not now, or does not believe our signature (clock, key): send the same again later.

    ``reason`` may be logged.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class HubOverQuota(HubUnavailable):
    """The hub is there and takes no more of this today; of other things it does."""

    def __init__(self) -> None:
        super().__init__(OverQuota.code)


class HubRefused(Exception):
    """The hub said, signed, that it does not take this: sending it again changes nothing.

    ``code`` and ``field`` may be logged; ``message`` is for people.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field


class HubUntrusted(Exception):
    """What came is not proven to be the hub's, or breaks its own rules: nothing of it was used.

    ``reason`` may be logged.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
