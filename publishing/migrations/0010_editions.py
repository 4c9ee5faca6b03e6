"""Editions of end-points, written by triggers; pages of lists read in index order.

A statement that changes what is public adds to the row of its transaction.
"""

from django.db import migrations, models

FUNCTION = """
CREATE FUNCTION publishing_edition_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO publishing_edition AS known (endpoint_id, written_in, changes)
    SELECT DISTINCT endpoint_id, pg_current_xact_id()::text::bigint, 1 FROM changed
    ON CONFLICT (endpoint_id, written_in) DO UPDATE SET changes = known.changes + 1;
    RETURN NULL;
END $$
"""
TABLES = (
    "publishing_publishedservice",
    "publishing_publishedplace",
    "publishing_publishedorganization",
    "publishing_gone",
)
EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
TRIGGERS = [
    migrations.RunSQL(
        f"CREATE TRIGGER edition_moves_on_{event.lower()} AFTER {event} ON {table} "
        f"REFERENCING {rows} TABLE AS changed "
        "FOR EACH STATEMENT EXECUTE FUNCTION publishing_edition_moves()",
        f"DROP TRIGGER edition_moves_on_{event.lower()} ON {table}",
    )
    for table in TABLES
    for event, rows in EVENTS
]
PLACES_RANK_AS_SERVICES = """
UPDATE publishing_publishedplace place SET ranks_last_on = service.ranks_last_on
FROM publishing_publishedservice service
WHERE service.id = place.service_id AND service.ranks_last_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_withdrawn_invitations"),
        ("publishing", "0009_facets_and_tallies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("endpoint_id", models.UUIDField()),
                (
                    "written_in",
                    models.BigIntegerField(help_text="The id of the transaction."),
                ),
                ("changes", models.BigIntegerField(default=1)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="publishedplace",
            name="published_places_in_order",
        ),
        migrations.RemoveIndex(
            model_name="publishedservice",
            name="published_in_order",
        ),
        migrations.AddField(
            model_name="publishedplace",
            name="ranks_last_on",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="publishedplace",
            index=models.Index(
                fields=["endpoint", "sort_key", "link_id", "id"],
                include=("ranks_last_on",),
                name="published_place_page_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="publishedservice",
            index=models.Index(
                fields=["endpoint", "sort_key", "service_id"],
                include=("id", "ranks_last_on"),
                name="published_page_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="publishedservice",
            index=models.Index(
                condition=models.Q(("here_since__isnull", False)),
                fields=["endpoint", "here_since"],
                name="published_came",
            ),
        ),
        migrations.AddIndex(
            model_name="publishedservice",
            index=models.Index(
                condition=models.Q(("ranks_last_on__isnull", False)),
                fields=["endpoint", "ranks_last_on"],
                name="published_ranks_last",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                fields=("endpoint_id", "written_in"), name="edition_once_a_transaction"
            ),
        ),
        migrations.RunSQL(PLACES_RANK_AS_SERVICES, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION publishing_edition_moves"),
        *TRIGGERS,
    ]
