"""The mark of unread messages, told from what is loaded with the person on every page."""

from django.http import HttpRequest


def unread_mark(request: HttpRequest) -> str:
    """有未读, or nothing."""
    return "有未读" if getattr(request.user, "has_unread", False) else ""
