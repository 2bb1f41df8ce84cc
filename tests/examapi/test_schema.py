"""The door against its own description: schemathesis makes up what OpenAPI allows and forbids, we sign it.

Checks that are left out, and why:

- ``ignored_auth``: all is signed here on the way; what is not signed is refused in tests/examapi/test_bad_input.py.
- ``missing_required_header``: the one header that is asked, the digest, is written by who signs; likewise there.
- ``positive_data_acceptance``: no schema says for which years there are rules, which divisions there are, that a
  country belongs to a passport alone, or which characters nobody sees; these answer 422, as described.
- ``unsupported_method``: asks on its own, past the signature; likewise there.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks

from kuaiji.examapi import openapi
from kuaiji.examapi.front import in_front_of
from kuaiji.examapi.protocol.requests import DOORS, OPENAPI
from people.exam_door import Door, open_door
from people.hostile.exam_requests import environ_of

pytestmark = pytest.mark.django_db
EXAMPLES = 25  # of each address and mode
LEFT_OUT = [
    checks.ignored_auth,
    checks.missing_required_header,
    checks.positive_data_acceptance,
    checks.unsupported_method,
]
CASES = [
    (path, method, mode)
    for path, (method, _) in DOORS.items()
    for mode in GenerationMode
    if path != OPENAPI or mode is GenerationMode.POSITIVE  # it asks for nothing that could be wrong
]


def signing(door: Door) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The door behind somebody who signs whatever is sent to it."""
    front = in_front_of(lambda *_: [], lambda _: True)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        path = f"{environ['PATH_INFO']}{query}"
        signed = environ_of(door.request(body, path=path, method=environ["REQUEST_METHOD"]))
        if environ.get("CONTENT_TYPE", "application/json") != "application/json":
            signed["CONTENT_TYPE"] = environ["CONTENT_TYPE"]
        return front(signed, start_response)

    return application


def without_proofs(document: dict[str, Any]) -> dict[str, Any]:
    """The description without what is written on the way by who signs, whatever was made up."""
    for operations in document["paths"].values():
        for operation in operations.values():
            asked = [one for one in operation.get("parameters", []) if one["in"] != "header"]
            operation["parameters"] = asked
    return document | {"security": []}


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_what_is_described_is_what_happens(path: str, method: str, mode: GenerationMode) -> None:
    load_all_checks()
    schema = schemathesis.openapi.from_dict(without_proofs(json.loads(openapi.document())))
    schema.app = signing(open_door(rate=1_000_000))
    operation = schema[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    def described(case: Any) -> None:
        case.call_and_validate(excluded_checks=LEFT_OUT)

    described()
