"""A platform's side of the hub: ask, prove the answer, only then read it."""

import datetime as dt
import ipaddress
import uuid
import weakref
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from kuaiji_signed import canonical
from kuaiji_signed.transport import Transport, at_most
from kuaiji_wire.answers import FEED_LIMIT, Answer, Fault, Feed, Lookup, Match, MatchQuestion, Question
from kuaiji_wire.books import BOOK_LIMIT, HeldRecords, KeptMessages, KnownTransfers, ToldEntries
from kuaiji_wire.errors import (
    BadSignature,
    HubOverQuota,
    HubRefused,
    HubUnavailable,
    HubUntrusted,
    OverQuota,
    TooLarge,
    WireError,
)
from kuaiji_wire.keys import PublicKeys
from kuaiji_wire.messages import Envelope, Message
from kuaiji_wire.people import Person
from kuaiji_wire.shapes import Shape
from kuaiji_wire.signing import Request, Response, Signer, verify_response

MESSAGES = "/wire/v1/messages"
FEED = "/wire/v1/feed"
LOOKUPS = "/wire/v1/lookups"
MATCHES = "/wire/v1/transfer-matches"
RECORD_BOOK = "/wire/v1/books/records"
TRANSFER_BOOK = "/wire/v1/books/transfers"
MESSAGE_BOOK = "/wire/v1/books/messages"
FEED_BOOK = "/wire/v1/books/feed"

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 10.0
MESSAGE_CAP = 20 << 20  # bytes of a request's body
SMALL_CAP = 256 << 10  # of a message without pictures and history: any but transfer.released
ANSWER_CAP = 24 << 20  # bytes of an answer: one message of the largest size fits a feed
CONNECTIONS = 8
KEEP_SECONDS = 5.0  # shorter than servers keep theirs: one that just closed costs the next call its answer

# A hub that is busy, or a proxy before one that is down: these may come unsigned, and say only "later".
_LATER = frozenset({408, 429, 500, 502, 503, 504})
_S = TypeVar("_S", bound=Shape)
_B = TypeVar("_B", HeldRecords, KnownTransfers, KeptMessages, ToldEntries)
_P = TypeVar("_P", uuid.UUID, int)


