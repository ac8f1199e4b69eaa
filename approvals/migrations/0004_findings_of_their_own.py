"""What was found on a point becomes a row of its own: a point may have any number of findings."""

from django.db import migrations


def move(apps, schema_editor):
    """Make a finding of each point that has one; rounds that have ended settle it."""
    points = apps.get_model("approvals", "ReviewPoint").objects.filter(has_finding=True).exclude(finding="")
    findings = apps.get_model("approvals", "ReviewFinding").objects
    clauses = apps.get_model("agreements", "Clause").objects
    for point in points.select_related("review").iterator():
        heading = clauses.filter(text=point.review.text_id, lineage=point.clause_lineage).values_list(
            "heading", flat=True
        )
        findings.create(
            review=point.review,
            point=point.point,
            clause_lineage=point.clause_lineage,
            heading=heading.first() or "",
            risk="medium",
            body=point.finding,
            raised_by_id=point.recorded_by_id,
            raised_at=point.recorded_at,
            settled_at=None if point.review.state == "open" else point.recorded_at,
        )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_review")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="reviewpoint",
            name="review_finding_in_words",
        ),
        migrations.RemoveField(
            model_name="reviewpoint",
            name="clause_lineage",
        ),
        migrations.RemoveField(
            model_name="reviewpoint",
            name="finding",
        ),
    ]
