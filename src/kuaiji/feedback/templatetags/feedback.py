"""``{% load feedback %}``: the offer to evaluate an act, at the end of the page that finishes it."""

from typing import Any

from django import template

from kuaiji.feedback.forms import EvaluationForm
from kuaiji.feedback.services import open_act

register = template.Library()


@register.inclusion_tag("feedback/offer.html", takes_context=True)
def evaluation(context: dict[str, Any], act: str) -> dict[str, Any]:
    """A folded line with the five grades; nothing where the newest own act of this kind has been evaluated."""
    request = context["request"]
    offered = request.user.is_authenticated and open_act(request.user, act) is not None
    token = context.get("csrf_token", "")
    return {"offered": offered, "act": act, "form": EvaluationForm(), "csrf_token": token}
