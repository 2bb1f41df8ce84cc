"""The forms that are kept unsent. Apps register theirs in ``apps.py``."""

import dataclasses

from kuaiji.common.registry import AppRegistry


@dataclasses.dataclass(frozen=True, slots=True)
class KeptForm:
    """One form: what its person calls it, and the name of its address."""

    title: str
    url_name: str


KEPT_FORMS: AppRegistry[str, KeptForm] = AppRegistry("form that is kept unsent")
