"""Form fields and their faults as HTML, built in Python: Django's widget templates cost several times as much.

Django's standard widgets only say what a field is; their templates are never rendered. Faults show once the view
has asked ``is_valid()``, so a page that only adds a row keeps quiet.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from kuaiji.common.choices import FixedChoices
from kuaiji.common.groups import with_ways
from kuaiji.common.stay import Said

if TYPE_CHECKING:
    FormOrSet = BaseForm | BaseFormSet[BaseForm]

# Keyboards and fillers a widget brings along unless its attrs say otherwise.
_TYPES: dict[str, tuple[str, dict[str, str]]] = {
    "text": ("text", {}),
    "search": ("search", {}),
    "date": ("text", {}),
    "number": ("text", {"inputmode": "numeric"}),
    "email": ("email", {"inputmode": "email", "autocomplete": "email", "spellcheck": "false"}),
    "tel": ("tel", {"autocomplete": "tel"}),
    "password": ("password", {"autocomplete": "current-password"}),
}

# What a banner says by its colour: nothing, done, wait or mind, gone wrong. A stale one stands for the error summary.
BANNERS = {
    "": 'class="k-banner"',
    "ok": 'class="k-banner ok"',
    "wait": 'class="k-banner wait"',
    "bad": 'class="k-banner bad"',
    "stale": 'class="k-banner wait k-stale" id="error-summary" role="alert" tabindex="-1"',
}
_LINE_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_ROLES = {"": "", "status": ' role="status"', "alert": ' role="alert"'}


def render_banner(content: SafeString, kind: str, role: str) -> SafeString:
    """``content`` as a message about the page; raises ValueError for a kind or a role that this look does not have."""
    if kind not in BANNERS or role not in _ROLES:
        raise ValueError(f"there is no banner {kind!r} with role {role!r}")
    return _safe(f"<div {BANNERS[kind]}{_ROLES[role]}>{content}</div>")


def render_pill(words: str, tone: str) -> SafeString:
    """``words`` as a state; ``tone`` is its colour (kuaiji.common.pills)."""
    css = f"k-status {tone}" if tone else "k-status"
    return _safe(f'<span class="{css}">{conditional_escape(words)}</span>')


def join_lines(html: SafeString) -> SafeString:
    """``html`` on one line, its line breaks and the blanks around them gone."""
    return _safe(_LINE_BREAK.sub("", html))


def ways_between_groups(html: SafeString) -> SafeString:
    """``html`` of a form's questions with links from group to group (kuaiji.common.groups)."""
    return _safe(with_ways(html))


@dataclasses.dataclass(frozen=True)
class PicturedHint:
    """The ``hint`` of a picture beside a ``drawing`` (a static file) of what it ``shows``; ``size`` in CSS pixels.

    Forms are checked where no page is shown too: the file is asked for when the hint is.
    """

    hint: Any
    drawing: str
    size: tuple[int, int]
    shows: str

    def __html__(self) -> str:
        width, height = self.size
        size = f'width="{width}" height="{height}"'
        image = f'<img src="{escape(static(self.drawing))}" {size} alt="示例：{escape(self.shows)}">'
        return _safe(f'<span class="k-example">{image}<span>{conditional_escape(self.hint)}</span></span>')

    def __str__(self) -> str:
        return self.__html__()


def render_field(bound: BoundField, *, say_optional: bool = True, said: Said | None = None) -> SafeString:
    """Label, hint, fault and control of ``bound``, and between them what was ``said`` by who leads there.

    Raises TypeError for a widget this look does not know.
    """
    widget = bound.field.widget
    if widget.is_hidden:
        return _safe(f'<input type="hidden"{_identity(bound)} value="{_text(bound.value())}">')
    name = escape(bound.html_name)
    fault = _faults(bound)
    hint = f'<p class="k-hint" id="hint-{name}">{conditional_escape(bound.help_text)}</p>' if bound.help_text else ""
    error = f'<p class="k-error" id="error-{name}">{"<br>".join(fault)}</p>' if fault else ""
    told = _told(said, name)
    described = " ".join(
        part for part in (hint and f"hint-{name}", error and f"error-{name}", told and f"said-{name}") if part
    )
    aria = f' aria-describedby="{described}"' if described else ""
    invalid = ' aria-invalid="true"' if fault else ""
    optional = '<span class="k-optional">（选填）</span>' if say_optional and not bound.field.required else ""
    label = f"{conditional_escape(bound.label)}{optional}"
    css = "k-field bad" if fault else "k-field"
    if isinstance(widget, forms.RadioSelect):  # CheckboxSelectMultiple is one too
        return _safe(_group(bound, widget, css, label, hint + error + told, aria, invalid))
    if told:
        aria += " data-next"
    if bound.field.required:
        aria += ' aria-required="true"'
    if isinstance(widget, forms.CheckboxInput):
        return _safe(_checkbox(bound, widget, css, hint + error + told, aria + invalid))
    control = _control(bound, widget, aria + invalid)
    return _safe(
        f'<div class="{css}"><label for="{_id(bound)}">{label}</label>{hint}{error}{told}{control}</div>',
    )


