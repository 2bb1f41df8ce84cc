"""Which version of a text a person has been shown and gone on with."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from kuaiji.audit.services import Operation, record_events
from kuaiji.common.locks import lock
from kuaiji.identity.enums import TextKey
from kuaiji.identity.events import TextAgreed
from kuaiji.identity.models import Agreement, User
from kuaiji.identity.texts import files
from kuaiji.identity.texts.files import Text


def texts_due(user: User) -> list[Text]:
    """The texts to show before ``user`` goes on: the privacy notice in force, and a new version of a text agreed to
    before. Who has not agreed to the collection notice at all meets it in the collection itself."""
    agreed = set(user.agreements.values_list("text", "version"))
    known = {text for text, _ in agreed}
    asked = [files.current_text(key) for key in TextKey if key == TextKey.PRIVACY or key in known]
    return [text for text in asked if (text.key, text.version) not in agreed]


def keep_agreement(*, user: User, key: TextKey, version: str, at: dt.datetime) -> None:
    """Keep that ``user`` agreed to this version; again changes nothing."""
    Agreement.objects.bulk_create([Agreement(user=user, text=key, version=version, at=at)], ignore_conflicts=True)


@transaction.atomic
def agree_to_texts(*, operation: Operation, user: User, shown: Iterable[Text]) -> None:
    """Keep that ``user`` has gone on with these versions; again changes nothing."""
    lock("agreement", user.pk.bytes)
    agreed = set(user.agreements.values_list("text", "version"))
    for text in shown:
        if (text.key, text.version) not in agreed:
            keep_agreement(user=user, key=text.key, version=text.version, at=operation.at)
            record_events(operation, TextAgreed(subject_id=user.pk, text=text.key, version=text.version))
