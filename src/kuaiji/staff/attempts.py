"""What staff's doors count for the limits (kuaiji.limits, docs/limits.md).

Guesses of strangers at a name count apart from those in a browser where its owner has signed in, and codes count once
the password was right: nobody locks a colleague out, neither from the same address nor by knowing a name (ADR 0060).
"""

from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import DAY, HOUR, MINUTE, Window

_GUESSED = "密码错误次数过多，请 {wait}后再试"

GUESS_ON_NAME = Kind(
    name="staff_guess", windows=(Window(15 * MINUTE, 5), Window(HOUR, 10), Window(DAY, 40)), refusal=_GUESSED
)
GUESS_IN_KNOWN_BROWSER = Kind(
    name="staff_guess_known_browser", windows=(Window(15 * MINUTE, 5), Window(DAY, 20)), refusal=_GUESSED
)
GUESS_FROM_ADDRESS = Kind(name="staff_guess_address", free_by_address=Window(HOUR, 60))
CODE_GUESSED = Kind(
    name="staff_code", windows=(Window(15 * MINUTE, 5), Window(DAY, 30)), refusal="口令错误次数过多，请 {wait}后再试",
    field="code",
)  # fmt: skip
KINDS = (GUESS_ON_NAME, GUESS_IN_KNOWN_BROWSER, GUESS_FROM_ADDRESS, CODE_GUESSED)
