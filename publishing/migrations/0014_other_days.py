"""Lets a day be asked for with what is different on it.

The new column follows from each document, which only the code can read: everything
public is published anew, in the background.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models

_FUNCTION = """
CREATE FUNCTION vouch_is_open_on(
    slots int4range[], other jsonb, weekday int, begins int, ends int, keys text[]
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN other ? 'not-running' THEN false ELSE (
    SELECT CASE WHEN coalesce(jsonb_typeof(said.times), 'null') = 'null'
        THEN vouch_is_open_during(slots, weekday, begins, ends)
        ELSE EXISTS (
            SELECT FROM jsonb_array_elements(said.times) AS span
            WHERE int4range((span ->> 0)::int, (span ->> 1)::int)
                && int4range(begins, ends)
        ) END
    FROM (
        SELECT (
            SELECT other -> named.key
            FROM unnest(keys) WITH ORDINALITY AS named(key, place)
            WHERE other ? named.key ORDER BY named.place LIMIT 1
        ) AS times
    ) AS said
) END;
"""
_NO_FUNCTION = """
DROP FUNCTION vouch_is_open_on(int4range[], jsonb, int, int, int, text[]);
"""


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
        ("publishing", "0013_items_in_their_row"),
        ("workflow", "0003_outbox_retry"),
    ]

    operations = [
        migrations.AddField(
            "publishedservice",
            "other_days",
            models.JSONField(
                default=dict,
                help_text=(
                    "The days that are different, by key (publishing/other_days.py)."
                ),
            ),
        ),
        migrations.AddField(
            "publishedplace", "other_days", models.JSONField(default=dict)
        ),
        migrations.AddIndex(
            "publishedservice",
            django.contrib.postgres.indexes.GinIndex(
                fields=["other_days"], name="published_other_days"
            ),
        ),
        migrations.RunSQL(_FUNCTION, _NO_FUNCTION),
        migrations.RunPython(publish_anew, migrations.RunPython.noop),
    ]
