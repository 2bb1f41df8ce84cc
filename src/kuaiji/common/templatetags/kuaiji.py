"""Template tags of the look: ``{% load kuaiji %}``. How to use them: docs/look.md."""

from django import template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from kuaiji.common import icons, markup
from kuaiji.common.pills import Tone, tone_of
from kuaiji.common.stay import Said

register = template.Library()


@register.simple_tag
def field(bound: BoundField, *, optional: bool = True, said: Said | None = None) -> SafeString:
    """One form field; ``optional=False`` leaves out （选填） where a field is asked for under a condition.

    ``said`` is what stands beside it of what was just done; the field is then what comes next (kuaiji.common.stay).
    """
    return markup.render_field(bound, say_optional=optional, said=said or None)


@register.simple_tag
def error_summary(*forms: "markup.FormOrSet | None") -> SafeString:
    """All faults of the page's forms and formsets in one box; nothing when there are none."""
    return markup.render_error_summary(forms)


@register.simple_block_tag
def banner(content: SafeString, kind: str = "", *, role: str = "") -> SafeString:
    """A message about the page: ``{% banner "wait" %}<p>…</p>{% endbanner %}``.

    ``kind`` is one of ``markup.BANNERS``; ``role`` is ``status`` or ``alert`` where a screen reader has to say it by
    itself. Raises ValueError for anything else.
    """
    return markup.render_banner(content, kind, role)


@register.simple_block_tag(takes_context=True)
def groups(context: template.Context, content: SafeString) -> SafeString:
    """A form's questions: in 大字版 one ``k-screen`` a screen (kuaiji.common.groups), all of them after a fault."""
    return markup.ways_between_groups(content) if context["elder"] and not context["faulty"] else content


@register.simple_block_tag
def tight(content: SafeString) -> SafeString:
    """Put the lines of a sentence together without a blank: a line break between Chinese words would show as one."""
    return markup.join_lines(content)


@register.simple_tag
def pill(words: str, tone: str | None = None) -> SafeString:
    """A state as a pill: ``{% pill row.state.label %}``. Raises LookupError for words without a colour.

    ``tone`` for what is no state, as the number of what is new.
    """
    return markup.render_pill(words, tone_of(words) if tone is None else Tone(tone))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing of ``kuaiji.common.icons``."""
    return icons.icon(name)
