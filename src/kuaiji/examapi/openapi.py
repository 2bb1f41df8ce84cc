"""The description of the door for machines: OpenAPI 3.1, made of the same registries that the door works by."""

import functools
import json
from typing import Any

from kuaiji.common.documents import DocumentType
from kuaiji.common.names import LONGEST
from kuaiji.examapi.answers import public_address
from kuaiji.examapi.protocol.problems import CONTENT_TYPE as PROBLEM
from kuaiji.examapi.protocol.problems import KINDS, ProblemCode
from kuaiji.examapi.questions import LEVELS, LONGEST_REFERENCE, MOST_CANDIDATES
from kuaiji.exams.enums import Condition, ExamStatus, OutcomeCode, VerdictCode

Schema = dict[str, Any]
_COMMON = (
    ProblemCode.NOT_FOUND,
    ProblemCode.METHOD_NOT_ALLOWED,
    ProblemCode.SIGNATURE_MISSING,
    ProblemCode.SIGNATURE_MALFORMED,
    ProblemCode.CLOCK_SKEW,
    ProblemCode.KEY_UNKNOWN,
    ProblemCode.DIGEST_MISMATCH,
    ProblemCode.SIGNATURE_INVALID,
    ProblemCode.ADDRESS_NOT_ALLOWED,
    ProblemCode.TOO_FAST,
    ProblemCode.UNKNOWN_VALUE,
    ProblemCode.REPLAYED,
    ProblemCode.BUSY,
    ProblemCode.UNAVAILABLE,
    ProblemCode.BROKEN,
)


@functools.cache
def document() -> bytes:
    """The whole description as JSON."""
    return json.dumps(_document(), ensure_ascii=False, separators=(",", ":")).encode()


def _document() -> Schema:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "报名条件核验 Exam check",
            "version": "1",
            "description": "Whether a candidate may register for an exam, and where what is missing is mended. Every "
            "request but this description is signed by RFC 9421, in the one form that docs/exam-api.md says.",
        },
        "servers": [{"url": public_address()}],
        "security": [{"signature": [], "signatureInput": []}],
        "paths": {
            "/api/exam/v1/verifications": {"post": _posted("verify", "One candidate", "Question", "Answer")},
            "/api/exam/v1/verifications/batch": {"post": _posted("verifyMany", "Up to 1,000", "Questions", "Answers")},
            "/api/exam/v1/repairs": {"get": _repairs()},
            "/api/exam/v1/openapi.json": {"get": _description()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "signature": {"type": "apiKey", "in": "header", "name": "Signature"},
                "signatureInput": {"type": "apiKey", "in": "header", "name": "Signature-Input"},
            },
        },
    }


def _posted(name: str, summary: str, asked: str, answered: str) -> Schema:
    digest = {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [{"name": "Content-Digest", "in": "header", "required": True, "schema": digest}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(asked)}}},
        "responses": _responses(answered, tuple(code for code in ProblemCode if code is not ProblemCode.NOT_FOUND)),
    }


def _repairs() -> Schema:
    after = {"type": "string", "pattern": "^[0-9]{1,18}$"}
    return {
        "operationId": "repairs",
        "summary": "Which refusals a save has overtaken since",
        "parameters": [{"name": "after", "in": "query", "required": False, "schema": after}],
        "responses": _responses("Repairs", tuple(code for code in _COMMON if code is not ProblemCode.NOT_FOUND)),
    }


def _description() -> Schema:
    return {
        "operationId": "description",
        "summary": "This description",
        "security": [],
        "responses": {
            "200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}},
            **_problems((ProblemCode.METHOD_NOT_ALLOWED, ProblemCode.BUSY, ProblemCode.BROKEN)),
        },
    }


def _responses(answered: str, codes: tuple[ProblemCode, ...]) -> Schema:
    answer = {
        "description": "The answer, whatever it says",
        "content": {"application/json": {"schema": _ref(answered)}},
    }
    return {"200": answer, **_problems(codes)}


def _problems(codes: tuple[ProblemCode, ...]) -> Schema:
    """A response for each status, with the codes that it may carry."""
    found: Schema = {}
    for status in sorted({KINDS[code].status for code in codes}):
        here = [code for code in codes if KINDS[code].status == status]
        told = "; ".join(f"`{code.value}` {KINDS[code].title}" for code in here)
        found[str(status)] = {"description": told, "content": {PROBLEM: {"schema": _ref("Problem")}}}
        if status in (429, 503):
            seconds = {"schema": {"type": "integer", "minimum": 1}, "description": "seconds"}
            found[str(status)]["headers"] = {"Retry-After": seconds}
    return found


