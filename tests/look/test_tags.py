"""The tags around pieces of a page: {% banner %} and {% tight %}."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template

from kuaiji.common.markup import BANNERS

pytestmark = pytest.mark.usefixtures("template")  # preparing the house collects the static files


def render(source: str, **values: object) -> str:
    return Template("{% load kuaiji %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("tag", "opening"),
    [
        ("banner", '<div class="k-banner">'),
        ('banner "ok" role="status"', '<div class="k-banner ok" role="status">'),
        ('banner "wait"', '<div class="k-banner wait">'),
        ('banner "bad" role="alert"', '<div class="k-banner bad" role="alert">'),
        ('banner "stale"', '<div class="k-banner wait k-stale" id="error-summary" role="alert" tabindex="-1">'),
    ],
)
def test_a_banner_says_its_kind_and_its_role(tag: str, opening: str) -> None:
    assert render(f"{{% {tag} %}}<p>等待核验</p>{{% endbanner %}}") == f"{opening}<p>等待核验</p></div>"


@pytest.mark.parametrize("tag", ['banner "oK"', 'banner "wait" role="banner"', 'banner "wait k-stale"'])
def test_a_banner_that_the_look_does_not_have_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="no banner"):
        render(f"{{% {tag} %}}<p>甲</p>{{% endbanner %}}")


def test_every_kind_of_banner_is_in_the_theme() -> None:
    theme = Path(finders.find("kuaiji/css/theme.css") or "").read_text("utf-8")
    classes = {name for attributes in BANNERS.values() for name in attributes.split('"')[1].split()}
    assert classes == {"k-banner", "k-stale", "ok", "wait", "bad"}
    assert all(f".k-banner.{name} " in theme for name in ("ok", "wait", "bad")) and ".k-stale:" in theme


def test_values_in_a_banner_and_in_a_sentence_are_escaped_once() -> None:
    for tag in ("banner", "tight"):
        shown = render(f"{{% {tag} %}}<b>{{{{ name }}}}</b>{{% end{tag} %}}", name="<i>&")
        assert "<b>&lt;i&gt;&amp;</b>" in shown


def test_a_tight_sentence_has_no_blank_where_its_lines_met() -> None:
    source = """{% tight %}
    <p>请到
    {% if there %}<a href="/">甲</a>{% endif %}
    办理；
    　A B。</p>
    {% endtight %}"""
    assert render(source, there=True) == '<p>请到<a href="/">甲</a>办理；　A B。</p>'
