"""Queue what the national platform must hear of."""

import uuid

from kuaiji.exchange.models import OutboxMessage


def enqueue(*, topic: str, subject_id: uuid.UUID, version: int) -> None:
    """Add one message; the same topic, subject and version twice is one message."""
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                topic=topic, subject_id=subject_id, version=version, dedupe_key=f"{topic}:{subject_id}:{version}"
            )
        ],
        ignore_conflicts=True,
    )
