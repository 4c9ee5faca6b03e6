"""Half as much to write when a record lapses, and its places found at once (ADR 46)."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_open_licence"),
        ("workflow", "0034_level_since_in_london"),
    ]

    operations = [
        # The same as listing_at_locations, which is the one that the models know.
        migrations.RunSQL(
            "DROP INDEX listing_locations",
            "CREATE INDEX listing_locations ON workflow_listing"
            " USING gin (location_ids)",
        ),
        migrations.RemoveIndex(model_name="listing", name="listing_at_locations"),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["location_ids"], name="listing_at_locations"
            ),
        ),
        migrations.AlterField(
            model_name="listing",
            name="due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="listing",
            name="partnership",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="listings",
                to="accounts.partnership",
            ),
        ),
        migrations.AlterField(
            model_name="listing",
            name="remit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="listings",
                to="workflow.remit",
            ),
        ),
    ]
