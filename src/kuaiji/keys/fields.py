"""A column whose content only the person's key opens.

The attribute reads and writes like a plain one; the database sees ciphertext. Anything that would carry the plain
value around the key (``update()``, ``bulk_update()``, filters) raises.
"""

import functools
import json
import uuid
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from kuaiji.common.keyring import Box, keyring


class Sealed(bytes):
    """Ciphertext, told apart from plain bytes by its type."""


class _SealedAttribute:
    """Opens on first reading; keeps the ciphertext until something else is assigned."""

    def __init__(self, field: "SealedField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = instance.__dict__[name] = self.field.unseal(instance, value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """Bytes sealed under the row's person key (``owner`` names the foreign key), or the service key if None.

    ``label`` is the stable name the ciphertext is bound to, together with the row's id; never change one that has
    been written.
    """

    def __init__(self, *args: Any, label: str = "", owner: str | None = "person_key", **kwargs: Any) -> None:
        self.label = label
        self.owner = owner
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.update(label=self.label, owner=self.owner)
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _SealedAttribute(self))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return Sealed(self._box(model_instance).seal(self.to_bytes(value), self.label, _row_id(model_instance)))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise FieldError(f"{self.label} is sealed: save the object, don't update or filter by it")
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.label} is sealed: it can't be searched, use a fingerprint")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.label} is sealed: it has no text form outside its row")

    def unseal(self, instance: models.Model, sealed: Sealed) -> Any:
        """The plain value; raises SealBroken when the ciphertext is not this row's."""
        return self.from_bytes(self._box(instance).unseal(sealed, self.label, _row_id(instance)))

    def to_bytes(self, value: Any) -> bytes:
        return bytes(value)

    def from_bytes(self, value: bytes) -> Any:
        return value

    def _box(self, instance: models.Model) -> Box:
        return getattr(instance, self.owner).box if self.owner else _service_box()


class SealedTextField(SealedField):
    def to_bytes(self, value: str) -> bytes:
        return value.encode()

    def from_bytes(self, value: bytes) -> str:
        return value.decode()


class SealedJSONField(SealedField):
    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def from_bytes(self, value: bytes) -> Any:
        return json.loads(value)


def _row_id(instance: models.Model) -> uuid.UUID:
    """What the ciphertext is bound to; a row that is numbered by its number."""
    return instance.pk if isinstance(instance.pk, uuid.UUID) else uuid.UUID(int=instance.pk)


@functools.cache
def _service_box() -> Box:
    return keyring().service_box()
