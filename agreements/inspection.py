"""What `verify` asks of this app: that frozen texts are still the texts that were frozen."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.models import TextVersion
from agreements.services import texts
from records.verify import Finding


def frozen_texts() -> Iterator[Finding]:
    """A frozen version must give the hash that opinions and approvals were bound to, from its rows and as kept."""
    table = TextVersion._meta.db_table
    for text in TextVersion.objects.exclude(frozen_at=None).iterator():
        for field, found in (
            ("canonical", texts.digest(text.canonical)),
            ("clauses", texts.digest(texts.canonical(text))),
        ):
            if found != text.sha256:
                yield Finding(
                    kind="text_changed", table=table, id=text.pk, field=field, expected=text.sha256, found=found
                )
