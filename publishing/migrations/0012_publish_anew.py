"""Asks for everything that is public to be published anew, in the background.

What the last migrations added to each row is worked out from its document, which only
the code can read: how it was checked, and what it can be narrowed by.
"""

from django.db import migrations


def publish_anew(apps, schema_editor):
    events = apps.get_model("workflow", "OutboxEvent").objects
    services = apps.get_model("publishing", "PublishedService").objects
    keys = services.order_by("service_id").values_list("service_id", flat=True)
    events.bulk_create(
        (events.model(record_id=key) for key in keys.distinct().iterator()),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0011_entries"),
        ("workflow", "0003_outbox_retry"),
    ]

    operations = [migrations.RunPython(publish_anew, migrations.RunPython.noop)]
