"""Periods by type, trust and risk, working days and the clock of reports."""

import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import common.clock
import workflow.models.place


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_withdrawn_invitations"),
        ("directory", "0008_own_words"),
        ("workflow", "0018_remits"),
    ]

    operations = [
        migrations.CreateModel(
            name="PeriodRule",
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
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("proxy", "We keep the record for them"),
                            ("monitored", "They keep it, we check what they send"),
                            ("trusted", "They keep and assure it themselves"),
                        ],
                        max_length=20,
                    ),
                ),
                ("critical", models.BooleanField(default=False)),
                ("months", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="listing",
            name="first_due_on",
            field=models.DateField(
                blank=True,
                help_text="When the first check is planned, of one that was never checked.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="amber_hours",
            field=models.PositiveSmallIntegerField(default=24),
        ),
        migrations.AddField(
            model_name="policy",
            name="checks_per_week",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="closed_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="grace_days",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="policy",
            name="nation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("England", "England"),
                    ("Wales", "Wales"),
                    ("Scotland", "Scotland"),
                    ("Northern Ireland", "Northern Ireland"),
                ],
                default="England",
                help_text="Whose bank holidays are no working days; none where it is empty.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="pause_days",
            field=models.PositiveSmallIntegerField(default=3),
        ),
        migrations.AddField(
            model_name="policy",
            name="trusted_assures_own",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="policy",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="policy",
            name="when_overdue",
            field=models.CharField(
                choices=[
                    ("rank_lower", "Keep it, after those that are in date"),
                    ("warn", "Keep it where it is, with a warning"),
                ],
                default="rank_lower",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="working_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                default=workflow.models.place.monday_to_friday,
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(("working_days", []), _negated=True),
                name="policy_has_working_days",
            ),
        ),
        migrations.AddField(
            model_name="periodrule",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="period_rules",
                to="workflow.policy",
            ),
        ),
        migrations.AddField(
            model_name="periodrule",
            name="term",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.taxonomyterm",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__in", (2, 3))), name="period_rule_months"
            ),
        ),
        migrations.AddConstraint(
            model_name="periodrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("critical", False), ("level", ""), ("term__isnull", False)
                    ),
                    models.Q(
                        ("critical", False),
                        ("term__isnull", True),
                        models.Q(("level", ""), _negated=True),
                    ),
                    models.Q(("critical", True), ("level", ""), ("term__isnull", True)),
                    _connector="OR",
                ),
                name="period_rule_is_about_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodrule",
            constraint=models.UniqueConstraint(
                fields=("policy", "term", "level", "critical"),
                name="period_rule_once",
                nulls_distinct=False,
            ),
        ),
    ]
