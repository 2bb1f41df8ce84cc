"""What the page of a text asks for."""

from django import forms

from kuaiji.identity.forms import IdentityForm


class AgreeForm(IdentityForm):
    """Which versions the page showed, so that nobody agrees to a text that came in between."""

    shown = forms.CharField(label="告知版本", max_length=200, required=False, widget=forms.HiddenInput())
