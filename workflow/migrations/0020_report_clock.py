"""The clock of a report: when it stood still, and whom it was brought to."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0019_policy"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Escalation",
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
                    "step",
                    models.CharField(
                        choices=[
                            ("deputy", "The deputy, before its time is over"),
                            ("lead", "The lead of the place, once it is over"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="escalations",
                        to="workflow.proposal",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proposal", "step"), name="escalated_once_for_each_step"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportPause",
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
                    "how",
                    models.CharField(
                        choices=[
                            ("call", "Phone call"),
                            ("email", "E-mail"),
                            ("visit", "Visit"),
                            ("meeting", "Meeting"),
                            ("website", "Their own website"),
                            ("own", "We run it ourselves"),
                            ("decision", "Decided on a proposal"),
                        ],
                        max_length=20,
                    ),
                ),
                ("until", models.DateTimeField()),
                ("left", models.PositiveSmallIntegerField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "They answered"),
                            ("limit", "It had waited long enough"),
                            ("decided", "The report was decided"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "paused_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        to="workflow.proposal",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("proposal",),
                        name="one_open_pause_of_a_report",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_because", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("ended_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="report_pause_ended_because",
                    ),
                ],
            },
        ),
    ]
