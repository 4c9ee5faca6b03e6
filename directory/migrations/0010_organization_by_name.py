"""What the lead's list of organisations is read from, in its order (ADR 46)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0009_other_words")]

    operations = [
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(fields=["name", "id"], name="organization_by_name"),
        ),
    ]
