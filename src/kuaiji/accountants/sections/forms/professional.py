"""专业技术信息 (R3.5) and 奖励信息 (R3.6)."""

from typing import Any

from django import forms

from kuaiji.accountants import rules
from kuaiji.accountants.enums import CERTIFICATES, TALENT_GRADUATED
from kuaiji.accountants.sections.fields import line, select, year
from kuaiji.accountants.sections.forms.base import Rows, SectionForm, row_set
from kuaiji.common.dates import Edge
from kuaiji.common.forms import DateField


class ProfessionalForm(SectionForm):
    """Three certificates with their numbers, and the abacus level."""

    is_cpa = forms.BooleanField(label="是注册会计师", required=False)
    cpa_number = line("注册会计师证书编号", limit=40, required=False)
    is_tax_agent = forms.BooleanField(label="是税务师", required=False)
    tax_agent_number = line("税务师证书编号", limit=40, required=False)
    is_asset_appraiser = forms.BooleanField(label="是资产评估师", required=False)
    asset_appraiser_number = line("资产评估师证书编号", limit=40, required=False)
    abacus_level = select("珠算等级", "abacus_levels", help_text="没有的请选“无”")

    def clean(self) -> dict[str, Any]:
        """A number belongs to a ticked certificate ([decided]: required then), and is dropped without it."""
        data = super().clean()
        for name in CERTIFICATES:
            if data.get(f"is_{name}"):
                self.require(f"{name}_number")
            else:
                data[f"{name}_number"] = ""
                self.errors.pop(f"{name}_number", None)
        return data


class QualificationForm(SectionForm):
    """专业技术资格"""

    category = select("资格类型", "qualification_categories")
    level = select("资格级别", "qualification_levels")
    method = select("取得方式", "qualification_methods")
    obtained_on = DateField(label="取得时间", help_text="证书上的批准日期，例如 2016年9月", month=Edge.FIRST)
    name = line("资格名称", limit=60, required=False)
    certificate_number = line("证书编号", limit=40, required=False)
    issued_in = line("发证地区", limit=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_date("obtained_on", working=True)
        return data


class TalentForm(SectionForm):
    """高端会计人才"""

    programme = select("会计人才类型", "talent_programmes")
    selected_year = year("入选年度", help_text="四位年份，例如 2019")
    status = select("培养状态", "talent_statuses")
    graduated_year = year("毕业年度", required=False, help_text="已毕业的填写")

    def clean(self) -> dict[str, Any]:
        """毕业年度 is asked of graduates only ([decided]) and follows 入选年度."""
        data = super().clean()
        if data.get("status") == TALENT_GRADUATED:
            self.require("graduated_year")
        else:
            data["graduated_year"] = None
            self.errors.pop("graduated_year", None)
        for name in ("selected_year", "graduated_year"):
            self.check_year(name, age=rules.WORKING_AGE)
        chosen, graduated = data.get("selected_year"), data.get("graduated_year")
        if chosen and graduated and graduated < chosen and "graduated_year" not in self.errors:
            self.add_error(
                "graduated_year", forms.ValidationError("毕业年度早于入选年度，请核对", code="before_selection")
            )
        return data


class AwardForm(SectionForm):
    """奖励"""

    name = line("奖励名称", limit=100)
    level = select("奖励级别", "award_levels")
    year = year("获奖年度", required=False, help_text="四位年份，例如 2022")
    giver = line("授予单位", limit=100, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_year("year", age=0)
        return data


class QualificationRows(Rows):
    ONE_OF_A_KIND = ("category", "level", "method", "obtained_on")


class TalentRows(Rows):
    ONE_OF_A_KIND = ("programme", "selected_year")


class AwardRows(Rows):
    ONE_OF_A_KIND = ("name", "level", "year")


Qualifications = row_set(QualificationForm, QualificationRows)
Talents = row_set(TalentForm, TalentRows)
Awards = row_set(AwardForm, AwardRows)
