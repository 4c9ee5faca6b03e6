from django.db import migrations, models


class Migration(migrations.Migration):
    """When a body took part for the last time."""

    dependencies = [("accounts", "0006_open_licence")]

    operations = [
        migrations.AddField(
            model_name="partner",
            name="ended_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
