"""What can be wrong with a message, its signature or a partner; each with a code that the answer carries.

No error holds a value of a message: its code and its ``field`` (a path such as ``body.person.name``) may be logged.
"""


class WireError(Exception):
    """Something that travelled does not hold. ``status`` is the HTTP status of the answer that says so."""

    code = "bad_message"
    status = 422
    message = "报文内容不符合约定，请核对所指的字段"

    def __init__(self, field: str | None = None) -> None:
        super().__init__(f"{self.code} ({field})" if field else self.code)
        self.field = field


class BadJson(WireError):
    """No strict JSON: broken, a name twice in one object, a fraction, a number past 2^53, a lone surrogate."""

    code, status, message = "bad_json", 400, "报文不是约定格式的 JSON，请核对编码与写法"


class BadMessage(WireError):
    """JSON of another shape than its topic and version say; ``field`` is the first that differs."""


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


class TooLarge(WireError):
    """A body past the cap."""

    code, status, message = "too_large", 413, "报文超过 20 MB，请减少内容后重发"


class BadSignature(WireError):
    """Base of everything for which a message is not believed."""

    code, status, message = "tampered", 401, "签名与报文不符，请核对密钥与签名内容"


class Unsigned(BadSignature):
    """No ``Signature`` or no ``Signature-Input``."""

    code, message = "unsigned", "请求没有签名，请按文档签名后重发"


class BadSignatureInput(BadSignature):
    """Not one signature labelled ``wire``, canonically written, over the fixed components with the fixed parameters."""

    code, message = "bad_signature_input", "签名项或参数与约定不同，请按文档逐项核对"


class WrongTag(BadSignature):
    """The signature was made for something else."""

    code, message = "wrong_tag", "签名标记（tag）不符，请用 kuaiji-wire"


class UnknownKey(BadSignature):
    """Nobody we know signs with that key id."""

    code, message = "unknown_key", "没有登记这个密钥编号，请先登记公钥"


class Stale(BadSignature):
    """Made in the future, expired, or valid for longer than allowed."""

    code, message = "stale", "签名已过期或时间不对，请校准时钟后重发"


class DigestMismatch(BadSignature):
    """``Content-Digest`` is not that of the body."""

    code, message = "digest_mismatch", "正文与摘要（Content-Digest）不符，请重发"


class Tampered(BadSignature):
    """The signature is not that of this message by that key."""


class Replayed(BadSignature):
    """This signature has been seen: a new attempt needs a new nonce."""

    code, message = "replayed", "该签名已使用过，请换新的 nonce 重新签名"


class HubUnavailable(Exception):
    """The hub did not answer, not now, or does not believe our signature (clock, key): send the same again later.

    ``reason`` may be logged.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
