"""A peer of the exam check as a shop writes it: FastAPI, SQLAlchemy's ORM, asyncpg, uvicorn. Without audit and nonces.

An entity, a session of the request by ``Depends``, a model of the answer: FastAPI's tutorials on databases and response
models, SQLAlchemy's page on asyncio, and RuoYi-Vue3-FastAPI, whose engine and session these are (docs/adr/0126).
"""

import datetime as dt
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from exam_asked import Candidate, Question, Questions, database_url
from exam_common import Refused, check, fingerprint
from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel
from sqlalchemy import String, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine(database_url(), pool_size=8, max_overflow=0, pool_pre_ping=True)
Session = async_sessionmaker(bind=engine, autoflush=False, expire_on_commit=False)
app = FastAPI()


class Base(AsyncAttrs, DeclarativeBase):
    """Of all entities."""


class ExamRow(Base):
    """What the exam system is answered from."""

    __tablename__ = "accountants_examrow"

    record_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    document_fingerprint: Mapped[bytes]
    name: Mapped[str] = mapped_column(String(50))
    name_folded: Mapped[str]
    status: Mapped[str] = mapped_column(String(20))
    division_code: Mapped[str] = mapped_column(String(12))
    confirmed_at: Mapped[dt.datetime] = mapped_column(TIMESTAMP(timezone=True))
    updated_at: Mapped[dt.datetime] = mapped_column(TIMESTAMP(timezone=True))
    version: Mapped[int]
    qualifications: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    education: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSONB)
    name_change_pending: Mapped[bool]
    accounting_periods: Mapped[list[list[str | None]]] = mapped_column(JSONB)


class Qualification(BaseModel):
    """A title."""

    category: str
    level: str
    method: str
    obtained_on: dt.date | None = None
    obtained_on_precision: str | None = None


class Schooling(BaseModel):
    """The highest of one mode."""

    level: str
    degree: str | None = None
    second_degree: bool | None = None
    enrolled_on: dt.date | None = None
    enrolled_on_precision: str | None = None
    graduated_on: dt.date | None = None
    graduated_on_precision: str | None = None


class Answer(BaseModel):
    """What was found; nothing is judged."""

    outcome: str
    collection_status: str | None = None
    division_code: str | None = None
    updated_at: dt.datetime | None = None
    qualifications: list[Qualification] = []
    education: dict[str, Schooling] = {}
    accounting_periods: list[list[str | None]] = []


class Answers(BaseModel):
    """In the order of the candidates."""

    answers: list[Answer]


async def get_db() -> AsyncIterator[AsyncSession]:
    """The session of a request."""
    async with Session() as session:
        yield session


async def checked(request: Request) -> None:
    """Raises HTTPException where the signature does not hold."""
    try:
        check(request.method, request.url.path, request.headers, await request.body())
    except (Refused, KeyError):
        raise HTTPException(401) from None


Database = Annotated[AsyncSession, Depends(get_db)]


@app.post("/api/exam/v1/verifications", response_model=Answer, dependencies=[Depends(checked)])
async def single(question: Question, db: Database) -> Answer:
    """One candidate."""
    found = await db.execute(select(ExamRow).where(ExamRow.document_fingerprint == _print(question)))
    return _answer(question, found.scalars().first())


@app.post("/api/exam/v1/verifications/batch", response_model=Answers, dependencies=[Depends(checked)])
async def batch(questions: Questions, db: Database) -> Answers:
    """Up to a thousand."""
    prints = [_print(each) for each in questions.candidates]
    found = await db.execute(select(ExamRow).where(ExamRow.document_fingerprint.in_(prints)))
    rows = {row.document_fingerprint: row for row in found.scalars().all()}
    return Answers(
        answers=[_answer(each, rows.get(made)) for each, made in zip(questions.candidates, prints, strict=True)]
    )


def _print(candidate: Candidate) -> bytes:
    return fingerprint(candidate.model_dump(include={"document_type", "document_number"}))


def _answer(candidate: Candidate, row: ExamRow | None) -> Answer:
    if row is None:
        return Answer(outcome="not_found")
    if row.name_folded != candidate.name:
        return Answer(outcome="name_mismatch")
    return Answer.model_validate(
        {
            "outcome": "found",
            "collection_status": row.status,
            "division_code": row.division_code,
            "updated_at": row.updated_at,
            "qualifications": row.qualifications,
            "education": row.education,
            "accounting_periods": row.accounting_periods,
        }
    )
