"""Opinions in points, each answered by itself; letters, reminders, bearing replies, deliberations.

An opinion given before becomes one point on the whole text, and its answer the answer of that point. Rows that are
written once are copied, never changed: no trigger is in the way.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.identifiers

OPINION_REPLY = "opinion_reply"


def into_points(apps, schema_editor):
    """Copy each objection into a point and its answer to that point; what was said without objection is a remark."""
    using = schema_editor.connection.alias
    model = {
        name: apps.get_model("agreements", name) for name in ("Opinion", "OpinionPoint", "OpinionAnswer", "PointAnswer")
    }
    answers = {row.opinion_id: row for row in model["OpinionAnswer"].objects.using(using).all()}
    opinions = model["Opinion"].objects.using(using).select_related("consulted__consultation").order_by("pk")
    for opinion in opinions.iterator():
        if opinion.stance != "objection":
            continue
        point = (
            model["OpinionPoint"]
            .objects.using(using)
            .create(
                public_id=core.identifiers.new_public_id(),
                agreement_id=opinion.consulted.consultation.agreement_id,
                opinion=opinion,
                order=1,
                body=opinion.remark,
                proposed_wording=opinion.proposed_wording,
            )
        )
        if answer := answers.get(opinion.pk):
            model["PointAnswer"].objects.using(using).create(
                point=point,
                adoption=answer.adoption,
                reason=answer.reason,
                answered_by_id=answer.answered_by_id,
                answered_at=answer.answered_at,
            )
    # The checks of the new rows run now: a table with checks outstanding cannot be renamed.
    schema_editor.connection.check_constraints()


def offer_a_length(apps, schema_editor):
    """Give the reply to a consultation the length that is proposed to the sender, where no length was set."""
    setting = apps.get_model("agreements", "DeadlineSetting")
    rows = setting.objects.using(schema_editor.connection.alias).filter(code=OPINION_REPLY, amount=0)
    rows.update(amount=5, unit="workday")
    schema_editor.connection.check_constraints()


def _user():
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)


def _id():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def _public_id():
    return (
        "public_id",
        models.CharField(default=core.identifiers.new_public_id, editable=False, max_length=10, unique=True),
    )


def _to(model, related_name, *, once=False, null=False):
    kind = models.OneToOneField if once else models.ForeignKey
    return kind(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=f"agreements.{model}", null=null
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0007_intake"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed_scan", "scan of the signed text"),
                    ("authorisation", "mayor's authorisation of the signatory"),
                    ("instruction", "written instruction of a leader"),
                    ("minutes", "excerpt of minutes"),
                    ("party_report", "report to the Party committee"),
                    ("translation", "Chinese translation"),
                    ("original", "original handed over"),
                    ("evidence", "evidence of progress"),
                    ("diligence", "evidence of due diligence"),
                    ("other", "other paper"),
                    ("letter", "letter of an outside body"),
                    ("deliberation", "minutes of a symposium or expert review meeting"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(model_name="consultation", name="about", field=models.JSONField(default=list)),
        migrations.AddField(
            model_name="consultation", name="workdays", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.CreateModel(
            name="Deliberation",
            fields=[
                _id(),
                _public_id(),
                (
                    "kind",
                    models.CharField(
                        choices=[("symposium", "symposium"), ("expert_review", "expert review meeting")], max_length=14
                    ),
                ),
                ("held_on", models.DateField()),
                ("place", models.CharField(max_length=200)),
                ("topic", models.CharField(max_length=300)),
                (
                    "conclusion",
                    models.CharField(
                        choices=[
                            ("passed", "passed"),
                            ("with_changes", "passed with changes"),
                            ("not_passed", "not passed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("summary", models.TextField()),
                ("changes", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
                ("agreement", _to("agreement", "deliberations")),
                ("minutes", _to("attachment", "+")),
                ("recorded_by", _user()),
                ("text", _to("textversion", "deliberations")),
            ],
            options={
                "ordering": ["held_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("changes", ""), ("conclusion", "with_changes"), _negated=True),
                        name="deliberation_names_its_changes",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliberationParticipant",
            fields=[
                _id(),
                ("order", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=200)),
                (
                    "capacity",
                    models.CharField(
                        choices=[("chair", "chair"), ("participant", "participant"), ("expert", "expert")],
                        max_length=12,
                    ),
                ),
                ("opinion", models.TextField(blank=True)),
                ("deliberation", _to("deliberation", "participants")),
            ],
            options={
                "ordering": ["deliberation", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("deliberation", "order"), name="participant_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                _id(),
                _public_id(),
                ("text", models.TextField(blank=True)),
                ("sent_on", models.DateField()),
                ("sent_at", models.DateTimeField()),
                ("consulted", _to("consultedunit", "reminders")),
                ("sent_by", _user()),
            ],
            options={
                "ordering": ["sent_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("consulted", "sent_on"), name="reminder_once_a_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideLetter",
            fields=[
                _id(),
                _public_id(),
                ("sender", models.CharField(max_length=200)),
                ("number", models.CharField(blank=True, max_length=80)),
                ("dated_on", models.DateField()),
                ("received_on", models.DateField()),
                ("agreement", _to("agreement", "letters")),
                ("consultation", _to("consultation", "letters", null=True)),
                ("scan", _to("attachment", "+")),
                ("text", _to("textversion", "+", null=True)),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="WorkItemReply",
            fields=[
                _id(),
                _public_id(),
                ("part", models.CharField(max_length=20)),
                ("lineage", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=200)),
                (
                    "stance",
                    models.CharField(
                        choices=[
                            ("can", "can take it on"),
                            ("conditions", "can on conditions"),
                            ("cannot", "cannot take it on"),
                        ],
                        max_length=12,
                    ),
                ),
                ("conditions", models.TextField(blank=True)),
                ("consulted", _to("consultedunit", "item_replies")),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("consulted", "lineage"), name="work_item_answered_once"),
                    models.CheckConstraint(
                        condition=models.Q(("conditions", ""), ("stance", "conditions"), _negated=True),
                        name="conditions_are_said",
                    ),
                ],
            },
        ),
        migrations.RenameField(model_name="opinion", old_name="body", new_name="remark"),
        migrations.AlterField(
            model_name="opinion", name="consulted", field=_to("consultedunit", "opinion", once=True, null=True)
        ),
        migrations.AddField(
            model_name="opinion", name="letter", field=_to("outsideletter", "opinion", once=True, null=True)
        ),
        migrations.CreateModel(
            name="OpinionPoint",
            fields=[
                _id(),
                _public_id(),
                ("order", models.PositiveSmallIntegerField()),
                ("lineage", models.CharField(blank=True, max_length=10)),
                ("heading", models.CharField(blank=True, max_length=200)),
                ("body", models.TextField()),
                ("proposed_wording", models.TextField(blank=True)),
                ("agreement", _to("agreement", "opinion_points")),
                ("item", _to("workitemreply", "point", once=True, null=True)),
                ("opinion", _to("opinion", "points")),
            ],
            options={
                "ordering": ["opinion", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("opinion", "order"), name="opinion_point_once"),
                ],
            },
        ),
        # The answers move to a new table, which then takes the name: indexes of the old one bear it until it is gone.
        migrations.CreateModel(
            name="PointAnswer",
            fields=[
                _id(),
                (
                    "adoption",
                    models.CharField(
                        choices=[
                            ("adopted", "adopted"),
                            ("in_part", "adopted in part"),
                            ("not_adopted", "not adopted"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField()),
                ("answered_by", _user()),
                ("point", _to("opinionpoint", "answer", once=True)),
            ],
        ),
        migrations.RunPython(into_points, migrations.RunPython.noop),
        migrations.DeleteModel(name="OpinionAnswer"),
        migrations.RenameModel(old_name="PointAnswer", new_name="OpinionAnswer"),
        migrations.RemoveField(model_name="opinion", name="proposed_wording"),
        migrations.CreateModel(
            name="MaintainedOpinion",
            fields=[
                _id(),
                ("reason", models.TextField()),
                ("maintained_on", models.DateField()),
                ("maintained_at", models.DateTimeField()),
                ("maintained_by", _user()),
                ("point", _to("opinionpoint", "maintained", once=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(("consulted", None), ("letter__isnull", False))
                | models.Q(("consulted__isnull", False), ("letter", None)),
                name="opinion_of_one",
            ),
        ),
        migrations.RunPython(offer_a_length, migrations.RunPython.noop),
    ]
