"""The exam check as one function of a request, ``verify``; Django's view and the WSGI front translate (ADR 0089)."""

import logging
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from django.db import DatabaseError, InterfaceError

from kuaiji.common import clock, environment
from kuaiji.common.address import Address
from kuaiji.examapi import answers, metrics, openapi, questions
from kuaiji.examapi.answering import begin
from kuaiji.examapi.protocol import strict_json
from kuaiji.examapi.protocol.problems import CONTENT_TYPE as PROBLEM
from kuaiji.examapi.protocol.problems import Problem, ProblemCode
from kuaiji.examapi.protocol.rates import Buckets, cost_of_batch
from kuaiji.examapi.protocol.requests import DOORS
from kuaiji.examapi.protocol.scheme import VERIFIER
from kuaiji.examapi.proving import Proven, prove
from kuaiji.examchecks.services import lookups
from kuaiji.examchecks.services.execution import DatabaseAway
from kuaiji.examchecks.services.lookups import Replayed, first_use
from kuaiji.examchecks.services.repairs import repairs_after
from kuaiji_signed.signing import CONTENT_TYPE
from kuaiji_signed.strict import Asked

log = logging.getLogger(__name__)

MOST_INSIDE = 64  # requests that one process works on at a time, however many threads it has
HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)


class Answer(NamedTuple):
    """What goes back, as WSGI wants it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Request(NamedTuple):
    """What is asked of ``verify``. ``path`` with its query; names of headers in lower case; ``body`` reads the body and
    is called once the headers may be right; ``sender`` is who is at the other end."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Callable[[], bytes]
    sender: Address | None = None


# Goes on from a question to what the look-up found, or has raised; ends with what comes of the request.
T = TypeVar("T")
Course: TypeAlias = Generator[lookups.Question, list[lookups.Row], T]


def verify(
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: Callable[[], bytes],
    *,
    sender: Address | None = None,
) -> Answer:
    """The answer to one ``Request``. Raises nothing."""
    return verify_all([Request(method, path, headers, body, sender)])[0]


def verify_all(requests: Sequence[Request]) -> list[Answer]:
    """The answer to each, as ``verify`` gives it. What they ask the database is carried out together: a commit costs
    more than a question (docs/adr/0125). Raises nothing."""
    courses = [_course(request) for request in requests]
    answers: dict[int, Answer] = {}
    questions: dict[int, lookups.Question] = {}
    for place, course in enumerate(courses):
        try:
            questions[place] = next(course)
        except StopIteration as over:
            answers[place] = over.value
    for place, found in zip(questions, lookups.look_up_all([*questions.values()]), strict=True):
        course = courses[place]
        try:
            course.throw(found) if isinstance(found, Exception) else course.send(found)
        except StopIteration as over:
            answers[place] = over.value
    return [answers[place] for place in range(len(requests))]


def _course(request: Request) -> Course[Answer]:
    begun = time.perf_counter()
    method, (path, _, query), headers = request.method, request.path.partition("?"), request.headers
    asked = Asked(method, _authority(headers.get("host", "")), path, query, headers)
    code = ""
    try:
        text, proofs = yield from _answered(asked, request.body, request.sender)
        answer = Answer(200, [("Content-Type", CONTENT_TYPE), *HEADERS, *proofs.items()], text)
    except Problem as problem:
        code = problem.code.value
        told = [("Content-Type", PROBLEM), *HEADERS, *problem.headers.items()]
        answer = Answer(problem.http_status, told, problem.body())
    answer.headers.append(("Content-Length", str(len(answer.body))))
    if method == "HEAD":
        answer = answer._replace(body=b"")
    metrics.count(DOORS.get(path, ("", "unknown"))[1], answer.status, code, time.perf_counter() - begun)
    return answer


def _answered(asked: Asked, body: Callable[[], bytes], sender: Address | None) -> Course[tuple[bytes, dict[str, str]]]:
    """The answer, and the headers that prove it where the question was signed. Raises Problem, whatever goes wrong."""
    if asked.path not in DOORS:
        raise Problem(ProblemCode.NOT_FOUND)
    method, name = DOORS[asked.path]
    if asked.method != method:
        raise Problem(ProblemCode.METHOD_NOT_ALLOWED, found=asked.method[:20], limit=method, headers={"Allow": method})
    if not _inside.acquire(blocking=False):
        raise Problem(ProblemCode.BUSY)
    try:
        if name == "openapi":
            return openapi.document(), {}
        proven = prove(asked, body, sender)
        _take(proven, 1)
        text = _repairs(proven, asked) if name == "repairs" else (yield from _verdicts(proven, batch=name == "batch"))
        secret, now = proven.client.secret, int(time.time())
        return text, VERIFIER.sign_answer(asked, proven.signature, secret, status=200, body=text, now=now)
    except Replayed:
        raise Problem(ProblemCode.REPLAYED, field="signature-input") from None
    except (DatabaseAway, DatabaseError, InterfaceError):
        raise Problem(ProblemCode.UNAVAILABLE) from None
    except Problem:
        raise
    except Exception:
        log.exception("exam_check_broken")
        raise Problem(ProblemCode.BROKEN) from None
    finally:
        _inside.release()


def _verdicts(proven: Proven, *, batch: bool) -> Course[bytes]:
    read = _read(proven, questions.read_batch if batch else questions.read_single)
    _take(proven, cost_of_batch(len(read.candidates)) - 1)
    answering = begin(proven, read)
    said = answering.said((yield answering.asked))
    return answers.batch(said) if batch else said[0].encode()


def _repairs(proven: Proven, asked: Asked) -> bytes:
    after = questions.read_after(asked.query)
    signature = proven.signature
    if not first_use(signature.keyid, signature.nonce, signature.created):
        raise Replayed
    found = repairs_after(proven.client.client_id, after)
    return answers.repairs([one.reference for one in found], found[-1].number if found else after)


def _read(proven: Proven, reader: Callable[..., questions.Read]) -> questions.Read:
    """The question of a body. What is too deep for any shape is told as that. Raises Problem."""
    try:
        value = strict_json.load(proven.body)
    except strict_json.Malformed as malformed:
        raise _malformed(malformed.fault) from None
    try:
        return reader(value, today=clock.today())
    except Problem:
        if fault := strict_json.fault_of(proven.body):
            raise _malformed(fault) from None
        raise


def _malformed(fault: strict_json.Fault) -> Problem:
    return Problem(
        ProblemCode.MALFORMED,
        found=f"第{fault.line}行第{fault.column}个字符：{strict_json.WORDS[fault.reason]}",
        reason=fault.reason,
        position={"offset": fault.offset, "line": fault.line, "column": fault.column},
    )


def _take(proven: Proven, tokens: int) -> None:
    """Raises Problem."""
    client = proven.client
    if tokens and (seconds := _buckets.take(client.client_id, client.rate, tokens)):
        limit, headers = f"每秒{client.rate}", {"Retry-After": str(seconds)}
        raise Problem(ProblemCode.TOO_FAST, limit=limit, headers=headers)


def _authority(host: str) -> str:
    """As clients sign it: lower case, without the port that the scheme implies. That the host is one of ours is looked
    at by who hands a request over: a secret belongs to one platform, so a signature for another host is nobody's."""
    return host.lower().removesuffix(":443").removesuffix(":80")


_inside = threading.BoundedSemaphore(MOST_INSIDE)
_buckets = Buckets(processes=environment.PROCESSES.get())
