"""What both peers of FastAPI are asked, as pydantic reads it, and where their database is."""

import os
from typing import Annotated
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel, Field
from sqlalchemy import URL


class Candidate(BaseModel):
    """One person."""

    document_type: Annotated[str, Field(min_length=2, max_length=2)]
    document_number: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=50)]
    reference: Annotated[str | None, Field(max_length=64)] = None


class Exam(BaseModel):
    """Of which exam."""

    level: Annotated[str, Field(pattern="^[123]$")]
    year: Annotated[int, Field(ge=2020, le=2100)]
    division: str | None = None


class Question(Candidate):
    """About one."""

    exam: Exam


class Questions(BaseModel):
    """About many."""

    exam: Exam
    candidates: Annotated[list[Candidate], Field(min_length=1, max_length=1000)]


def database_url() -> URL:
    """As SQLAlchemy takes it."""
    url = urlsplit(os.environ["DATABASE_URL"])
    host = parse_qs(url.query).get("host", [""])[0]
    return URL.create(
        "postgresql+asyncpg", unquote(url.username or ""), unquote(url.password or ""), url.hostname or None,
        url.port, url.path[1:], {"host": host} if host else {},
    )  # fmt: skip
