from django.db import migrations
from django.utils import timezone


def mark(apps, schema_editor):
    """Mark the text of each run that passed; by whoever decided last, on the day the run ended."""
    Run = apps.get_model("approvals", "Run")
    Decision = apps.get_model("approvals", "Decision")
    MeetingResult = apps.get_model("approvals", "MeetingResult")
    TextMark = apps.get_model("agreements", "TextMark")
    for run in Run.objects.filter(state="passed").order_by("pk"):
        decided = Decision.objects.filter(assignment__step__run=run).exclude(verdict="skip").order_by("-at").first()
        met = MeetingResult.objects.filter(step__run=run, result="passed").order_by("-recorded_at").first()
        at, by = timezone.now(), run.opened_by_id
        if decided is not None:
            at, by = decided.at, decided.by_id
        if met is not None and (decided is None or met.recorded_at > decided.at):
            at, by = met.recorded_at, met.recorded_by_id
        TextMark.objects.get_or_create(
            text_id=run.text_id,
            kind="approved",
            defaults={"on": run.ended_on or run.opened_on, "at": at, "by_id": by},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0005_versions"),
        ("approvals", "0001_initial"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
