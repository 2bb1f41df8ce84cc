"""docs/exam-api.md: its worked example is what its clients make, and they need nothing of ours."""

import ast
import base64
import json
import os
import re
import subprocess
import sys

import pytest

from people.exam_client import CLIENT, SCRIPT, client
from tests.support.sources import DOCS

PAGE = (DOCS / "exam-api.md").read_text(encoding="utf-8")
SECRET = "an example of a secret: 32 bytes"
CREATED, NONCE = 1796040000, "bm9uY2Utb2YtdGhlLWV4YW1wbGU"
QUESTIONS = "/api/exam/v1/verifications"
[BASE, WIRE, _] = re.findall(r"```text\n(.*?)\n```", PAGE, re.DOTALL)
BODY = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)[0].encode()


def key(algorithm: str) -> dict[str, str]:
    return {"keyid": "exam-0123456789abcdef", "alg": algorithm, "secret": base64.b64encode(SECRET.encode()).decode()}


def signature_on_the_page(algorithm: str) -> str:
    if algorithm == "hmac-sm3":
        [found] = re.findall(r"and the signature is\n`(.*?)`", PAGE)
        return str(found)
    [found] = re.findall(r"Signature: sig1=:(.*?):\n", WIRE)
    return str(found)


def by_the_script(algorithm: str) -> tuple[str, str]:
    """Signature base and headers."""
    said = key(algorithm)
    env = {
        "PATH": os.environ["PATH"],
        "EXAM_CHECK_URL": "https://platform.example",
        "EXAM_CHECK_KEYID": said["keyid"],
        "EXAM_CHECK_ALG": algorithm,
        "EXAM_CHECK_SECRET": said["secret"],
        "EXAM_CHECK_CREATED": str(CREATED),
        "EXAM_CHECK_NONCE": NONCE,
        "EXAM_CHECK_DRY": "1",
    }
    done = subprocess.run(["sh", str(SCRIPT)], input=BODY, env=env, capture_output=True, check=True, timeout=60)
    base, _, headers = done.stdout.decode().partition("\n\n")
    return base, headers.rstrip("\n")


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "hmac-sm3"])
def test_the_worked_example_is_what_the_client_makes(algorithm: str) -> None:
    made = client.sign(key(algorithm), "POST", "platform.example", QUESTIONS, BODY, CREATED, NONCE)
    assert made["Signature"] == f"sig1=:{signature_on_the_page(algorithm)}:"
    sent = dict(line.split(": ", 1) for line in WIRE.partition("\n\n")[0].splitlines()[1:])
    sent["Signature"], sent["Signature-Input"] = (
        made["Signature"],
        sent["Signature-Input"].replace("sha256", algorithm[5:]),
    )
    assert sent == made | {"Host": "platform.example", "Content-Length": str(len(BODY))}


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "hmac-sm3"])
def test_the_worked_example_is_what_openssl_makes(algorithm: str) -> None:
    base, headers = by_the_script(algorithm)
    assert base == BASE.replace("hmac-sha256", algorithm)
    assert f"Signature: sig1=:{signature_on_the_page(algorithm)}:" in headers.splitlines()


def test_what_goes_over_the_wire_ends_with_the_body() -> None:
    assert WIRE.encode().endswith(b"\n\n" + BODY)
    assert SECRET in PAGE and key("")["secret"] in PAGE and f"body of {len(BODY)} bytes" in PAGE
    assert json.loads(BODY)["exam"] == {"level": "2", "year": 2027}


def test_the_client_imports_the_standard_library_alone() -> None:
    names = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(CLIENT.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([each.name for each in node.names] if isinstance(node, ast.Import) else [str(node.module)])
    }
    assert names <= sys.stdlib_module_names
