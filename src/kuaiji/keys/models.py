"""A random data key for each person: everything personal is sealed under it, in every table and file."""

import datetime as dt
import functools
import uuid

from django.db import models

from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import Box, keyring


class KeyDestroyed(Exception):
    """The person's data was erased by destroying its key."""


class PersonKeyQuerySet(models.QuerySet["PersonKey"]):
    def make(self) -> "PersonKey":
        """A new person's key, stored wrapped."""
        key_id = uuid7()
        wrapping_key, wrapped = keyring().new_person_key(key_id)
        return self.create(id=key_id, wrapping_key=wrapping_key, wrapped=wrapped)


class PersonKey(models.Model):
    """The key of one person. Its id also names the person across tables, without saying who it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_comment="public: random")
    wrapping_key = models.CharField(max_length=32, db_comment="internal: which key of the ring wraps this one")
    wrapped = models.BinaryField(null=True, db_comment="secret: the data key, sealed; null once destroyed")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="internal")
    destroyed_at = models.DateTimeField(null=True, db_comment="internal: erasure of everything personal")

    objects = PersonKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_key_wrapped_until_destroyed",
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
            )
        ]

    def destroy(self, *, at: dt.datetime) -> None:
        """Erase everything that is sealed under it, wherever it stands, for good."""
        self.wrapped, self.destroyed_at = None, at
        self.save(update_fields=["wrapped", "destroyed_at"])
        self.__dict__.pop("box", None)

    @functools.cached_property
    def box(self) -> Box:
        """Seals and opens this person's data; raises KeyDestroyed after erasure."""
        if self.wrapped is None:
            raise KeyDestroyed(self.id)
        return keyring().open_person_key(uuid.UUID(str(self.id)), self.wrapping_key, bytes(self.wrapped))
