"""The base of every shape on the wire, and the kinds of values they are made of."""

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kuaiji_wire.errors import BadMessage

NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"


class Shape(BaseModel):
    """A value of the wire: no member too many, no value turned into another kind, never changed once made."""

    # Errors quote no input: it may be anybody's personal data.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    @classmethod
    def read(cls, data: bytes, under: str = "") -> Self:
        """The shape in JSON ``data``. Raises BadMessage with the path of the first fault, below ``under``."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            path = [str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"]]
        raise BadMessage(".".join([under, *path] if under else path))

    def plain(self) -> dict[str, Any]:
        """As JSON values: what a body holds."""
        return self.model_dump(mode="json")


Moment = AwareDatetime
Day = dt.date
PlatformCode = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="code of a platform, such as 440000")]
DivisionCode = Annotated[
    str, Field(pattern=r"^[0-9]{6}(-[0-9A-Z]{2,4})?$", description="GB/T 2260, or a service area such as 440100-00")
]
Code = Annotated[str, Field(pattern=r"^[0-9A-Z]{0,6}$", description="code of a code list, empty where none is given")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
Year = Annotated[int, Field(ge=1900, le=2200)]
ShortText = Annotated[str, Field(max_length=100, pattern=NO_CONTROL)]
LongText = Annotated[str, Field(max_length=500, pattern=NO_CONTROL)]


class PlatformName(Shape):
    """A platform as people know it."""

    code: PlatformCode
    name: Annotated[str, Field(min_length=1, max_length=50, pattern=NO_CONTROL)]
