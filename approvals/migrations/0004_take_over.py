"""What was there already takes its place: findings become rows of their own, steps that were opened count a round."""

from django.db import migrations


def findings(apps, schema_editor):
    """Make a finding of each point that has one; rounds that have ended settle it."""
    points = apps.get_model("approvals", "ReviewPoint").objects.filter(has_finding=True).exclude(finding="")
    rows = apps.get_model("approvals", "ReviewFinding").objects
    clauses = apps.get_model("agreements", "Clause").objects
    for point in points.select_related("review").iterator():
        heading = clauses.filter(text=point.review.text_id, lineage=point.clause_lineage).values_list(
            "heading", flat=True
        )
        rows.create(
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


def rounds(apps, schema_editor):
    """A step that was opened is in its first round; an assignment with a decision was closed by it."""
    steps = apps.get_model("approvals", "Step").objects
    assignments = apps.get_model("approvals", "Assignment").objects
    steps.filter(round=0, assignments__isnull=False).update(round=1)
    assignments.filter(closed_because="", closed_at__isnull=False, decision__isnull=False).update(
        closed_because="decided"
    )
    assignments.filter(closed_because="", closed_at__isnull=False).update(closed_because="ended")


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_review_and_approval")]

    operations = [
        migrations.RunPython(findings, migrations.RunPython.noop),
        migrations.RunPython(rounds, migrations.RunPython.noop),
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
