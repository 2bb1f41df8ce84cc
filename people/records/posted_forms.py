"""Posted forms as Django sees them."""

from collections.abc import Mapping

from django.http import QueryDict


def query_dict(fields: Mapping[str, str]) -> QueryDict:
    """``fields`` as if they had been posted."""
    data = QueryDict(mutable=True)
    data.update(dict(fields))
    return data
