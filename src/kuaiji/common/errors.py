"""Refusals with a language-free code and a message a person can act on."""


class RuleBroken(Exception):
    """A rule refuses what was asked.

    ``code`` is stable and language-free, ``message`` is Chinese and says what is wrong and what to do,
    ``field`` names the form field the message belongs to, or is None when it concerns the whole request.
    Neither may hold personal data: both reach logs.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
