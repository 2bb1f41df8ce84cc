"""Document numbers as text: one spelling for each, one mask, one way to show them in groups."""

from kuaiji.common.text import compact

# Multiplication sign, Greek chi, Cyrillic kha, and crosses, all typed for the check character X.
_CROSSES = "\u00d7\u03a7\u03c7\u0425\u0445\u2715\u2716\u2717\u2718\u2573\u274c"
_SPELLING = dict.fromkeys(map(ord, _CROSSES), "X") | dict.fromkeys(map(ord, "-()"), "")


def normalise(raw: str) -> str:
    """Half width, upper case, without blanks, dashes, brackets, a sheet's text mark and anything unseen; every cross is
    an X.

    Chinese characters stay (军字第…号). ``normalise(normalise(raw)) == normalise(raw)``.
    """
    if raw.isascii() and raw.isalnum():
        return raw.upper()  # as nearly every other system writes it
    return compact(compact(raw).translate(_SPELLING)).upper()


def mask(number: str) -> str:
    """First and last character, stars between, the length kept (P-10)."""
    hidden = len(number) - 2
    return number[0] + "*" * hidden + number[-1] if hidden > 0 else "*" * len(number)


def grouped(number: str) -> str:
    """An 18-character number in groups of 6, 8 and 4 for comparing by eye; any other as it is."""
    return f"{number[:6]} {number[6:14]} {number[14:]}" if len(number) == 18 else number
