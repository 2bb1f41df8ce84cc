"""What a page of a case asks for. It never writes."""

from typing import Any

from django import forms

from kuaiji.cases import rules
from kuaiji.cases.enums import Verdict
from kuaiji.cases.kinds import CASE_KINDS
from kuaiji.cases.models import Case
from kuaiji.cases.services.deciding import Judgement, Page
from kuaiji.cases.services.reasons import reasons_for
from kuaiji.common.errors import RuleBroken
from kuaiji.common.forms import Form, TextField, count_in
from kuaiji.common.ids import as_uuid, uuid7
from kuaiji.common.text import tidy


class WordsField(TextField):
    """Own words over several lines, each of them tidy."""

    def to_python(self, value: Any) -> str:
        """The words without blanks at the ends of lines, and without empty lines around them."""
        typed = forms.CharField.to_python(self, "" if value is None else str(value)) or ""
        return "\n".join(tidy(line) for line in typed.splitlines()).strip()


class DecisionForm(Form):
    """通过 or 退回, with reasons of the kept list and own words; ``key`` and ``stage`` say from which page."""

    decision = forms.ChoiceField(choices=Verdict.choices, required=False)
    reasons = forms.MultipleChoiceField(
        label="退回原因",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="退回时至少选一条，会原样告诉本人",
    )
    words = WordsField(
        label="说明",
        required=False,
        help_text=f"最多 {rules.LONGEST_WORDS} 字，本人会看到；不写证件号码和手机号",
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    at_once = forms.BooleanField(label="立即生效，不留 10 分钟收回时间", required=False)
    to = forms.ChoiceField(choices=[("above", "上级")], required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        offered = reasons_for(case.kind)
        choices = self.fields["reasons"]
        assert isinstance(choices, forms.MultipleChoiceField)
        choices.choices = [(reason.code, reason.words) for reason in offered]
        if not self.offers_return:
            self.fields["words"].help_text = f"最多 {rules.LONGEST_WORDS} 字；不写证件号码和手机号"
        if not CASE_KINDS[case.kind].window:
            del self.fields["at_once"]
        self.key = as_uuid(self.data.get("key")) or uuid7()

    @property
    def offers_return(self) -> bool:
        """Whether this kind is sent back to a person."""
        return Verdict.RETURN in CASE_KINDS[self.case.kind].verdicts

    def clean(self) -> dict[str, Any]:
        """A return says why, and no words carry a number."""
        data = super().clean() or self.cleaned_data
        if verdict := data.get("decision"):
            self._ask(lambda: rules.check_reasons(Verdict(verdict), data.get("reasons", []), data.get("words", "")))
        if "words" not in self.errors:
            self._ask(lambda: rules.check_words(data.get("words", "")))
        return data

    def judgement(self) -> Judgement:
        """What was decided. Reasons belong to a return alone."""
        verdict, data = Verdict(self.cleaned_data["decision"]), self.cleaned_data
        reasons = data["reasons"] if verdict == Verdict.RETURN else []
        return Judgement(verdict=verdict, reasons=reasons, words=data["words"])

    def page(self) -> Page:
        """The page that it was sent from; what does not say is as new as the case."""
        stage = count_in(self.data, "stage")
        return Page(key=self.key, stage=self.case.stage if stage is None else stage)

    def _ask(self, rule: Any) -> None:
        try:
            rule()
        except RuleBroken as broken:
            self.refuse(broken)
