"""Requests to the exam check, right and spoilt, as WSGI hands them over."""

import io
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from kuaiji.examapi.protocol.requests import BATCH, OPENAPI, SINGLE
from kuaiji_signed.signing import Request
from people.exam_door import HOST, Door

NUMBERS = ("440000199003070016", "440000199003070017", "440000900307001", "", "x", 440000199003070016, None)
NAMES = ("示例", "别人", "", "名" * 51, "María José", 7, None)
PIECES = (b"", b'"', b"}", b",", b"\\", b"\xff", b"NaN", b"\\ud800", b"[[[[[[[[[", b'"name":1,')


def question(chance: random.Random) -> dict[str, Any]:
    """Of one candidate, most of it right."""
    one: dict[str, Any] = {
        "document_type": chance.choice(["01"] * 6 + ["04", "99", "12"]),
        "document_number": chance.choice(NUMBERS[:1] * 8 + NUMBERS),
        "name": chance.choice(NAMES[:1] * 8 + NAMES),
    }
    if chance.random() < 0.3:
        one["reference"] = chance.choice(["r-1", "", "r" * 65, 3])
    if chance.random() < 0.1:
        one[chance.choice(["phone", "document_country"])] = "FRA"
    return one


def exam(chance: random.Random) -> dict[str, Any]:
    """Most of it right."""
    found = {"level": chance.choice(["1", "2", "3", "2", "9", 2]), "year": chance.choice([2027] * 5 + [1900, "2027"])}
    return found | ({"division": chance.choice(["440100", "999999", "x"])} if chance.random() < 0.3 else {})


def environ_of(request: Request, *, address: str = "203.0.113.9") -> dict[str, Any]:
    """A signed request as the gateway tells it (PEP 3333)."""
    parts = urlsplit(request.url)
    headers = {"host": HOST, **request.headers}
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": address,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "CONTENT_LENGTH": str(len(request.body)) if request.method == "POST" else "",
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ


def fuzzed(door: Door, chance: random.Random) -> dict[str, Any]:
    """One request, signed, and in three of four spoilt somewhere."""
    path = chance.choice([SINGLE] * 3 + [BATCH, BATCH, OPENAPI])
    several = {"exam": exam(chance), "candidates": [question(chance) for _ in range(chance.randrange(4))]}
    asked = several if path == BATCH else question(chance) | {"exam": exam(chance)}
    body = b"" if path == OPENAPI else json.dumps(asked, ensure_ascii=chance.random() < 0.5).encode()
    if chance.random() < 0.2:
        place = chance.randrange(len(body) + 1)
        body = body[:place] + chance.choice(PIECES) + body[place:]
    method = "GET" if path == OPENAPI else "POST"
    environ = environ_of(door.request(body, path=path, method=method))
    if chance.random() < 0.5:
        _SPOILS[chance.randrange(len(_SPOILS))](environ, chance)
    return environ


def _without(environ: dict[str, Any], chance: random.Random) -> None:
    environ.pop(chance.choice(["HTTP_SIGNATURE", "HTTP_SIGNATURE_INPUT", "HTTP_CONTENT_DIGEST", "CONTENT_TYPE"]), None)


def _changed(environ: dict[str, Any], chance: random.Random) -> None:
    name = chance.choice(["HTTP_SIGNATURE", "HTTP_SIGNATURE_INPUT", "HTTP_CONTENT_DIGEST"])
    text = environ.get(name, "x")
    place = chance.randrange(len(text))
    environ[name] = text[:place] + chance.choice('aZ0=";:( )\u00e9') + text[place + 1 :]


def _other_length(environ: dict[str, Any], chance: random.Random) -> None:
    environ["CONTENT_LENGTH"] = chance.choice(["", "-1", "524289", "9" * 30, "0"])  # others the server refuses


def _chunked(environ: dict[str, Any], chance: random.Random) -> None:
    environ["HTTP_TRANSFER_ENCODING"] = "chunked"


def _other_type(environ: dict[str, Any], chance: random.Random) -> None:
    environ["CONTENT_TYPE"] = chance.choice(["text/plain", "application/json; charset=utf-8", "multipart/form-data"])


def _other_method(environ: dict[str, Any], chance: random.Random) -> None:
    environ["REQUEST_METHOD"] = chance.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])


def _other_query(environ: dict[str, Any], chance: random.Random) -> None:
    environ["QUERY_STRING"] = chance.choice(["after=1", "a=%ff", "é"])


def _other_body(environ: dict[str, Any], chance: random.Random) -> None:
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read()[: chance.randrange(40)])


_SPOILS: tuple[Callable[[dict[str, Any], random.Random], None], ...] = (
    _without, _changed, _other_length, _chunked, _other_type, _other_method, _other_query, _other_body,
)  # fmt: skip
