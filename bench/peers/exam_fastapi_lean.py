"""FastAPI made as lean as it can be: SQLAlchemy's core on a table with the columns that are needed, no session, no
entity, no model of the answer. Beside ``exam_fastapi``, which is what a shop writes. Without audit and nonces."""

from typing import Any

from exam_asked import Question, Questions, database_url
from exam_common import COLUMNS, Refused, answer, check, fingerprint
from fastapi import FastAPI, HTTPException, Request
from sqlalchemy import Column, LargeBinary, MetaData, Table, select
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import Integer, String

engine = create_async_engine(database_url(), pool_size=8, max_overflow=0)
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
