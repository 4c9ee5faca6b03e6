"""The day since when an organization has its level is one of London, as all days are."""

from django.db import migrations

_KEEP = """
CREATE OR REPLACE FUNCTION vouch_level_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.since := greatest((NEW.decided_at AT TIME ZONE '{zone}')::date, (
        SELECT max(r.reviewed_on) FROM workflow_organizationreview r
        WHERE r.partnership_id = NEW.partnership_id
            AND r.organization_id = NEW.organization_id
    ));
    RETURN NEW;
END $$;
"""
_AGAIN = "UPDATE workflow_assurancelevel SET since = since;"


class Migration(migrations.Migration):
    dependencies = [("workflow", "0033_queue_in_order")]

    operations = [
        migrations.RunSQL(
            _KEEP.format(zone="Europe/London") + _AGAIN,
            _KEEP.format(zone="UTC") + _AGAIN,
        ),
    ]
