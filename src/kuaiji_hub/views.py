"""The addresses of the wire: who is proven to ask, one service, a signed answer."""

import re
import uuid
from collections.abc import Callable
from typing import Protocol

from django.http import HttpRequest, HttpResponse

from kuaiji.common import clock
from kuaiji_hub.door import door, said
from kuaiji_hub.services import books, counts, feed, messages, questions
from kuaiji_signed.canonical import load
from kuaiji_wire.answers import FEED_LIMIT, MatchQuestion, Question
from kuaiji_wire.books import BOOK_LIMIT
from kuaiji_wire.errors import BadMessage
from kuaiji_wire.shapes import Shape
from kuaiji_wire.signing import Request, Response, Verified

_BY_NUMBER = re.compile(r"[^?]*\?after=(0|[1-9][0-9]{0,14})(?:&limit=([1-9][0-9]{0,3}))?")
_BY_ID = re.compile(r"[^?]*\?after=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:&limit=([1-9][0-9]{0,3}))?")


def _asked_from(asked: Request, pattern: re.Pattern[str], most: int) -> tuple[str, int]:
    """``after`` and how many are wanted. Raises BadMessage."""
    query = pattern.fullmatch(asked.url)
    if query is None:
        raise BadMessage("after")
    return query[1], min(int(query[2] or most), most)


def _feed(asked: Request, verified: Verified) -> Response:
    after, limit = _asked_from(asked, _BY_NUMBER, FEED_LIMIT)
    return said(asked, feed.read(platform=verified.sender, after=int(after), limit=limit))


def _feed_book(asked: Request, verified: Verified) -> Response:
    after, limit = _asked_from(asked, _BY_NUMBER, BOOK_LIMIT)
    return said(asked, books.feed(platform=verified.sender, after=int(after), limit=limit))


class _Book(Protocol):
    """A book that is ordered by id."""

    def __call__(self, *, platform: str, after: uuid.UUID, limit: int) -> Shape: ...


def _book(read: _Book) -> Callable[[HttpRequest], HttpResponse]:
    def tell(asked: Request, verified: Verified) -> Response:
        after, limit = _asked_from(asked, _BY_ID, BOOK_LIMIT)
        return said(asked, read(platform=verified.sender, after=uuid.UUID(after), limit=limit))

    return door("GET", tell)


def _look_up(asked: Request, verified: Verified) -> Response:
    load(asked.body)
    found = questions.look_up(Question.read(asked.body))
    counts.asked(verified.sender, found.verdict, at=clock.now())
    return said(asked, found)


def _match(asked: Request, verified: Verified) -> Response:
    load(asked.body)
    found = questions.match(MatchQuestion.read(asked.body), asker=verified.sender)
    counts.asked(verified.sender, found.verdict, at=clock.now())
    return said(asked, found)


take_message = door("POST", messages.take)
tell_feed = door("GET", _feed)
look_up = door("POST", _look_up)
match_transfer = door("POST", _match)
tell_records = _book(books.records)
tell_transfers = _book(books.transfers)
tell_messages = _book(books.messages)
tell_feed_book = door("GET", _feed_book)
