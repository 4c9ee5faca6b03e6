"""From when on a record comes after those that are in date.

Until now every overdue one did, and by the policy that a place begins with they do.
"""

from django.db import migrations, models
from django.db.models import F


def as_until_now(apps, schema_editor):
    services = apps.get_model("publishing", "PublishedService").objects
    services.filter(overdue_on__isnull=False).update(ranks_lower_on=F("overdue_on"))


class Migration(migrations.Migration):
    dependencies = [("publishing", "0014_other_days")]

    operations = [
        migrations.AddField(
            model_name="publishedservice",
            name="ranks_lower_on",
            field=models.DateField(null=True),
        ),
        migrations.RunPython(as_until_now, migrations.RunPython.noop),
    ]
