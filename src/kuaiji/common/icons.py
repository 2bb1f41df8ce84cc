"""Line drawings on a 24 × 24 grid, set into pages as SVG so that they cost no request and follow the text's colour."""

from django.utils.safestring import SafeString, mark_safe

_PATHS = {
    "archive": "M6 2.5h8.5L19 7v14.5H6zM14 2.5V7.5h5M9 12h7M9 16h7",
    "book": "M12 6c-2-1.5-5-2-8-2v14c3 0 6 .5 8 2 2-1.5 5-2 8-2V4c-3 0-6 .5-8 2zm0 0v14",
    "check": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12l3 3 5-6",
    "exam": "M12 4.5 2 9l10 4.5L22 9zM6 11v5c2 2 10 2 12 0v-5M22 9v6",
    "guide": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17v.01",
    "inbox": "M4 5h16v14H4zM4 13h5l1.5 2.5h3L15 13h5",
    "megaphone": "M4 10v4h3l9 4.5v-13L7 10zM19 9.5a4 4 0 0 1 0 5M8 14l1 5h2.5",
    "pencil": "M4 20h4L19.5 8.5l-4-4L4 16zM13 7l4 4",
    "person": "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.5 3.5-7 8-7s8 2.5 8 7",
    "phone": "M5 3h4l2 5-2.5 2a13 13 0 0 0 5.5 5.5l2-2.5 5 2v4a2 2 0 0 1-2 2A17 17 0 0 1 3 5a2 2 0 0 1 2-2z",
    "transfer": "M3 8h15l-4-4M21 16H6l4 4",
}
_ICONS = {
    name: mark_safe(f'<svg class="k-icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg>')
    for name, path in _PATHS.items()
}


def icon(name: str) -> SafeString:
    """The drawing ``name``, hidden from screen readers: the words beside it say the same. KeyError when unknown."""
    return _ICONS[name]
