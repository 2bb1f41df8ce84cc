"""Fields drawn by Django's widget templates: what a page costs that is written with ``{{ field }}``."""

import functools

from django.forms.boundfield import BoundField
from django.template import Context, Template
from django.utils.safestring import SafeString

from kuaiji.common.stay import Said

FIELD = (
    '{% if field.is_hidden %}{{ field }}{% else %}<div class="k-field">{{ field.label_tag }}'
    '{% if field.help_text %}<p class="k-hint">{{ field.help_text }}</p>{% endif %}'
    "{% if field.errors %}{{ field.errors }}{% endif %}{{ field }}</div>{% endif %}"
)


def render_field(bound: BoundField, *, say_optional: bool = True, said: Said | None = None) -> SafeString:
    """In place of ``markup.render_field``: label, hint, fault and control of ``bound``."""
    return _template().render(Context({"field": bound}))


@functools.cache
def _template() -> Template:
    return Template(FIELD)
