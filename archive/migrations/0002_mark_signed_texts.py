from django.db import migrations


def mark(apps, schema_editor):
    """Mark the text of each signing, with its day and who entered it."""
    Signing = apps.get_model("archive", "Signing")
    TextMark = apps.get_model("agreements", "TextMark")
    for signing in Signing.objects.order_by("pk"):
        TextMark.objects.get_or_create(
            text_id=signing.text_id,
            kind="signed",
            defaults={"on": signing.signed_on, "at": signing.entered_at, "by_id": signing.entered_by_id},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0005_versions"),
        ("archive", "0001_initial"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
