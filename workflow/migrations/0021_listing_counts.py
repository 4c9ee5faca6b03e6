"""Counts of listings that the database keeps, and whether a record is open to all."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_COLUMNS = """partnership_id, stage, open_to_all, due_on, first_due_on, critical, entry,
        hidden_because, remit, tied_remit_ids"""
_KEY = """partnership_id, stage, open_to_all, due_on, first_due_on, critical, entry,
        hidden_because, CASE WHEN remit_id IS NOT NULL THEN partnership_id END,
        CASE WHEN tied_remit_ids = '{}' THEN '{}' ELSE ARRAY[partnership_id] END"""
_GROUP = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10"

# One row for each way of standing that a statement changes the number of, however many
# listings it wrote, and none where it changed nothing that is counted by. No two
# writers ever want the same row.
_COUNTS = f"""
CREATE FUNCTION vouch_count_listings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO workflow_listingcount ({_COLUMNS}, number, is_folded)
        SELECT {_KEY}, count(*), false FROM after GROUP BY {_GROUP};
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO workflow_listingcount ({_COLUMNS}, number, is_folded)
        SELECT {_KEY}, -count(*), false FROM before GROUP BY {_GROUP};
    ELSE
        INSERT INTO workflow_listingcount ({_COLUMNS}, number, is_folded)
        SELECT {_COLUMNS}, sum(by), false FROM (
            SELECT {_KEY}, -1 FROM before UNION ALL SELECT {_KEY}, 1 FROM after
        ) AS moved ({_COLUMNS}, by)
        GROUP BY {_COLUMNS} HAVING sum(by) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER vouch_count_insert AFTER INSERT ON workflow_listing
    REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_count_listings();
CREATE TRIGGER vouch_count_update AFTER UPDATE ON workflow_listing
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_count_listings();
CREATE TRIGGER vouch_count_delete AFTER DELETE ON workflow_listing
    REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_count_listings();
"""  # noqa: S608 - names of our own
_NO_COUNTS = """
DROP TRIGGER vouch_count_insert ON workflow_listing;
DROP TRIGGER vouch_count_update ON workflow_listing;
DROP TRIGGER vouch_count_delete ON workflow_listing;
DROP FUNCTION vouch_count_listings();
"""

# Whoever writes a listing, open_to_all is what its record says: a listing that was read
# earlier and is saved with all its columns cannot put an old answer back.
_OPEN = """
CREATE FUNCTION vouch_listing_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.open_to_all := coalesce((
        SELECT visibility = 'open' FROM workflow_record WHERE id = NEW.record_id
    ), true);
    RETURN NEW;
END $$;
CREATE FUNCTION vouch_record_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE workflow_listing SET open_to_all = (NEW.visibility = 'open')
    WHERE record_id = NEW.id AND open_to_all <> (NEW.visibility = 'open');
    RETURN NULL;
END $$;
CREATE TRIGGER vouch_listing_open_insert BEFORE INSERT ON workflow_listing
    FOR EACH ROW EXECUTE FUNCTION vouch_listing_open();
CREATE TRIGGER vouch_listing_open_update BEFORE UPDATE ON workflow_listing
    FOR EACH ROW WHEN (OLD.open_to_all IS DISTINCT FROM NEW.open_to_all)
    EXECUTE FUNCTION vouch_listing_open();
CREATE TRIGGER vouch_record_open_insert AFTER INSERT ON workflow_record
    FOR EACH ROW WHEN (NEW.visibility <> 'open')
    EXECUTE FUNCTION vouch_record_open();
CREATE TRIGGER vouch_record_open_update AFTER UPDATE OF visibility ON workflow_record
    FOR EACH ROW WHEN (OLD.visibility IS DISTINCT FROM NEW.visibility)
    EXECUTE FUNCTION vouch_record_open();
"""
_NOT_OPEN = """
DROP TRIGGER vouch_listing_open_insert ON workflow_listing;
DROP TRIGGER vouch_listing_open_update ON workflow_listing;
DROP TRIGGER vouch_record_open_insert ON workflow_record;
DROP TRIGGER vouch_record_open_update ON workflow_record;
DROP FUNCTION vouch_listing_open();
DROP FUNCTION vouch_record_open();
"""

_BEGIN = f"""
UPDATE workflow_listing l SET open_to_all = false FROM workflow_record r
WHERE r.id = l.record_id AND r.visibility <> 'open';
INSERT INTO workflow_listingcount ({_COLUMNS}, number, is_folded)
SELECT {_KEY}, count(*), true FROM workflow_listing GROUP BY {_GROUP};
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("workflow", "0020_report_clock"),
    ]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="open_to_all",
            field=models.BooleanField(
                default=True,
                editable=False,
                help_text="Whether its record is open to all; a trigger keeps it so.",
            ),
        ),
        migrations.CreateModel(
            name="ListingCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("stage", models.CharField(max_length=20)),
                ("open_to_all", models.BooleanField()),
                ("due_on", models.DateField(null=True)),
                ("first_due_on", models.DateField(null=True)),
                ("critical", models.BooleanField()),
                ("entry", models.CharField(blank=True, max_length=20)),
                (
                    "hidden_because",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), size=None
                    ),
                ),
                ("remit", models.UUIDField(null=True)),
                (
                    "tied_remit_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("number", models.IntegerField()),
                ("is_folded", models.BooleanField(default=False)),
                (
                    "partnership",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.partnership",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["partnership"], name="listing_count_of_place"),
                    models.Index(
                        condition=models.Q(("is_folded", False)),
                        fields=["id"],
                        name="listing_count_to_fold",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_BEGIN, migrations.RunSQL.noop),
        migrations.RunSQL(_OPEN, _NOT_OPEN),
        migrations.RunSQL(_COUNTS, _NO_COUNTS),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("open_to_all", True), ("stage", "published")),
                fields=["partnership", "due_on", "title", "id"],
                include=("remit",),
                name="listing_public_due",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("open_to_all", True), ("stage", "published")),
                fields=["remit", "due_on"],
                name="listing_public_of_remit",
            ),
        ),
    ]
