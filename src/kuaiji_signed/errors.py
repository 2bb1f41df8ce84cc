"""What can be wrong with something signed; each with a code that the answer carries.

No error holds a value of a message: its code and its ``field`` (a path such as ``body.person.name``) may be logged.
"""


class SignedError(Exception):
    """Something that travelled does not hold. ``status`` is the HTTP status of the answer that says so."""

    code = "bad_message"
    status = 422
    message = "报文内容不符合约定，请核对所指的字段"

    def __init__(self, field: str | None = None) -> None:
        super().__init__(f"{self.code} ({field})" if field else self.code)
        self.field = field


class BadJson(SignedError):
    """No strict JSON: broken, a name twice in one object, a fraction, a number past 2^53, a lone surrogate."""

    code, status, message = "bad_json", 400, "报文不是约定格式的 JSON，请核对编码与写法"


class WrongMethod(SignedError):
    """The address is asked in another way."""

    code, status, message = "wrong_method", 405, "请求方法不符，请按文档使用 GET 或 POST"


class LengthRequired(SignedError):
    """How long the body is must be said before it is read."""

    code, status, message = "length_required", 411, "请在请求头写明 Content-Length 后重发"


class TooLarge(SignedError):
    """A body past the cap."""

    code, status, message = "too_large", 413, "报文过大，请减少内容后重发"


class BadSignature(SignedError):
    """Base of everything for which a message is not believed."""

    code, status, message = "tampered", 401, "签名与报文不符，请核对密钥与签名内容"


class Unsigned(BadSignature):
    """No ``Signature`` or no ``Signature-Input``."""

    code, message = "unsigned", "请求没有签名，请按文档签名后重发"


class BadSignatureInput(BadSignature):
    """Not one signature under the scheme's label, canonically written, over its components with its parameters."""

    code, message = "bad_signature_input", "签名项或参数与约定不同，请按文档逐项核对"


class WrongTag(BadSignature):
    """The signature was made for something else."""

    code, message = "wrong_tag", "签名标记（tag）与约定不同，请按文档填写"


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
