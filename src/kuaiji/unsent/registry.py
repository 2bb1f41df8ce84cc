"""The forms that are kept unsent. Apps register theirs in ``apps.py``."""

import dataclasses

from kuaiji.common.registry import AppRegistry


@dataclasses.dataclass(frozen=True, slots=True)
class KeptForm:
    """One form: what its person calls it, and the name of its address. ``reminded``: its person is told before what is
    kept of it goes; the collection tells of all its steps at once."""

    title: str
    url_name: str
    reminded: bool = True


KEPT_FORMS: AppRegistry[str, KeptForm] = AppRegistry("form that is kept unsent")
