"""学历信息 (R3.3): the highest full-time schooling, and the highest part-time one if there is any."""

from typing import Any

from django import forms

from kuaiji.accountants import rules
from kuaiji.accountants.sections.fields import line
from kuaiji.accountants.sections.forms.base import SectionForm
from kuaiji.codelists.choices import degrees, education_levels, with_blank
from kuaiji.common.dates import Edge
from kuaiji.common.forms import DateField

PARTS = ("level", "degree", "school", "major", "enrolled_on", "graduated_on")


def _fields(mode: str, required: bool) -> dict[str, forms.Field]:
    graduated = f"{mode}毕业时间"
    return {
        "level": forms.ChoiceField(
            label=f"{mode}最高学历", required=required, choices=lambda: with_blank(education_levels())
        ),
        "degree": forms.ChoiceField(
            label=f"{mode}学位", required=required, choices=degrees, help_text="没有学位请选“无学位”"
        ),
        "school": line(f"{mode}毕业学校", limit=100, required=required),
        "major": line(f"{mode}所学专业", limit=100, required=False, help_text="中专以下学历可不填"),
        "enrolled_on": DateField(label=f"{mode}入学时间", required=False, month=Edge.FIRST),
        "graduated_on": DateField(label=graduated, required=required, help_text="例如 2012年7月", month=Edge.LAST),
        "second_degree": forms.BooleanField(label=f"{mode}取得第二学士学位或研究生班毕业", required=False),
    }


class EducationForm(SectionForm):
    """Full time required, part time optional as a whole. The fields are set below, six a mode."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._clean_mode("full_time")
        if any(data.get(f"part_time_{part}") for part in PARTS if part != "degree") or data.get(
            "part_time_second_degree"
        ):
            for part in ("level", "degree", "school", "graduated_on"):
                self.require(f"part_time_{part}")
            self._clean_mode("part_time")
        else:
            data["part_time_degree"] = ""
        return data

    def _clean_mode(self, mode: str) -> None:
        data = self.cleaned_data
        level, degree = data.get(f"{mode}_level"), data.get(f"{mode}_degree")
        if level:
            if rules.asks_major(level):
                self.require(f"{mode}_major")
            if degree:
                self.ask(lambda: rules.check_degree(level, degree, field=f"{mode}_degree"))
            if data.get(f"{mode}_second_degree"):
                self.ask(lambda: rules.check_second_degree(level, field=f"{mode}_second_degree"))
        self._clean_dates(mode)

    def _clean_dates(self, mode: str) -> None:
        data, enrolled = self.cleaned_data, f"{mode}_enrolled_on"
        for name in (enrolled, f"{mode}_graduated_on"):
            self.check_date(name)
        born, day = self.facts.birth_date, data.get(f"{mode}_graduated_on")
        if born and day and day < rules.birthday(born, rules.SCHOOL_AGE):
            self.add_error(
                f"{mode}_graduated_on",
                forms.ValidationError(f"毕业时间早于 {rules.SCHOOL_AGE} 周岁，请核对", code="too_early"),
            )
        begun = data.get(enrolled)
        if begun and day and enrolled not in self.errors:
            self.ask(lambda: rules.check_schooling(begun, day, birth_date=born, field=enrolled))


for _mode, _label, _required in (("full_time", "全日制", True), ("part_time", "非全日制", False)):
    for _name, _field in _fields(_label, _required).items():
        EducationForm.base_fields[f"{_mode}_{_name}"] = _field
