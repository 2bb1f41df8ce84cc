"""A hub of a few lines that speaks the wire by ``kuaiji_wire``, for clients to talk to over the loopback."""

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from kuaiji_wire import answers
from kuaiji_wire.errors import IdReused, WireError
from kuaiji_wire.keys import KeyBook, load_private_key
from kuaiji_wire.messages import Topic, digest, parse, read_envelope
from kuaiji_wire.shapes import PlatformName, Shape
from kuaiji_wire.signing import Request, Response, Signer, verify_request
from people import wire_samples
from people.houses import loopback
from people.wire_samples import HUB_KEY, PLATFORM_KEY, PRIVATE, PUBLIC

HELD_BY = PlatformName(code=wire_samples.GUANGDONG, name="广东省")


@dataclass
class Nonces:
    """Remembers for good."""

    seen: set[tuple[str, str]] = field(default_factory=set)

    def first_use(self, keyid: str, nonce: str, expires: dt.datetime) -> bool:
        first = (keyid, nonce) not in self.seen
        self.seen.add((keyid, nonce))
        return first


@dataclass
class Hub:
    """Accepts everything; ``feed`` is what it tells, ``books`` what it shows of each. ``change`` may spoil an answer
    after it was signed."""

    feed: list[answers.FeedEntry] = field(default_factory=list)
    signer: Signer = field(default_factory=lambda: Signer(HUB_KEY, load_private_key(PRIVATE[HUB_KEY])))
    books: dict[str, Shape] = field(default_factory=dict)
    change: Callable[[Response], Response] = lambda answer: answer
    url: str = ""
    nonces: Nonces = field(default_factory=Nonces)
    taken: dict[uuid.UUID, tuple[str, Shape]] = field(default_factory=dict)

    def behave(self, arrived: loopback.Request, connection: loopback.Connection) -> None:
        request = Request(arrived.method, self.url + arrived.path, arrived.headers, arrived.body)
        status, said = self.answer(request)
        signed = self.signer.sign_response(Response(status, request, body=said.model_dump_json().encode()))
        answer = self.change(signed)
        loopback.raw(answer.status_code, answer.body, **dict(answer.headers))(arrived, connection)

    def answer(self, request: Request) -> tuple[int, Shape]:
        try:
            verify_request(request, keys=KeyBook({PLATFORM_KEY: PUBLIC[PLATFORM_KEY]}), nonces=self.nonces)
            return 200, getattr(self, self.routes[urlsplit(request.url).path])(request)
        except WireError as error:
            return error.status, answers.Fault.of(error)

    def take(self, request: Request) -> Shape:
        envelope = read_envelope(request.body)
        message = parse(envelope)
        known, answer = self.taken.get(envelope.id, (digest(envelope), None))
        if known != digest(envelope):
            raise IdReused("id")
        result: answers.ReportResult | answers.TransferResult
        if message.topic == Topic.RECORD_REPORTED:
            result = answers.ReportResult(held_by=HELD_BY, newest_version=2)
        else:
            state = answers.TransferState.RELEASED
            result = answers.TransferResult(transfer_id=wire_samples.TRANSFER, state=state, held_by=HELD_BY)
        answer = answer or answers.Answer(
            id=envelope.id, status="accepted", code=answers.ACCEPTED, message="已收到", result=result
        )
        self.taken[envelope.id] = known, answer
        return answer

    def tell(self, request: Request) -> Shape:
        query = parse_qs(urlsplit(request.url).query)
        after, limit = int(query["after"][0]), int(query["limit"][0])
        waiting = [entry for entry in self.feed if entry.number > after]
        return answers.Feed(entries=tuple(waiting[:limit]), more=len(waiting) > limit)

    def look_up(self, request: Request) -> Shape:
        answers.Question.read(request.body)
        return answers.Lookup(verdict="found", held_by=HELD_BY, transfer=None)

    def match(self, request: Request) -> Shape:
        answers.MatchQuestion.read(request.body)
        return answers.Match(verdict="matched", transfer_id=wire_samples.TRANSFER, origin=HELD_BY, held_by=None)

    def show(self, request: Request) -> Shape:
        return self.books[urlsplit(request.url).path.rpartition("/")[2]]

    routes = {
        "/wire/v1/messages": "take",
        "/wire/v1/feed": "tell",
        "/wire/v1/lookups": "look_up",
        "/wire/v1/transfer-matches": "match",
        "/wire/v1/books/records": "show",
        "/wire/v1/books/transfers": "show",
        "/wire/v1/books/messages": "show",
        "/wire/v1/books/feed": "show",
    }


@contextlib.contextmanager
def running_hub() -> Iterator[Hub]:
    """A hub for the length of the block."""
    hub = Hub()
    with loopback.loopback(hub.behave) as partner:
        hub.url = partner.url
        yield hub


def without(answer: Response, *names: str) -> Response:
    """The answer less some headers."""
    return replace(answer, headers={name: value for name, value in answer.headers.items() if name not in names})


def environment(hub: Hub) -> dict[str, str]:
    """What a platform is told that exchanges with ``hub``."""
    return {
        "KUAIJI_HUB_URL": hub.url,
        "KUAIJI_WIRE_KEY_ID": PLATFORM_KEY,
        "KUAIJI_WIRE_KEY": PRIVATE[PLATFORM_KEY],
        "KUAIJI_HUB_KEYS": f"{HUB_KEY}={PUBLIC[HUB_KEY]}",
        "KUAIJI_WIRE_VERSION": "1",
    }
