"""Revisions are the truth and append-only, like the audit rows."""

from django.db import migrations

GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON workflow_revision
  FOR EACH ROW EXECUTE FUNCTION vouch_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON workflow_revision
  FOR EACH STATEMENT EXECUTE FUNCTION vouch_append_only();
CREATE INDEX listing_locations ON workflow_listing USING gin (location_ids);
CREATE INDEX listing_terms ON workflow_listing USING gin (term_ids);
"""

UNGUARD = """
DROP TRIGGER append_only ON workflow_revision;
DROP TRIGGER append_only_truncate ON workflow_revision;
DROP INDEX listing_locations;
DROP INDEX listing_terms;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0001_initial"),
        ("accounts", "0002_append_only"),
    ]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