def _schemas() -> Schema:
    person = {
        "document_type": {"type": "string", "enum": [kind.value for kind in DocumentType]},
        "document_number": {"type": "string"},
        "document_country": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "with 04 only"},
        "name": {"type": "string", "minLength": 1, "maxLength": LONGEST},
        "reference": {"type": "string", "minLength": 1, "maxLength": LONGEST_REFERENCE},
    }
    needed = ["document_type", "document_number", "name"]
    exam = _object(
        {
            "level": {"type": "string", "enum": list(LEVELS)},
            "year": {"type": "integer"},
            "division": {"type": "string", "pattern": "^[0-9]{6}$"},
        },
        ["level", "year"],
    )
    candidates = {"type": "array", "minItems": 1, "maxItems": MOST_CANDIDATES, "items": _ref("Candidate")}
    return {
        "Exam": exam,
        "Candidate": _object(person, needed),
        "Question": _object({**person, "exam": _ref("Exam")}, [*needed, "exam"]),
        "Questions": _object({"exam": _ref("Exam"), "candidates": candidates}, ["exam", "candidates"]),
        "Verdict": _verdict(),
        "Found": _found(),
        "NotFound": _not_found(),
        "Answer": {"oneOf": [_ref("Found"), _ref("NotFound")]},
        "Answers": _open({"answers": {"type": "array", "items": _ref("Answer")}}),
        "Repairs": _open({"repairs": _array(_open({"reference": _TEXT})), "next": _TEXT}),
        "Problem": _problem(),
    }


def _verdict() -> Schema:
    return _open(
        {
            "condition": {"type": "string", "enum": [one.value for one in Condition]},
            "met": {"type": "boolean"},
            "code": {"type": "string", "enum": [one.value for one in VerdictCode]},
            "text": {"type": "string", "maxLength": 39},
            "remedy_url": _MAYBE_TEXT,
        }
    )


def _found() -> Schema:
    said = {
        "outcome": {"const": "found"},
        "collection_status": {"type": "string", "enum": [one.value for one in ExamStatus]},
        "up_to_date": {"type": "boolean"},
        "name_change_pending": {"type": "boolean"},
        "platform": _TEXT,
        "division_code": _MAYBE_TEXT,
        "transfer": {"type": ["object", "null"]},
        "updated_at": _MAYBE_TEXT,
        "qualifications": _array({"type": "object"}),
        "education": {"type": "object"},
        "accounting_years": {"type": "integer", "minimum": 0},
        "years_after_title": {"type": ["integer", "null"], "minimum": 0},
        "projected": {"type": "boolean"},
        "collect_by": _MAYBE_TEXT,
        "eligible": {"type": "boolean"},
        "way": _MAYBE_TEXT,
        "verdicts": _array(_ref("Verdict")),
    }
    return _open(said | _LAST, optional={"reference"})


def _not_found() -> Schema:
    said = {
        "outcome": {"type": "string", "enum": ["not_found", "name_mismatch"]},
        "code": {"type": "string", "enum": [one.value for one in OutcomeCode]},
        "text": {"type": "string", "maxLength": 39},
        "remedy_url": _MAYBE_TEXT,
    }
    return _open(said | _LAST, optional={"reference"})


def _problem() -> Schema:
    said = {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": [code.value for code in ProblemCode]},
        "remedy": _TEXT,
        "field": _TEXT,
        "found": _TEXT,
        "limit": _TEXT,
        "server_time": _TEXT,
        "reason": _TEXT,
        "position": _open({name: {"type": "integer"} for name in ("offset", "line", "column")}),
        "errors": _array(_open(dict.fromkeys(("code", "field", "found", "limit", "remedy"), _TEXT))),
    }
    always = {"type", "title", "status", "code", "remedy"}
    return _open(said, optional=said.keys() - always)


def _object(properties: Schema, required: list[str]) -> Schema:
    """What is asked: nothing else may be there."""
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _open(properties: Schema, optional: Any = frozenset()) -> Schema:
    """What is answered: more may come."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT: Schema = {"type": "string"}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_LAST: Schema = {
    "ruleset": _TEXT,
    "answered_at": {"type": "string", "format": "date-time"},
    "answer_id": {"type": "string", "format": "uuid"},
    "reference": _TEXT,
}
