"""Which areas of work name an organization is found by an index."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflow", "0021_listing_counts")]

    operations = [
        migrations.AddIndex(
            model_name="remit",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["organization_ids"], name="remit_organizations"
            ),
        ),
    ]
