"""The page stands where the person was (docs/adr/0072): what the server says for it, with script and without.

A button with ``data-stay`` is answered as ever; ``js/stay.js`` puts the answer in place and focuses what has
``data-next``. Without script the address leads there: ``back_to``, or the button's own ``formaction="#…"``.
"""

import dataclasses
from typing import Literal

from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What the field that comes next says of what was just done.

    Shown by ``{% field bound said=… %}`` in the colours of a banner of this ``kind``, above the control, to which the
    focus goes.
    """

    words: str
    kind: Literal["ok", "wait"] = "ok"


def back_to(page: str, field: str) -> HttpResponse:
    """To the page of this name, at the control of ``field``: the browser goes there and puts the cursor into it."""
    return redirect(f"{resolve_url(page)}#id_{field}")
