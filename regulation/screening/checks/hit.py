"""What a check finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in the text as given; `severity` empty means that of the code."""

    code: str
    rule: str
    start: int
    end: int
    severity: str = ""
