"""Calls to providers, with what came of them, and how often a place tries."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_open_licence"),
        ("workflow", "0021_listing_counts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="call_tries",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(9),
                ],
            ),
        ),
        migrations.CreateModel(
            name="Call",
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
                ("body_label", models.CharField(max_length=250)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("same", "All still right"),
                            ("change", "Something has changed"),
                            ("no_answer", "No answer"),
                            ("wrong_number", "Wrong number"),
                            ("later", "Ring again later"),
                            ("closed", "They no longer run it"),
                            ("not_us", "Not them any more"),
                        ],
                        max_length=20,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=40)),
                ("next_at", models.DateTimeField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="workflow.contactpoint",
                    ),
                ),
                (
                    "effort",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="call",
                        to="workflow.effort",
                    ),
                ),
                (
                    "lead_ask",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="told_by_call",
                        to="workflow.ask",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.partnership",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CalledListing",
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
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="workflow.askedlisting",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="about",
                        to="workflow.call",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                fields=["contact", "created_at"], name="call_of_contact"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_at", None),
                    ("outcome__in", ("no_answer", "later")),
                    _connector="OR",
                ),
                name="call_is_tried_again_after_no_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="calledlisting",
            constraint=models.UniqueConstraint(
                fields=("call", "asked"), name="called_once_about_a_record"
            ),
        ),
    ]
