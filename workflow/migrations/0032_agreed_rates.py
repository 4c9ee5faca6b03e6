"""The one rate of a place becomes rates with the day each begins on."""

import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import common.clock


def keep(apps: Any, editor: Any) -> None:
    """The rate so far held for all work there is: from the day of the first."""
    agreed = apps.get_model("workflow", "AgreedRate")
    efforts = apps.get_model("workflow", "Effort").objects
    for policy in apps.get_model("workflow", "Policy").objects.exclude(
        agreed_hourly_rate=None
    ):
        work = efforts.filter(partnership_id=policy.partnership_id)
        first = work.aggregate(day=models.Min("done_on"))["day"]
        agreed.objects.create(
            partnership_id=policy.partnership_id,
            starts_on=first or common.clock.today(),
            rate=policy.agreed_hourly_rate,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_open_licence"),
        ("workflow", "0031_no_index_of_terms"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreedRate",
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
                ("starts_on", models.DateField()),
                (
                    "rate",
                    models.DecimalField(decimal_places=2, max_digits=6, null=True),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreed_rates",
                        to="accounts.partnership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partnership", "starts_on"),
                        name="agreed_rate_once_a_day",
                    )
                ],
            },
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.RemoveField(model_name="policy", name="agreed_hourly_rate"),
    ]