class HubClient:
    """One hub, our key there, its keys here. Make one for a process: it is thread-safe.

    Every method raises HubUnavailable (send the same later), HubRefused (it will never be taken) or HubUntrusted
    (somebody else answered, or the hub is broken: nothing was used, tell the staff).
    """

    def __init__(
        self,
        base_url: str,
        *,
        signer: Signer,
        hub_keys: PublicKeys,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        """``base_url`` is scheme and authority only. Raise ValueError for another, or one that anybody could read."""
        self._base_url = _checked(base_url)
        self._signer = signer
        self._hub_keys = hub_keys
        self._seconds = total_seconds
        self._client = httpx.Client(
            transport=Transport(connections=CONNECTIONS, kept=CONNECTIONS, keep_seconds=KEEP_SECONDS),
            timeout=httpx.Timeout(total_seconds, connect=connect_seconds, pool=connect_seconds),
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "kuaiji-wire"},
            follow_redirects=False,
            trust_env=False,
        )
        weakref.finalize(self, self._client.close)

    def send(self, message: Message, *, id: uuid.UUID, sent_at: dt.datetime) -> Answer:
        """Tell the hub; the same ``id`` and message again gives the same answer. A refusal is an answer, no error."""
        answer = self._post(MESSAGES, Envelope.of(message, id=id, sent_at=sent_at), Answer)
        if answer.id != id or not answer.fits(message.topic):
            raise HubUntrusted("other_answer")
        return answer

    def feed(self, *, after: int, limit: int = FEED_LIMIT) -> Feed:
        """What the hub tells us from number ``after`` + 1 on, in order. Envelopes are still to be parsed."""
        feed = self._ask(self._page(FEED, after, limit), Feed)
        if [entry.number for entry in feed.entries] != list(range(after + 1, after + 1 + len(feed.entries))):
            raise HubUntrusted("gap_in_feed")
        return feed

    def look_up(self, person: Person) -> Lookup:
        """Who holds the person, and what transfer is open."""
        return self._post(LOOKUPS, Question(person=person), Lookup)

    def match_transfer(self, person: Person, *, division_code: str | None) -> Match:
        """Whether the person is released to us and to that division."""
        return self._post(MATCHES, MatchQuestion(person=person, division_code=division_code), Match)

    def record_book(self, *, after: uuid.UUID, limit: int = BOOK_LIMIT) -> HeldRecords:
        """Whom the hub has as held by us, by record id."""
        page = self._ask(self._page(RECORD_BOOK, after, limit), HeldRecords)
        return _in_order(page, after, [entry.record_id for entry in page.entries])

    def transfer_book(self, *, after: uuid.UUID, limit: int = BOOK_LIMIT) -> KnownTransfers:
        """Every transfer from us or to us."""
        page = self._ask(self._page(TRANSFER_BOOK, after, limit), KnownTransfers)
        return _in_order(page, after, [entry.transfer_id for entry in page.entries])

    def message_book(self, *, after: uuid.UUID, limit: int = BOOK_LIMIT) -> KeptMessages:
        """Every message of ours that the hub has answered."""
        page = self._ask(self._page(MESSAGE_BOOK, after, limit), KeptMessages)
        return _in_order(page, after, [entry.message_id for entry in page.entries])

    def feed_book(self, *, after: int, limit: int = BOOK_LIMIT) -> ToldEntries:
        """What is in our feed, without what was said."""
        page = self._ask(self._page(FEED_BOOK, after, limit), ToldEntries)
        return _in_order(page, after, [entry.number for entry in page.entries])

    def _page(self, path: str, after: uuid.UUID | int, limit: int) -> Request:
        return Request("GET", f"{self._base_url}{path}?after={after}&limit={limit}")

    def _post(self, path: str, shape: Shape, wanted: type[_S]) -> _S:
        body = canonical.dump(shape.plain())
        if len(body) > MESSAGE_CAP:
            raise HubRefused(TooLarge.code, TooLarge.message)
        return self._ask(Request("POST", self._base_url + path, body=body), wanted)

    def _ask(self, request: Request, wanted: type[_S]) -> _S:
        response = self._exchange(self._signer.sign_request(request))
        try:
            verify_response(response, keys=self._hub_keys)
        except BadSignature as error:
            if response.status_code in _LATER:
                raise HubUnavailable(f"status_{response.status_code}") from None
            raise HubUntrusted(error.code) from None
        return _read(response, wanted)

    def _exchange(self, request: Request) -> Response:
        """Ask once, never a second time."""
        try:
            with (
                at_most(self._seconds),
                self._client.stream(
                    request.method, request.url, content=request.body or None, headers=dict(request.headers)
                ) as got,
            ):
                return Response(got.status_code, request, dict(got.headers), _body_of(got))
        # What httpx says may quote the address or the answer, so it is not carried along.
        except httpx.TimeoutException:
            raise HubUnavailable("timeout") from None
        except httpx.HTTPError:
            raise HubUnavailable("connection") from None


def _checked(base_url: str) -> str:
    parts = urlsplit(base_url)
    if base_url.rstrip("/") != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc or not parts.hostname:
        raise ValueError("the hub's address must be scheme and authority only, such as https://hub.example")
    if parts.scheme != "https" and (parts.scheme != "http" or not _is_loopback(parts.hostname)):
        raise ValueError("the hub's address must begin with https:// (http:// only on this machine)")
    return base_url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_order(page: _B, after: _P, places: list[_P]) -> _B:
    """A page of a book whose reader may go on from its last place. Raises HubUntrusted when it leads nowhere."""
    is_rising = True
    for place in places:
        is_rising, after = is_rising and after < place, place
    if not is_rising or (page.more and not places):
        raise HubUntrusted("unordered_book")
    return page


def _body_of(got: httpx.Response) -> bytes:
    if got.headers.get("content-encoding", "identity") != "identity":
        raise HubUntrusted("encoded")  # unpacking could turn a small answer into a huge one
    body = bytearray()
    for chunk in got.iter_raw():
        body += chunk
        if len(body) > ANSWER_CAP:
            raise HubUntrusted("too_large")
    return bytes(body)


def _read(response: Response, wanted: type[_S]) -> _S:
    """What a proven answer says."""
    try:
        canonical.load(response.body)
        if response.status_code == 200:
            return wanted.read(response.body)
        fault = Fault.read(response.body)
    except WireError:
        raise HubUntrusted("bad_answer") from None
    if fault.code == OverQuota.code:
        raise HubOverQuota
    if response.status_code in _LATER or response.status_code == 401:
        raise HubUnavailable(fault.code)  # 401: our clock or key is wrong, and no message is to be given up for that
    if not 400 <= response.status_code < 500:
        raise HubUntrusted(f"status_{response.status_code}")
    raise HubRefused(fault.code, fault.message, fault.field)
