"""What `verify` asks of this app: that frozen texts are still the texts that were frozen."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from agreements.models import FindingAnswer, ScreeningFinding, TextVersion
from agreements.services import screening, texts
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


def screening_findings() -> Iterator[Finding]:
    """A stored finding belongs to a frozen text that was screened, and quotes it at its place; an answer belongs to a
    text of its own agreement."""
    table = ScreeningFinding._meta.db_table
    for text in TextVersion.objects.filter(pk__in=ScreeningFinding.objects.values("text")).iterator():
        if text.frozen_at is None or not hasattr(text, "screening"):
            yield Finding(
                kind="finding_loose",
                table=table,
                id=text.pk,
                field="text",
                expected="a frozen, screened text",
                found="",
            )
        words = {(piece.lineage, piece.place): piece.text for piece in screening.pieces(texts.clauses_with_parts(text))}
        for row in text.findings.exclude(lineage=screening.WHOLE):
            quoted = words.get((row.lineage, row.place), "")[row.start : row.end]
            if quoted != row.excerpt:
                yield Finding(
                    kind="finding_misplaced",
                    table=table,
                    id=row.pk,
                    field="excerpt",
                    expected=row.excerpt,
                    found=quoted,
                )
    for answer in FindingAnswer.objects.exclude(text__agreement=F("agreement")).select_related("text"):
        yield Finding(
            kind="answer_misplaced",
            table=FindingAnswer._meta.db_table,
            id=answer.pk,
            field="text",
            expected=f"agreement {answer.agreement_id}",
            found=f"agreement {answer.text.agreement_id}",
        )
