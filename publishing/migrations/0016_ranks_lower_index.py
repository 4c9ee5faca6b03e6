"""The index is made apart: rows and schema cannot change in one transaction."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0015_ranks_lower")]

    operations = [
        migrations.AddIndex(
            model_name="publishedservice",
            index=models.Index(
                fields=("endpoint", "ranks_lower_on"),
                condition=models.Q(ranks_lower_on__isnull=False),
                name="published_ranks_lower",
            ),
        ),
    ]
