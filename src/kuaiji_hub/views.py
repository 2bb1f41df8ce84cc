"""The four addresses of the wire: who is proven to ask, one service, a signed answer."""

import re

from kuaiji_hub.door import door, said
from kuaiji_hub.services import feed, messages, questions
from kuaiji_wire.answers import FEED_LIMIT, MatchQuestion, Question
from kuaiji_wire.canonical import load
from kuaiji_wire.errors import BadMessage
from kuaiji_wire.signing import Request, Response, Verified

_QUERY = re.compile(r"[^?]*\?after=(0|[1-9][0-9]{0,14})(?:&limit=([1-9][0-9]{0,2}))?")


def _feed(asked: Request, verified: Verified) -> Response:
    query = _QUERY.fullmatch(asked.url)
    if query is None:
        raise BadMessage("after")
    limit = min(int(query[2] or FEED_LIMIT), FEED_LIMIT)
    return said(asked, feed.read(platform=verified.sender, after=int(query[1]), limit=limit))


def _look_up(asked: Request, verified: Verified) -> Response:
    load(asked.body)
    return said(asked, questions.look_up(Question.read(asked.body)))


def _match(asked: Request, verified: Verified) -> Response:
    load(asked.body)
    return said(asked, questions.match(MatchQuestion.read(asked.body), asker=verified.sender))


take_message = door("POST", messages.take)
tell_feed = door("GET", _feed)
look_up = door("POST", _look_up)
match_transfer = door("POST", _match)
