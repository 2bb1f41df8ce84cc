"""Names compared: two ways of writing one person's name fold to one text (docs/wire.md, Names; vectors beside it).

Only for comparing. Names are kept, shown and sent as they were written.
"""

import re
import unicodedata

# What is drawn as nothing: Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties), written out so that every
# side leaves out the same. Among them joiners, direction marks, variation selectors, Hangul fillers and tags.
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(f"[{UNSEEN}]")
# Letters by category that stand for apostrophes, quotes and the dot of a name.
_SIGNS_AMONG_LETTERS = frozenset("\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u1427\ua78b\ua78c\ua78f")
_TURKISH = {ord("\u0131"): "i"}
_DOT_ABOVE_I = "i\u0307"


def fold_name(name: str) -> str:
    """What of ``name`` counts when names are compared: its letters, marks and numbers, without case and width.

    A name that has none of them is compared as it is.
    """
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", name)).casefold()
    plain = plain.translate(_TURKISH).replace(_DOT_ABOVE_I, "i")
    return unicodedata.normalize("NFKC", "".join(filter(_counts, plain))) or name


def same_name(one: str, other: str) -> bool:
    """Whether both are ways of writing one name."""
    return fold_name(one) == fold_name(other)


def _counts(character: str) -> bool:
    # Ideographs that are newer than the tables at hand are unassigned there; planes 2 and 3 hold nothing else.
    return (unicodedata.category(character)[0] in "LMN" and character not in _SIGNS_AMONG_LETTERS) or (
        0x20000 <= ord(character) <= 0x3FFFD
    )
