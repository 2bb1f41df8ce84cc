"""The one shape of an identity, from the form to the wire: whose document, and whom a message is about.

On the wire a person is flat (``name``, ``document_type``, ``document_country``, ``document_number``) as published;
only the edge sees that form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Self

from pydantic import Field, GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema, core_schema

from kuaiji_wire.shapes import NO_CONTROL, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """证件: ``type`` is a code of document_types.csv, ``country`` the issuer of a foreign passport, else empty.

    Trusted: ``kuaiji.common.documents`` checks a number once, where it was typed.
    """

    type: str
    country: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Name and document of somebody. Made anywhere without a check; checked again at the edge of the wire."""

    name: str = field(repr=False)
    document: Document

    @classmethod
    def from_flat(cls, values: Mapping[str, str]) -> Self:
        """From the flat form. Raises KeyError."""
        document = Document(
            type=values["document_type"], country=values["document_country"], number=values["document_number"]
        )
        return cls(name=values["name"], document=document)

    def flat(self) -> dict[str, str]:
        """As the wire, and JSON that we keep, has it."""
        return {
            "name": self.name,
            "document_type": self.document.type,
            "document_country": self.document.country,
            "document_number": self.document.number,
        }

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In JSON the flat form, in Python a Person; both within the bounds of the wire."""
        return core_schema.no_info_wrap_validator_function(
            _within_bounds,
            handler.generate_schema(_Flat),
            serialization=core_schema.plain_serializer_function_ser_schema(cls.flat),
        )


# Made by hand so that schemas name it Person.
_Flat = create_model(
    "Person",
    __base__=Shape,
    __doc__="""Whom a message is about: name and document as the card prints them.

    Numbers are normalised (upper case, no blanks). ``document_country`` is the issuer of a foreign passport
    (GB/T 2659.1 alpha-3), else empty. The hub compares names after folding the variants of ``·``.
    """,
    name=Annotated[str, Field(min_length=1, max_length=50, pattern=NO_CONTROL)],
    document_type=Annotated[str, Field(pattern=r"^[0-9]{2}$")],
    document_country=Annotated[str, Field(pattern=r"^([A-Z]{3})?$")],
    document_number=Annotated[str, Field(min_length=1, max_length=40, pattern=NO_CONTROL)],
)


def _within_bounds(value: Any, read: Callable[[Any], Shape]) -> Person:
    if isinstance(value, Person):
        _Flat.model_validate(value.flat())
        return value
    return Person.from_flat(read(value).plain())
