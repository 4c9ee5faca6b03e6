"""What figures are kept; by which policy a month was counted; when a listing was given
back, from the audit trail for those that wait already."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import common.clock

RETURNED = """
UPDATE workflow_listing listing SET returned_at = last.at
FROM (
    SELECT object_id, max(at) AS at FROM accounts_auditevent
    WHERE verb = 'listing_returned' GROUP BY object_id
) AS last
WHERE last.object_id = listing.id AND listing.returned_because <> ''
"""


GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON workflow_keptfigures
  FOR EACH ROW EXECUTE FUNCTION vouch_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON workflow_keptfigures
  FOR EACH STATEMENT EXECUTE FUNCTION vouch_append_only();
"""
UNGUARD = """
DROP TRIGGER append_only ON workflow_keptfigures;
DROP TRIGGER append_only_truncate ON workflow_keptfigures;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0022_calls"),
    ]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="returned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="monthcount",
            name="lapsed_days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="monthcount",
            name="due_soon_days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="monthcount",
            name="number",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="KeptFigures",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("baseline", "When the place started"),
                            ("month", "Month that is over"),
                        ],
                        max_length=20,
                    ),
                ),
                ("day", models.DateField()),
                ("rows", models.JSONField()),
                ("taken_by_label", models.CharField(max_length=250)),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_figures",
                        to="accounts.partnership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partnership", "kind", "day"), name="figures_kept_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "baseline")),
                        fields=("partnership",),
                        name="one_baseline_of_a_place",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(RETURNED, migrations.RunSQL.noop),
    ]
