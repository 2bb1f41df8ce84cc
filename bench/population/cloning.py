"""Rows for other people after those of a template: the text that COPY takes, with what differs filled in.

Whatever stands in a template's row and belongs to its person alone (ids, name, numbers, what they are found by) is a
slot, wherever it stands, inside sealed values too; the rest is the same text for all. Values are sealed and
fingerprints made by the functions of the product.
"""

import re
import uuid
from collections.abc import Mapping

from django.db import connection
from django.db.models import AutoField, Model
from psycopg import sql

from bench.population.moulds import Mould, Sealed, Table
from bench.population.personas import Pattern, Persona
from bench.population.templates import Template
from kuaiji.accountants.models import NameKey
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.storage import new_key
from kuaiji.common.ids import uuid7
from kuaiji.common.keyring import keyring
from kuaiji.common.pinyin import name_keys, sort_reading
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import User
from kuaiji.identity.people.fingerprints import document_fingerprints, number_fingerprints, phone_fingerprints
from kuaiji.keys.fields import SealedField
from kuaiji.keys.models import PersonKey
from kuaiji_wire.people import Document

NAME_KEYS = NameKey._meta.db_table
NULL = "\\N"
HEX = "\\\\x"


def mould_of(template: Template, place: int) -> Mould:
    """Read the template's rows, and find what in them is theirs."""
    rows = [(row, _line(row)) for found in template.rows for row in found.all()]
    user = template.user
    ids = dict.fromkeys(str(row.pk) for row, _ in rows if isinstance(row.pk, uuid.UUID))
    ids |= dict.fromkeys(map(str, (user.person_key_id, user.pk, user.record.pk)))
    slots = {text: f"u{at}" for at, text in enumerate(ids)}
    files = [row.storage_key for row, _ in rows if isinstance(row, Attachment)]
    tokens = {text: f"t{at}" for at, text in enumerate(files)}
    names = slots | tokens | _personal(user)
    sealed: list[Sealed] = []
    tables: dict[str, tuple[list[str], list[str]]] = {}
    for row, texts in rows:
        filled = [_sealed(row, column, text, names, sealed) if text != NULL else text for column, text in texts.items()]
        lines = tables.setdefault(row._meta.db_table, ([*texts], []))[1]
        if not isinstance(row, NameKey):  # as many as the name asks for
            lines.append("\t".join(filled) + "\n")
    pattern = Pattern(place, f"{user.record.personal.birth_date:%Y%m%d}", user.record.personal.gender)
    return Mould(
        pattern=pattern,
        key=slots[str(user.person_key_id)],
        slots=[*slots.values()],
        tokens=[*tokens.values()],
        sealed=sealed,
        tables=[Table(name, columns, lines) for name, (columns, lines) in tables.items()],
        found=(slots[str(user.record.pk)], user.record.division_code) if NAME_KEYS in tables else None,
    )


def rows_for(mould: Mould, someone: Persona, reference: str) -> dict[str, list[str]]:
    """The lines of one person by table, as COPY takes them."""
    values = {slot: str(uuid7()) for slot in mould.slots}
    values |= {slot: new_key() for slot in mould.tokens}
    document = Document(type="01", country="", number=someone.number)
    values |= {
        "reading": sort_reading(someone.name),
        "name": someone.name,
        "number": someone.number,
        "phone": someone.phone,
        "reference": reference,
    }
    for kind, made in (
        (FingerprintKind.DOCUMENT, document_fingerprints(document)),
        (FingerprintKind.NUMBER, number_fingerprints(someone.number)),
        (FingerprintKind.PHONE, phone_fingerprints(someone.phone)),
    ):
        values |= {f"{kind}_{key}": value.hex() for key, value in made.items()}
    if mould.sealed:
        ring, key_id = keyring(), uuid.UUID(values[mould.key])
        wrapping, wrapped = ring.new_person_key(key_id)
        values["wrapped"] = wrapped.hex()
        box = ring.open_person_key(key_id, wrapping, wrapped)
        for each in mould.sealed:
            plain = (each.plain % values).encode()
            values[each.slot] = box.seal(plain, each.label, uuid.UUID(values[each.row])).hex()
    rows = {table.name: [line % values for line in table.lines] for table in mould.tables}
    if mould.found:
        slot, place = mould.found
        rows[NAME_KEYS] = [f"{values[slot]}\t{place}\t{key}\t{shared}\n" for key, shared in name_keys(someone.name)]
    return rows


def _personal(user: User) -> dict[str, str]:
    """What stands for the person outside ids, and the slot of each."""
    names = {sort_reading(user.name): "reading", user.name: "name", user.document_number: "number", user.phone: "phone"}
    names[user.record.reference_number] = "reference"
    for kind, made in (
        (FingerprintKind.DOCUMENT, document_fingerprints(user.document)),
        (FingerprintKind.NUMBER, number_fingerprints(user.document.number)),
        (FingerprintKind.PHONE, phone_fingerprints(user.phone)),
    ):
        names |= {value.hex(): f"{kind}_{key}" for key, value in made.items()}
    return names


def _line(row: Model) -> dict[str, str]:
    """The row as COPY writes it, by column, without a number that the database gives."""
    columns = [str(field.column) for field in row._meta.concrete_fields if not isinstance(field, AutoField)]
    query = sql.SQL("COPY (SELECT {} FROM {} WHERE {} = {}) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier(row._meta.db_table),
        sql.Identifier(str(row._meta.pk.column)),
        sql.Literal(row.pk),
    )
    with connection.cursor() as cursor, cursor.copy(query) as messages:
        text = b"".join(bytes(message) for message in messages).decode().removesuffix("\n")
    return dict(zip(columns, text.split("\t"), strict=True))


def _sealed(row: Model, column: str, text: str, names: Mapping[str, str], sealed: list[Sealed]) -> str:
    """The text of one column with its slots; a sealed one is taken down, to be sealed for each person."""
    if isinstance(row, PersonKey) and column == "wrapped":
        return f"{HEX}%(wrapped)s"
    field = next(field for field in row._meta.concrete_fields if field.column == column)
    if not isinstance(field, SealedField):
        return _slotted(text, names)
    assert field.owner == "person_key", column
    plain = field.to_bytes(getattr(row, field.attname)).decode()
    made = Sealed(f"s{len(sealed)}", field.label, names[str(row.pk)], _slotted(plain, names))
    sealed.append(made)
    return f"{HEX}%({made.slot})s"


def _slotted(text: str, names: Mapping[str, str]) -> str:
    pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(pattern, lambda found: f"%({names[found[0]]})s", text.replace("%", "%%"))
