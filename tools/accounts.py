"""Print the address and the demo accounts before the product starts."""

import json
import os
import unicodedata
from pathlib import Path

COLUMNS = ("username", "password", "post", "unit")


def width(text: str) -> int:
    """Columns a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def main() -> None:
    print(f"\nAddress: http://127.0.0.1:{os.environ['PORT']}/\n")
    path = Path(os.environ.get("DATA_DIR") or "var") / "accounts.json"
    if path.exists():
        accounts = json.loads(path.read_text(encoding="utf-8"))
        rows = [COLUMNS, *(tuple(str(account[column]) for column in COLUMNS) for account in accounts)]
        widths = [max(width(row[place]) for row in rows) for place in range(len(COLUMNS))]
        for row in rows:
            print("  ".join(text + " " * (room - width(text)) for text, room in zip(row, widths, strict=True)).rstrip())
        print()


if __name__ == "__main__":
    main()
