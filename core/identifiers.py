"""Public ids: ten random Crockford characters, never sequential, on everything that stands in a URL."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """Return a fresh public id (50 random bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


class PublicIdConverter:
    """The URL form of a public id."""

    regex = "[0-9a-hjkmnp-tv-z]{10}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
