"""Indexes: which areas of work name an organization, which checks were made lately."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0024_batches")]

    operations = [
        migrations.AddIndex(
            model_name="remit",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["organization_ids"], name="remit_organizations"
            ),
        ),
        migrations.AddIndex(
            model_name="assurance",
            index=models.Index(
                condition=models.Q(("undone_at", None)),
                fields=["created_at"],
                include=("listing",),
                name="assurance_made",
            ),
        ),
    ]
