"""A peer of the exam check as many would build it: FastAPI, SQLAlchemy, asyncpg, uvicorn. Without audit and nonces."""

import os
from typing import Annotated, Any
from urllib.parse import parse_qs, unquote, urlsplit

from exam_common import COLUMNS, Refused, answer, check, fingerprint
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import URL, Column, LargeBinary, MetaData, Table, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import Integer, String

_url = urlsplit(os.environ["DATABASE_URL"])
_host = parse_qs(_url.query).get("host", [""])[0]
engine = create_async_engine(
    URL.create(
        "postgresql+asyncpg", unquote(_url.username or ""), unquote(_url.password or ""), _url.hostname or None,
        _url.port, _url.path[1:], {"host": _host} if _host else {},
    ),
    pool_size=8,
    max_overflow=0,
)  # fmt: skip
_KINDS: dict[str, Any] = {
    "confirmed_at": TIMESTAMP(timezone=True), "updated_at": TIMESTAMP(timezone=True), "version": Integer(),
    "qualifications": JSONB(), "education": JSONB(), "accounting_periods": JSONB(),
}  # fmt: skip
rows = Table(
    "accountants_examrow",
    MetaData(),
    Column("document_fingerprint", LargeBinary(), primary_key=True),
    *(Column(name, _KINDS.get(name, String())) for name in COLUMNS),
)
app = FastAPI()


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


async def checked(request: Request) -> None:
    """Raises HTTPException where the signature does not hold."""
    try:
        check(request.method, request.url.path, request.headers, await request.body())
    except (Refused, KeyError):
        raise HTTPException(401) from None


@app.post("/api/exam/v1/verifications")
async def single(request: Request, question: Question) -> dict[str, Any]:
    """One candidate."""
    await checked(request)
    asked = question.model_dump()
    async with engine.connect() as connection:
        found = await connection.execute(select(rows).where(rows.c.document_fingerprint == fingerprint(asked)))
        row = found.mappings().first()
    return answer(asked, row and dict(row))


@app.post("/api/exam/v1/verifications/batch")
async def batch(request: Request, questions: Questions) -> dict[str, Any]:
    """Up to a thousand."""
    await checked(request)
    asked = [each.model_dump() for each in questions.candidates]
    prints = [fingerprint(each) for each in asked]
    async with engine.connect() as connection:
        found = await connection.execute(select(rows).where(rows.c.document_fingerprint.in_(prints)))
        by_print = {bytes(row["document_fingerprint"]): dict(row) for row in found.mappings()}
    return {"answers": [answer(each, by_print.get(made)) for each, made in zip(asked, prints, strict=True)]}
