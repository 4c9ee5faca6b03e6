from django.db import migrations, models


class Migration(migrations.Migration):
    """In how many places a run of a job came to no end."""

    dependencies = [("workflow", "0036_found_by_name")]

    operations = [
        migrations.AddField(
            model_name="jobrun",
            name="places_failed",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
