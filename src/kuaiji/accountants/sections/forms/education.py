"""学历信息 (R3.3): the highest full-time schooling, and the highest part-time one if there is any."""

from typing import Any

from django import forms
from django.http import QueryDict

from kuaiji.accountants import rules
from kuaiji.accountants.sections.answers import Answers
from kuaiji.accountants.sections.fields import line
from kuaiji.accountants.sections.forms.base import SectionForm
from kuaiji.codelists.choices import BLANK, degrees, education_levels
from kuaiji.common.choices import FixedChoices
from kuaiji.common.dates import Edge
from kuaiji.common.forms import DateField

PARTS = ("level", "degree", "school", "major", "enrolled_on", "graduated_on", "second_degree")
BOX, SHOWN_TICKED, BOX_LABEL = "has_part_time", "had_part_time", "有非全日制学历"
_FIRST_DIGITS = "123456789"  # of the levels


def _fields(mode: str, required: bool) -> dict[str, forms.Field]:
    from_undergraduate = _asked_of(rules.asks_degree)
    way_out = "" if required else f"；没有的，请取消勾选“{BOX_LABEL}”"
    error_messages = {"required": f"请选择{mode}最高学历{way_out}"}
    level = forms.ChoiceField(
        label=f"{mode}最高学历",
        required=required,
        choices=FixedChoices(lambda: [BLANK, *education_levels()]),
        error_messages=error_messages,
        help_text="请选择已毕业的最高学历",
        widget=forms.Select(attrs={"data-grouped": "请选择", "data-within": "具体学历"}),
    )
    degree = forms.ChoiceField(
        label=f"{mode}学位",
        required=False,
        choices=degrees,
        help_text="没有学位的选“无学位”，列表里没有的选“学士”“硕士”或“博士”；本科以下学历不填",
        widget=forms.Select(attrs={"data-levels": from_undergraduate}),
    )
    major = line(
        f"{mode}所学专业",
        limit=100,
        required=False,
        help_text="高中、初中、小学学历可不填",
        widget=forms.TextInput(attrs={"data-levels": _asked_of(rules.asks_major)}),
    )
    graduated = DateField(
        label=f"{mode}毕业时间", required=required, help_text="例如 2012年7月，或 201207", month=Edge.LAST
    )
    return {
        "level": level,
        "degree": degree,
        "school": line(f"{mode}毕业学校", limit=100, required=required),
        "major": major,
        "enrolled_on": DateField(
            label=f"{mode}入学时间", required=False, help_text="例如 2008年9月，或 200809", month=Edge.FIRST
        ),
        "graduated_on": graduated,
        "second_degree": forms.BooleanField(
            label=f"{mode}取得第二学士学位或研究生班毕业",
            required=False,
            widget=forms.CheckboxInput(attrs={"data-levels": from_undergraduate}),
        ),
    }


def _asked_of(rule: Any) -> str:
    """The first digits of the levels of which ``rule`` says that something is asked, for the page's script."""
    return " ".join(digit for digit in _FIRST_DIGITS if rule(digit))


class EducationForm(SectionForm):
    """Full time required, part time optional as a whole. The fields of both modes are set below.

    The box 有非全日制学历 opens the second half. What is sent of it counts without the box too, but not where the page
    had shown it ticked: then somebody has taken the tick away.
    """

    has_part_time = forms.BooleanField(
        label=BOX_LABEL, required=False, help_text="自考、成人高考、电大（开放大学）、函授、网络教育等"
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(_settled(data), *args, **kwargs)
        self.initial.setdefault(BOX, bool(self.initial.get("part_time_level")))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._clean_mode("full_time")
        if data.pop(BOX, False):
            self._clean_mode("part_time")
        else:
            data["part_time_degree"] = ""
        return data

    def unasked(self, answers: Answers) -> frozenset[str]:
        """Nothing more of part time where there is none, and no 专业 where the level has none."""
        parts = {f"part_time_{part}" for part in (*PARTS, "second_degree") if part != "level"}
        names = set() if answers.get("part_time_level") else parts
        names |= {f"{mode}_major" for mode in ("full_time", "part_time") if not _has_major(answers, mode)}
        return frozenset(names)

    def _clean_mode(self, mode: str) -> None:
        for part in ("level", "school", "graduated_on"):
            self.require(f"{mode}_{part}")
        self._clean_level(mode)
        self._clean_dates(mode)

    def _clean_level(self, mode: str) -> None:
        data, degree = self.cleaned_data, f"{mode}_degree"
        if not (level := data.get(f"{mode}_level")):
            return
        if rules.asks_major(level):
            self.require(f"{mode}_major")
        if rules.asks_degree(level):
            self.require(degree)
        elif not data.get(degree):
            data[degree] = rules.NO_DEGREE
        if given := data.get(degree):
            self.ask(lambda: rules.check_degree(level, given, field=degree))
        if data.get(f"{mode}_second_degree"):
            self.ask(lambda: rules.check_second_degree(level, field=f"{mode}_second_degree"))

    def _clean_dates(self, mode: str) -> None:
        enrolled, graduated = f"{mode}_enrolled_on", f"{mode}_graduated_on"
        for name in (enrolled, graduated):
            self.check_date(name)
        born, day, begun = self.facts.birth_date, self.cleaned_data.get(graduated), self.cleaned_data.get(enrolled)
        if born and day and day < rules.birthday(born, rules.SCHOOL_AGE):
            words = f"毕业时间早于 {rules.SCHOOL_AGE} 周岁，请核对"
            self.add_error(graduated, forms.ValidationError(words, code="too_early"))
        if begun and day and enrolled not in self.errors:
            self.ask(lambda: rules.check_schooling(begun, day, birth_date=born, field=enrolled))

    @property
    def opens_full_time_enrolled_on(self) -> bool:
        """Whether 入学时间 is not folded away: it is told, refused, or the years of work depend on it."""
        name = "full_time_enrolled_on"
        return bool(self[name].value() or self.worked_before or name in (getattr(self, "_errors", None) or {}))

    @property
    def worked_before(self) -> str:
        """When accounting work began, in words, if that was before the full-time graduation that was saved or typed;
        empty else. The years between count only with 入学时间."""
        field, since = self.fields["full_time_graduated_on"], self.facts.works_since
        try:
            graduated = field.read(self["full_time_graduated_on"].value()) if isinstance(field, DateField) else None
        except forms.ValidationError:
            graduated = None
        before = since and graduated and rules.worked_before_graduation(since, graduated)
        return since.words if since and before else ""


def _settled(data: QueryDict | None) -> QueryDict | None:
    """What was posted, with the box as it is meant."""
    if data is None or data.get(BOX):
        return data
    told = [f"part_time_{part}" for part in PARTS if data.get(f"part_time_{part}")]
    settled = data.copy()
    if data.get(SHOWN_TICKED):
        for name in told:
            del settled[name]
    elif set(told) - {"part_time_degree"}:
        settled[BOX] = "on"
    return settled


def _has_major(answers: Answers, mode: str) -> bool:
    level = answers.get(f"{mode}_level")
    return bool(answers.get(f"{mode}_major")) or bool(level and rules.asks_major(level))


for _mode, _label, _required in (("full_time", "全日制", True), ("part_time", "非全日制", False)):
    if _mode == "part_time":
        EducationForm.base_fields[BOX] = EducationForm.base_fields.pop(BOX)  # stands before what it opens
    for _name, _field in _fields(_label, _required).items():
        EducationForm.base_fields[f"{_mode}_{_name}"] = _field
