"""What the managers of contracts were told of reviews and ends, and what was due in a
quarter that is over (ADR 49)."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import common.clock

_REDATED = """
UPDATE workflow_assurance assurance SET redated_due_on = listing.due_on
FROM workflow_listing listing
WHERE listing.assurance_id = assurance.id AND listing.due_on <> assurance.due_on;
"""
"""Of the checks that stand; of earlier ones the date as it was moved is not known."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_open_licence"),
        ("workflow", "0038_job_runs_newest_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="assurance",
            name="redated_due_on",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="KeptQuarter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=common.clock.now, editable=False),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("overdue_days", models.PositiveSmallIntegerField()),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_quarters",
                        to="accounts.partnership",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptCheck",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("due_on", models.DateField()),
                (
                    "assurance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="in_quarters",
                        to="workflow.assurance",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.partner",
                    ),
                ),
                (
                    "quarter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="workflow.keptquarter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContractReminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=common.clock.now, editable=False),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("review_soon", "Its review falls due"),
                            ("review_due", "Its review fell due"),
                            ("end_near", "It ends"),
                            ("ended", "It ended"),
                        ],
                        max_length=20,
                    ),
                ),
                ("day", models.DateField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="workflow.contract",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.message",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "about", "day"),
                        name="contract_reminder_once",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="keptquarter",
            constraint=models.UniqueConstraint(
                fields=("partnership", "year", "number"), name="quarter_kept_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptquarter",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 4)),
                name="quarter_of_a_year",
            ),
        ),
        migrations.AddIndex(
            model_name="keptcheck",
            index=models.Index(
                fields=["quarter", "partner"], name="kept_check_of_partner"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptcheck",
            constraint=models.UniqueConstraint(
                fields=("quarter", "assurance"), name="kept_check_once"
            ),
        ),
        migrations.RunSQL(_REDATED, migrations.RunSQL.noop),
    ]
