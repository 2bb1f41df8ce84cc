"""Who stands under a document that the hub would refuse today, from before it looked."""

from collections.abc import Iterator

from kuaiji_hub import sealing
from kuaiji_hub.models import Person
from kuaiji_wire.errors import BadDocument
from kuaiji_wire.messages import AnyRecordReported, parse, read_envelope

CHUNK = 200


def unsound_documents() -> Iterator[tuple[Person, str]]:
    """People with the field that breaks the rule of documents, by their newest reports; in short statements."""
    rows = Person.objects.filter(report__isnull=False).select_related("report__data_key").order_by("pk")
    page = list(rows[:CHUNK])
    while page:
        for person in page:
            if field := _unsound(person):
                yield person, field
        page = list(rows.filter(pk__gt=page[-1].pk)[:CHUNK])


def _unsound(person: Person) -> str:
    assert person.report
    body = parse(read_envelope(person.report.plain_body))
    assert isinstance(body, AnyRecordReported)
    try:
        sealing.check_document(body.person, "person")
    except BadDocument as error:
        return error.field or ""
    return ""
