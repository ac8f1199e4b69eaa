"""Steps keep the names of own posts where a district or a department signs in its own name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_take_over")]

    operations = [
        migrations.AddField("step", "name_zh", models.CharField(blank=True, max_length=40)),
        migrations.AddField("step", "name_en", models.CharField(blank=True, max_length=60)),
    ]
