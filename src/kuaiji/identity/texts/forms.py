"""What the page of a text asks for."""

from django import forms

from kuaiji.common.forms import TextField
from kuaiji.identity.forms import IdentityForm


class AgreeForm(IdentityForm):
    """Which versions the page showed, so that nobody agrees to a text that came in between."""

    shown = TextField(label="告知版本", max_length=200, required=False, widget=forms.HiddenInput())