def _told(said: Said | None, name: str) -> str:
    if said is None:
        return ""
    words = conditional_escape(said.words)
    return f'<p class="k-banner k-beside {said.kind}" id="said-{name}" role="status">{words}</p>'


def render_error_summary(forms_and_sets: Iterable["FormOrSet | None"]) -> SafeString:
    """One box naming every fault, each with a link to its field; empty without faults (U-17).

    Headed by the ``heading`` of a form that has one, and by 没有办成 where nothing on the page can be mended.
    """
    shown = [item for item in forms_and_sets if item is not None]
    lines = [line for item in shown for line in _lines(item)]
    if not lines:
        return _safe("")
    return _safe(
        '<div class="k-summary" id="error-summary" role="alert" tabindex="-1">'
        f"<h2>{_heading(shown, lines)}</h2><ul>{''.join(lines)}</ul></div>"
    )


def _heading(shown: Iterable["FormOrSet"], lines: list[str]) -> str:
    if given := next((words for item in shown if (words := getattr(item, "heading", ""))), ""):
        return escape(given)
    return f"有 {len(lines)} 处需要修改" if any("<a " in line for line in lines) else "没有办成"


def _lines(item: "FormOrSet") -> list[str]:
    if isinstance(item, BaseFormSet):
        own = getattr(item, "_non_form_errors", None) or ()
        lines = [f"<li>{conditional_escape(message)}</li>" for message in own]
        return lines + [line for form in item.forms for line in _lines(form)]
    lines = []
    errors = getattr(item, "_errors", None) or {}
    order = [*item.fields, *errors.keys() - item.fields.keys()]
    for name, messages in sorted(errors.items(), key=lambda fault: order.index(fault[0])):
        target = _target(item[name]) if name in item.fields else ""
        for message in messages:
            text = conditional_escape(message)
            lines.append(f'<li><a href="#{target}">{text}</a></li>' if target else f"<li>{text}</li>")
    return lines


def _target(bound: BoundField) -> str:
    """The id of the first control a fault can be mended in; empty for a hidden field."""
    widget = bound.field.widget
    if widget.is_hidden:
        return ""
    return f"{_id(bound)}_0" if isinstance(widget, forms.RadioSelect) else _id(bound)


def _faults(bound: BoundField) -> list[str]:
    errors = getattr(bound.form, "_errors", None)
    return [conditional_escape(message) for message in errors.get(bound.name, ())] if errors else []


def _control(bound: BoundField, widget: forms.Widget, aria: str) -> str:
    if isinstance(widget, forms.Textarea):
        # HTML drops the first line break of a textarea, so one is given for it to drop.
        return f"<textarea{_attributes(bound, widget)}{aria}>\n{_text(bound.value())}</textarea>"
    if isinstance(widget, forms.Select) and not widget.allow_multiple_selected:
        return f"<select{_attributes(bound, widget)}{aria}>{_options(widget, _text(bound.value()))}</select>"
    if isinstance(widget, forms.FileInput):
        return _file(bound, widget, aria)
    kind = getattr(widget, "input_type", "")
    if kind not in _TYPES:
        raise TypeError(f"{type(widget).__name__} has no look of its own")
    kind, defaults = _TYPES[kind]
    if isinstance(widget, forms.PasswordInput):
        value = ""
    else:
        value = f' value="{text}"' if (text := _text(bound.value())) else ""
    return f'<input type="{kind}"{_attributes(bound, widget, defaults=defaults)}{value}{aria}>'


def _options(widget: forms.Select, chosen: str) -> str:
    """The options, the one of the escaped value ``chosen`` selected."""
    choices = widget.choices
    before, options = choices.drawn(_draw_options) if isinstance(choices, FixedChoices) else _draw_options(choices)
    return before + options.replace(f'<option value="{chosen}">', f'<option value="{chosen}" selected>')


