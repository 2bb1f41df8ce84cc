#!/usr/bin/env python3
"""Ask a 会计人员信息服务平台 whether a candidate may register for an exam: a client in one file, to copy and to change.

Standard library only, Python 3.10 or later. The key is the JSON that ``kuaiji exam-client add … --json`` printed, kept
in a file that nobody else can read. People are read from the standard input: so they stand in no list of processes.

    export EXAM_CHECK_URL=https://platform.example EXAM_CHECK_KEY=key.json
    echo '{"document_type": "01", "document_number": "440000199003070016", "name": "示例"}' |
        python3 client.py verify --level 2 --year 2027
    python3 client.py batch --level 2 --year 2027 < candidates.json
    python3 client.py repairs --after 0
"""

import argparse
import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import secrets
import ssl
import sys
import time
import urllib.parse

TRIES = 5
SECONDS = 10
HASHES = {"hmac-sha256": "sha256", "hmac-sm3": "sm3"}


ANSWERED = (
    '("@status" "content-type" "content-digest" "@method";req "@authority";req "@path";req "@query";req '
    '"signature";req;key="sig1")'
)


class NotProven(Exception):
    """An answer that the platform did not give to this question, or not with these bytes."""


class Refused(Exception):
    """The platform took no answer of it: asking the same again helps nothing. ``problem`` says what to change."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem.get('code')}: {problem.get('remedy')}")
        self.status, self.problem = status, problem


def sign(key, method, authority, target, body=None, created=None, nonce=None):
    """The headers that prove a request. Sign anew for each attempt: a nonce holds once, a signature for 300 seconds."""
    path, _, query = target.partition("?")
    covered = {"@method": method, "@authority": authority, "@path": path}
    headers = {}
    if body is None:
        covered["@query"] = f"?{query}"
    else:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers["Content-Digest"] = covered["content-digest"] = f"sha-256=:{digest}:"
        headers["Content-Type"] = covered["content-type"] = "application/json"
    parameters = '({});created={};nonce="{}";keyid="{}";alg="{}"'.format(
        " ".join(f'"{name}"' for name in covered),
        created or int(time.time()),
        nonce or secrets.token_urlsafe(16),
        key["keyid"],
        key["alg"],
    )
    lines = [f'"{name}": {value}' for name, value in covered.items()] + [f'"@signature-params": {parameters}']
    headers["Signature-Input"] = f"sig1={parameters}"
    headers["Signature"] = f"sig1=:{_mac(key, lines)}:"
    return headers


def prove(key, method, authority, target, sent, headers, body):
    """Make sure that ``body``, which came with ``headers``, is the platform's answer to the request whose headers were
    ``sent``. Raises NotProven."""
    parameters = (headers.get("Signature-Input") or "").removeprefix("sig1=")
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    path, _, query = target.partition("?")
    lines = [
        '"@status": 200',
        f'"content-type": {headers.get("Content-Type")}',
        f'"content-digest": {digest}',
        f'"@method";req: {method}',
        f'"@authority";req: {authority}',
        f'"@path";req: {path}',
        f'"@query";req: ?{query}',
        f'"signature";req;key="sig1": {sent["Signature"].removeprefix("sig1=")}',
        f'"@signature-params": {parameters}',
    ]
    expected = f"sig1=:{_mac(key, lines)}:"
    if not parameters.startswith(f"{ANSWERED};") or not hmac.compare_digest(headers.get("Signature") or "", expected):
        raise NotProven("the answer is not signed by the platform for this question")


def _mac(key, lines):
    secret, text = base64.b64decode(key["secret"]), "\n".join(lines).encode()
    return base64.b64encode(hmac.new(secret, text, HASHES[key["alg"]]).digest()).decode()


class ExamCheck:
    """The door of one platform: scheme and authority as its office told them, and our key there."""

    def __init__(self, url, key, proven=True):
        self.key, self.parts, self.proven = key, urllib.parse.urlsplit(url), proven
        self.connection = None

    def verify(self, person, exam, reference=None):
        """The answer about one candidate. ``person``: document_type, document_number, name."""
        return self.ask("POST", "/api/exam/v1/verifications", {**person, "exam": exam, **_named(reference)})

    def batch(self, candidates, exam):
        """Answers in the order of the candidates, at most 1,000."""
        return self.ask("POST", "/api/exam/v1/verifications/batch", {"exam": exam, "candidates": candidates})["answers"]

    def repairs(self, after="0"):
        """References of refusals that were mended since, and ``next``, which is the ``after`` of the next reading."""
        return self.ask("GET", f"/api/exam/v1/repairs?after={urllib.parse.quote(after)}")

    def ask(self, method, target, question=None):
        """Ask until there is an answer, at most TRIES times, each signed anew. Raises Refused, or OSError at last."""
        body = None if question is None else json.dumps(question, ensure_ascii=False).encode()
        pause = 1
        for left in reversed(range(TRIES)):
            try:
                status, headers, data = self._once(method, target, body)
            except (OSError, http.client.HTTPException):
                self._close()
                if not left:
                    raise
            else:
                if status == 200:
                    return data
                if status not in (429, 500, 503) or not left:
                    raise Refused(status, data)
                pause = max(pause, int(headers.get("Retry-After") or 0))
            time.sleep(pause * random.uniform(1, 1.5))
            pause *= 2

    def _once(self, method, target, body):
        headers = sign(self.key, method, self.parts.netloc, target, body)
        if self.connection is None:
            self.connection = self._connect()
        self.connection.request(method, target, body, headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status == 200 and self.proven:
            prove(self.key, method, self.parts.netloc, target, headers, answer.headers, data)
        return answer.status, answer.headers, json.loads(data)

    def _connect(self):
        if self.parts.scheme == "http":  # a demonstration on this machine
            return http.client.HTTPConnection(self.parts.netloc, timeout=SECONDS)
        return http.client.HTTPSConnection(self.parts.netloc, timeout=SECONDS, context=ssl.create_default_context())

    def _close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def _named(reference):
    return {} if reference is None else {"reference": reference}


def main():
    """Print the answer; the status is 1 where the question was refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("verify", "batch"):
        command = commands.add_parser(name)
        command.add_argument("--level", choices=("1", "2", "3"), required=True)
        command.add_argument("--year", type=int, required=True)
        command.add_argument("--division")
    commands.add_parser("repairs").add_argument("--after", default="0")
    chosen = parser.parse_args()
    with open(os.environ["EXAM_CHECK_KEY"], encoding="utf-8") as file:
        door = ExamCheck(os.environ["EXAM_CHECK_URL"], json.load(file))
    try:
        if chosen.command == "repairs":
            answer = door.repairs(chosen.after)
        else:
            exam = {"level": chosen.level, "year": chosen.year}
            exam.update({"division": chosen.division} if chosen.division else {})
            asked = json.load(sys.stdin)
            answer = door.verify(asked, exam) if chosen.command == "verify" else door.batch(asked, exam)
    except Refused as refused:
        json.dump(refused.problem, sys.stderr, ensure_ascii=False, indent=1)
        return 1
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
