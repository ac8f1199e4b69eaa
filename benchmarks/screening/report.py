"""Recall and precision of the built-in rules on the labelled sample, by code."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from regulation.prohibitions import PROHIBITIONS
from regulation.screening import BUILT_IN, Context, screen
from regulation.screening.notation import read

FILES = ("tuning", "unseen")
LENGTH = 40_000
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Score:
    """How a code fared: sentences rightly found, wrongly found, and missed."""

    code: str
    right: int
    wrong: int
    missed: int

    @property
    def recall(self) -> float:
        """The share of the offending sentences that was found; 1 when there is none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def precision(self) -> float:
        """The share of what was found that offends; 1 when nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0


def score(name: str) -> dict[str, Score]:
    """Return the figures by code on one file of the sample, `tuning` or `unseen`."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for line in (_HERE / f"{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        found = {one.code for one in screen(row["text"], Context(category=row["category"], foreign=row["foreign"]))}
        wanted = set(row["codes"])
        right.update(found & wanted)
        wrong.update(found - wanted)
        missed.update(wanted - found)
    return {code: Score(code, right[code], wrong[code], missed[code]) for code in PROHIBITIONS}


def report() -> str:
    """Return the table of both files: sentences for a code, recall and precision."""
    scores = {name: score(name) for name in FILES}
    head = f"{'screening':20}" + "".join(f"{name:>12}{'recall':>9}{'precision':>11}" for name in FILES) + "   goal"
    rows = [head, "-" * len(head)]
    for code in PROHIBITIONS:
        cells = (scores[name][code] for name in FILES)
        rows.append(
            f"{code:20}"
            + "".join(f"{one.right + one.missed:12}{one.recall:9.2f}{one.precision:11.2f}" for one in cells)
            + "   ≥ 0.95"
        )
    return "\n".join(rows)


def long_text() -> str:
    """Return 40,000 characters made of the sentences of the tuning file: denser in findings than any agreement."""
    rows = [json.loads(line)["text"] for line in (_HERE / "tuning.jsonl").read_text("utf-8").splitlines()]
    text = "\n".join(rows)
    return (text * (LENGTH // len(text) + 1))[:LENGTH]


def screen_long(text: str) -> int:
    """Screen a text as an enterprise agreement; return how much was found."""
    return len(screen(text, Context(category="enterprise")))


def floor(text: str, pattern: re.Pattern[str]) -> int:
    """Return how often any first word of a rule stands in a text: one pass, nothing understood."""
    return sum(1 for _match in pattern.finditer(text))


def floor_pattern() -> re.Pattern[str]:
    """Return all first words of the built-in rules as one regular expression."""
    return re.compile("|".join(read(phrase).head.pattern for rule in BUILT_IN for phrase in rule.phrases))
