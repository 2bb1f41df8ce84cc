"""One colour for each state: its words decide it, wherever they are shown."""

import re

import pytest
from django.db.models import TextChoices
from django.template import Context, Template

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.applications.enums import ApplicationState
from kuaiji.cases.enums import Standing
from kuaiji.changes.enums import NameState
from kuaiji.collection.enums import SubmissionState, WaitsFor
from kuaiji.common.pills import TONES, Tone, tone_of
from kuaiji.transfers.enums import InState, OutState
from kuaiji.transfers.workflow import HUB_WORDS
from tests.support.templates import TEMPLATES

STATES: tuple[type[TextChoices], ...] = (
    *(CollectionStatus, ApplicationState, NameState, SubmissionState, WaitsFor, InState, OutState, Standing),
)
TYPED = re.compile(r'{% pill "([^"]+)" %}')


def render(source: str, **values: object) -> str:
    return Template("{% load kuaiji %}" + source).render(Context(values))


@pytest.mark.parametrize("states", STATES, ids=lambda states: states.__name__)
def test_every_state_has_a_colour(states: type[TextChoices]) -> None:
    assert [str(label) for label in states.labels if label not in TONES] == []


def test_what_the_national_platform_does_has_a_colour() -> None:
    assert [words for words in ("未上报", *HUB_WORDS.values()) if words not in TONES] == []


def test_states_that_templates_name_have_a_colour() -> None:
    named = {words for path in TEMPLATES for words in TYPED.findall(path.read_text("utf-8"))}
    assert {"最新", "通过", "已完成"} <= named and named - TONES.keys() == set()


def test_no_words_have_two_colours_and_no_state_is_listed_in_vain() -> None:
    assert tone_of("审核通过") == tone_of("通过") == Tone.OK
    assert tone_of("调出中") == tone_of("待审核") == Tone.WAIT
    assert tone_of("填写中") == Tone.NOW and tone_of("审核不通过") == Tone.BAD and tone_of("已撤回") == Tone.PLAIN


def test_a_pill_says_its_words_and_its_colour() -> None:
    assert render("{% pill words %}", words="审核通过") == '<span class="k-status ok">审核通过</span>'
    assert render("{% pill words %}", words="未开始") == '<span class="k-status">未开始</span>'


def test_words_without_a_colour_are_refused() -> None:
    with pytest.raises(LookupError, match="审核中"):
        render("{% pill words %}", words="审核中")
