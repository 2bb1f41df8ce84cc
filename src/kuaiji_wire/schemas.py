"""JSON Schemas (2020-12) of everything on the wire, made from the models: ``python -m kuaiji_wire.schemas FOLDER``."""

import json
import pathlib
import sys
from typing import Any

from kuaiji_wire.answers import Answer, Fault, Feed, Lookup, Match, MatchQuestion, Question
from kuaiji_wire.books import HeldRecords, KeptMessages, KnownTransfers, ToldEntries
from kuaiji_wire.messages import MODELS, Envelope
from kuaiji_wire.shapes import Shape

SHAPES: dict[str, type[Shape]] = {
    "envelope": Envelope,
    **{f"{topic}.{version}": model for (topic, version), model in MODELS.items()},
    "answer": Answer,
    "fault": Fault,
    "feed": Feed,
    "lookup.question": Question,
    "lookup.answer": Lookup,
    "transfer-match.question": MatchQuestion,
    "transfer-match.answer": Match,
    "books.records": HeldRecords,
    "books.transfers": KnownTransfers,
    "books.messages": KeptMessages,
    "books.feed": ToldEntries,
}


def schema(name: str) -> dict[str, Any]:
    """The schema of one of ``SHAPES``."""
    made = SHAPES[name].model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": name}


def text(name: str) -> str:
    """Its file: ``<name>.schema.json``."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


def main(folder: pathlib.Path) -> None:
    """Write the file of every shape."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHAPES:
        (folder / f"{name}.schema.json").write_text(text(name), encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