def _draw_options(choices: Iterable[Any]) -> tuple[str, str]:
    """What stands before them, and the options, none selected."""
    options, has_empty = [], False
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            inner = "".join(_option(code, text) for code, text in label)
            options.append(f'<optgroup label="{escape(str(value))}">{inner}</optgroup>')
        else:
            has_empty = has_empty or value in (None, "")
            options.append(_option(value, label))
    # Without an empty first line the browser would choose for the person.
    return "" if has_empty else '<option value="">请选择</option>', "".join(options)


def _option(value: Any, label: Any) -> str:
    return f'<option value="{_text(value)}">{escape(str(label))}</option>'


def _group(
    bound: BoundField, widget: forms.RadioSelect, css: str, label: str, notes: str, aria: str, invalid: str
) -> str:
    """Radio buttons or check boxes as cards. Only a radio group may carry the states itself (ARIA 1.2)."""
    value, identity, name = bound.value(), _id(bound), escape(bound.html_name)
    radio = widget.input_type == "radio"
    chosen = {_text(item) for item in (value if isinstance(value, (list, tuple, set)) else [value])}
    extra = _extra(bound, widget.attrs) + ("" if radio else invalid)
    hints = getattr(widget, "hints", {})
    cards = "".join(
        f'<label class="k-choice"><input type="{widget.input_type}" name="{name}" id="{identity}_{index}"'
        f' value="{_text(code)}"{" checked" if _text(code) in chosen else ""}{extra}>'
        f"<span>{conditional_escape(str(text))}{_explained(hints.get(code))}</span></label>"
        for index, (code, text) in enumerate(widget.choices)
    )
    role = ' role="radiogroup"' if radio else ""
    if radio:
        aria += invalid + (' aria-required="true"' if bound.field.required else "")
    return (
        f'<fieldset class="{css}" id="{identity}"{role}{aria}><legend>{label}</legend>{notes}'
        f'<div class="k-choices">{cards}</div></fieldset>'
    )


def _explained(hint: str | None) -> str:
    return f"<small>{conditional_escape(hint)}</small>" if hint else ""


def _checkbox(bound: BoundField, widget: forms.CheckboxInput, css: str, notes: str, aria: str) -> str:
    checked = " checked" if widget.check_test(bound.value()) else ""
    extra = _extra(bound, widget.attrs)
    return (
        f'<div class="{css}">{notes}<label class="k-choice">'
        f'<input type="checkbox"{_identity(bound)}{checked}{extra}{aria}>'
        f"<span>{conditional_escape(bound.label)}</span></label></div>"
    )


def _file(bound: BoundField, widget: forms.FileInput, aria: str) -> str:
    """A file control; ``form.received[name] = {"url", "label"}`` shows what has already come."""
    before = ""
    if received := getattr(bound.form, "received", {}).get(bound.name):
        url, label = escape(received["url"]), escape(str(received["label"]))
        before = (  # beside the form: one looks at it while one types
            f'<div class="k-received"><a href="{url}" target="_blank">'
            f'<img src="{url}" alt="{conditional_escape(bound.label)}预览"></a>'
            f'<p>已收到 {label}<br><a href="{url}" target="_blank">查看</a></p></div>'
            f'<p class="k-hint">重新选择（不更换可留空）</p>'
        )
    return f'{before}<input type="file"{_attributes(bound, widget, css="k-input k-file")}{aria}>'


def _attributes(
    bound: BoundField, widget: forms.Widget, *, css: str = "k-input", defaults: dict[str, str] | None = None
) -> str:
    own = widget.attrs
    if extra := own.get("class"):
        css = f"{css} {extra}"
    attrs = {**defaults, **own} if defaults else own
    return f'{_identity(bound)} class="{escape(css)}"{_extra(bound, attrs)}'


def _extra(bound: BoundField, attrs: dict[str, Any]) -> str:
    """The widget's further attributes; what this module says itself is left out."""
    text = "".join(
        f" {key}" if value is True else f' {key}="{escape(str(value))}"'
        for key, value in attrs.items()
        if value is not None and value is not False and key not in ("class", "id", "required")
    )
    return text + " disabled" if bound.field.disabled else text


def _identity(bound: BoundField) -> str:
    return f' id="{_id(bound)}" name="{escape(bound.html_name)}"'


def _id(bound: BoundField) -> str:
    return escape(str(bound.field.widget.attrs.get("id") or bound.auto_id))


def _text(value: Any) -> str:
    """A value as an attribute or text: nothing for None, ISO for a date, as is (escaped) for the rest."""
    if value is None:
        return ""
    return escape(value.isoformat() if isinstance(value, dt.date) else str(value))


def _safe(html: str) -> SafeString:
    return mark_safe(html)
