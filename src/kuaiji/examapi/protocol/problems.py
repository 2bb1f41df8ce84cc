"""What the door answers when it does not answer the question: problem details (RFC 9457), one registry of codes."""

import dataclasses
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

CONTENT_TYPE = "application/problem+json"


class ProblemCode(StrEnum):
    """Everything that can be wrong with a question, in the order in which it is looked at."""

    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    LENGTH_REQUIRED = "length_required"
    TOO_LARGE = "too_large"
    UNSUPPORTED_TYPE = "unsupported_type"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_MALFORMED = "signature_malformed"
    CLOCK_SKEW = "clock_skew"
    KEY_UNKNOWN = "key_unknown"
    DIGEST_MISMATCH = "digest_mismatch"
    SIGNATURE_INVALID = "signature_invalid"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    TOO_FAST = "too_fast"
    MALFORMED = "malformed"
    FIELD_MISSING = "field_missing"
    FIELD_UNKNOWN = "field_unknown"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_VALUE = "unknown_value"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    BAD_CHARACTER = "bad_character"
    NO_RULES = "no_rules"
    OUT_OF_SCOPE = "out_of_scope"
    REPLAYED = "replayed"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Status, title, and what the caller is to do."""

    status: int
    title: str
    remedy: str


KINDS = {
    ProblemCode.NOT_FOUND: _Kind(404, "没有这个地址", "请按接口文档核对地址"),
    ProblemCode.METHOD_NOT_ALLOWED: _Kind(405, "请求方法不符", "请按 Allow 所列的方法重发"),
    ProblemCode.LENGTH_REQUIRED: _Kind(411, "没有写明正文长度", "请在请求头写明 Content-Length 后重新签名发送"),
    ProblemCode.TOO_LARGE: _Kind(413, "正文过大", "请减少每批的考生数后重新签名发送"),
    ProblemCode.UNSUPPORTED_TYPE: _Kind(415, "正文类型不符", "请以 application/json 发送"),
    ProblemCode.SIGNATURE_MISSING: _Kind(401, "没有签名", "请按接口文档签名后重发"),
    ProblemCode.SIGNATURE_MALFORMED: _Kind(401, "签名的写法不符", "请按接口文档逐项核对签名项、参数和编码"),
    ProblemCode.CLOCK_SKEW: _Kind(401, "签名时间不在允许的范围", "请按 server_time 校准时钟，重新签名发送"),
    ProblemCode.KEY_UNKNOWN: _Kind(401, "没有这个密钥", "请核对 keyid；已停用或过期的，请向平台换取新密钥"),
    ProblemCode.DIGEST_MISMATCH: _Kind(401, "正文与摘要不符", "请对实际发送的字节计算 Content-Digest 后重新签名"),
    ProblemCode.SIGNATURE_INVALID: _Kind(401, "签名不符", "请核对密钥与签名内容"),
    ProblemCode.ADDRESS_NOT_ALLOWED: _Kind(403, "来源地址未登记", "请从登记的地址访问，或请平台登记该地址"),
    ProblemCode.TOO_FAST: _Kind(429, "请求过快", "请按 Retry-After 等待后重新签名发送"),
    ProblemCode.MALFORMED: _Kind(400, "正文不是约定格式的 JSON", "请按所指位置修改后重新签名发送"),
    ProblemCode.FIELD_MISSING: _Kind(422, "缺少字段", "请补上该字段"),
    ProblemCode.FIELD_UNKNOWN: _Kind(422, "有不认识的字段", "请删去该字段"),
    ProblemCode.WRONG_TYPE: _Kind(422, "字段的类型不符", "请按接口文档改正类型"),
    ProblemCode.UNKNOWN_VALUE: _Kind(422, "字段的值不在允许的范围", "请改用允许的值"),
    ProblemCode.TOO_SHORT: _Kind(422, "内容过少", "请按要求补全"),
    ProblemCode.TOO_LONG: _Kind(422, "内容过多", "请减少后重发"),
    ProblemCode.BAD_CHARACTER: _Kind(422, "有不能用的字符", "请删去该字符"),
    ProblemCode.NO_RULES: _Kind(422, "该年度、该级别没有报考规则", "请核对考试年度，或请平台登记该年度的规则"),
    ProblemCode.OUT_OF_SCOPE: _Kind(403, "该密钥不能核验这一级别", "请改用登记了该级别的密钥"),
    ProblemCode.REPLAYED: _Kind(401, "该签名已使用过", "请换新的 nonce 重新签名发送"),
    ProblemCode.BUSY: _Kind(503, "系统正忙", "请按 Retry-After 等待后重新签名发送"),
    ProblemCode.UNAVAILABLE: _Kind(503, "数据库暂时不能访问", "请按 Retry-After 等待后重新签名发送"),
    ProblemCode.BROKEN: _Kind(500, "系统出错", "请稍后重新签名发送；仍出错的，请与平台联系"),
}
RETRY_SECONDS = {ProblemCode.BUSY: 1, ProblemCode.UNAVAILABLE: 5}
MOST_FAULTS = 20  # that one answer names


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that cannot be taken. ``found`` never holds a name, a number or a reference: of those only their length
    or their type."""

    code: ProblemCode
    field: str
    found: str
    limit: str

    def plain(self) -> dict[str, str]:
        """As the answer says it."""
        kind = KINDS[self.code]
        return {
            "code": self.code,
            "field": self.field,
            "found": self.found,
            "limit": self.limit,
            "remedy": kind.remedy,
        }


class Problem(Exception):
    """The question is not answered; ``more`` are members of the answer beside those that each has."""

    def __init__(
        self,
        code: ProblemCode,
        *,
        field: str = "",
        found: str = "",
        limit: str = "",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.headers = dict(headers or {})
        if code in RETRY_SECONDS:
            self.headers.setdefault("Retry-After", str(RETRY_SECONDS[code]))
        self._said = {"field": field, "found": found, "limit": limit} | more

    @property
    def http_status(self) -> int:
        """Of the answer."""
        return KINDS[self.code].status

    @classmethod
    def of(cls, faults: list[FieldFault]) -> "Problem":
        """The problem with these fields: the first in front, at most MOST_FAULTS of them in ``errors``."""
        first = dataclasses.asdict(faults[0])
        code = first.pop("code")
        return cls(code, **first, errors=[fault.plain() for fault in faults[:MOST_FAULTS]])

    def body(self) -> bytes:
        """The answer's JSON. Members that say nothing are left out."""
        kind = KINDS[self.code]
        said = {
            "type": f"urn:kuaiji:exam-check:{self.code}",
            "title": kind.title,
            "status": kind.status,
            "code": self.code,
            "remedy": kind.remedy,
        }
        said |= {name: value for name, value in self._said.items() if value not in ("", None)}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
