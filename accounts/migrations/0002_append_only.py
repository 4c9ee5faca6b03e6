"""Audit rows cannot be updated, deleted or truncated, erasure apart.

The function serves every append-only table. Erasure opens it for its own transaction by
``set_config('vouch.erasing', 'on', true)``; even then nothing can be deleted.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION vouch_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('vouch.erasing', true) = 'on' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% on % refused: its rows are append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
"""

GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON accounts_auditevent
  FOR EACH ROW EXECUTE FUNCTION vouch_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON accounts_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION vouch_append_only();
"""

UNGUARD = """
DROP TRIGGER append_only ON accounts_auditevent;
DROP TRIGGER append_only_truncate ON accounts_auditevent;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION vouch_append_only()"),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
