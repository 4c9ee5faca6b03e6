"""Where each location lies, kept by triggers; what a very large place counted last."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import common.clock

# The point on the map, as the outlines of areas are asked for it (ADR 20).
_POINT = "point(d.longitude::float8, d.latitude::float8)"
_NEARBY = "point(1e-5, 1e-5)"
_LIES = f"""
    SELECT DISTINCT ON (d.id, a.partnership_id, a.kind)
        d.id, a.partnership_id, a.kind, a.id
    FROM directory_location d
    JOIN workflow_areaoutline o
        ON o.corners && polygon(box({_POINT} - {_NEARBY}, {_POINT} + {_NEARBY}))
        AND o.corners @> {_POINT}
    JOIN workflow_area a ON a.id = o.area_id
    WHERE NOT d.sensitive AND d.longitude IS NOT NULL AND d.latitude IS NOT NULL
"""  # noqa: S608 - names of our own
_ORDER = "ORDER BY d.id, a.partnership_id, a.kind, a.size, a.code"
_COLUMNS = "location_id, partnership_id, kind, area_id"
_BEGIN = f"""
INSERT INTO workflow_locationarea ({_COLUMNS}) {_LIES} {_ORDER};
"""  # noqa: S608

# By this index the locations under an outline are found when it changes.
_INDEX = """
CREATE INDEX location_point ON directory_location
    USING gist (point(longitude::float8, latitude::float8));
"""
_NO_INDEX = "DROP INDEX location_point;"

_LAY = f"""
CREATE FUNCTION vouch_lay_locations(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    DELETE FROM workflow_locationarea WHERE location_id = ANY(ids);
    INSERT INTO workflow_locationarea ({_COLUMNS})
    {_LIES} AND d.id = ANY(ids) {_ORDER};
END $$;
CREATE FUNCTION vouch_locations_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM vouch_lay_locations((SELECT array_agg(id) FROM after));
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM workflow_locationarea
        WHERE location_id IN (SELECT id FROM before);
    ELSE
        PERFORM vouch_lay_locations((
            SELECT array_agg(n.id) FROM after n JOIN before w ON w.id = n.id
            WHERE (n.longitude, n.latitude, n.sensitive)
                IS DISTINCT FROM (w.longitude, w.latitude, w.sensitive)
        ));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER vouch_location_insert AFTER INSERT ON directory_location
    REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_locations_changed();
CREATE TRIGGER vouch_location_update AFTER UPDATE ON directory_location
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_locations_changed();
CREATE TRIGGER vouch_location_delete AFTER DELETE ON directory_location
    REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_locations_changed();
"""  # noqa: S608
_NO_LAY = """
DROP TRIGGER vouch_location_insert ON directory_location;
DROP TRIGGER vouch_location_update ON directory_location;
DROP TRIGGER vouch_location_delete ON directory_location;
DROP FUNCTION vouch_locations_changed();
DROP FUNCTION vouch_lay_locations(uuid[]);
"""

# Nobody moves a location while the map under it is drawn anew: each would work with
# what it sees, and the older answer could be the one that stays.
_UNDER = f"""
CREATE FUNCTION vouch_lay_under(outlines polygon[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF outlines IS NULL THEN
        RETURN;
    END IF;
    LOCK TABLE directory_location IN SHARE MODE;
    PERFORM vouch_lay_locations((
        SELECT array_agg(DISTINCT d.id)
        FROM unnest(outlines) AS o (corners) JOIN directory_location d
            ON {_POINT} <@ box(
                (box(o.corners))[0] + {_NEARBY}, (box(o.corners))[1] - {_NEARBY}
            )
    ));
END $$;
CREATE FUNCTION vouch_outlines_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM vouch_lay_under((SELECT array_agg(corners) FROM before));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM vouch_lay_under((SELECT array_agg(corners) FROM after));
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION vouch_areas_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM vouch_lay_under((
        SELECT array_agg(o.corners) FROM after n JOIN before w ON w.id = n.id
        JOIN workflow_areaoutline o ON o.area_id = n.id
        WHERE (n.partnership_id, n.kind, n.size, n.code)
            IS DISTINCT FROM (w.partnership_id, w.kind, w.size, w.code)
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER vouch_outline_insert AFTER INSERT ON workflow_areaoutline
    REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_outlines_changed();
CREATE TRIGGER vouch_outline_update AFTER UPDATE ON workflow_areaoutline
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_outlines_changed();
CREATE TRIGGER vouch_outline_delete AFTER DELETE ON workflow_areaoutline
    REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_outlines_changed();
CREATE TRIGGER vouch_area_update AFTER UPDATE ON workflow_area
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION vouch_areas_changed();
"""  # noqa: S608
_NO_UNDER = """
DROP TRIGGER vouch_area_update ON workflow_area;
DROP TRIGGER vouch_outline_insert ON workflow_areaoutline;
DROP TRIGGER vouch_outline_update ON workflow_areaoutline;
DROP TRIGGER vouch_outline_delete ON workflow_areaoutline;
DROP FUNCTION vouch_areas_changed();
DROP FUNCTION vouch_outlines_changed();
DROP FUNCTION vouch_lay_under(polygon[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_open_licence"),
        ("directory", "0009_other_words"),
        ("workflow", "0028_listing_by_title"),
    ]

    operations = [
        migrations.CreateModel(
            name="LocationArea",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("location_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ward", "Ward"),
                            ("parish", "Parish"),
                            ("district", "District"),
                        ],
                        max_length=20,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StandingCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("figure", models.CharField(max_length=40)),
                ("split", models.CharField(blank=True, max_length=20)),
                ("number", models.BigIntegerField(null=True)),
                ("parts", models.JSONField(default=list)),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("counted_at", models.DateTimeField(default=common.clock.now)),
            ],
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["location_ids"], name="listing_at_locations"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["term_ids"], name="listing_of_terms"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(
                    ("stage__in", ("assured", "published", "unpublished"))
                ),
                fields=["partnership", "due_on"],
                include=("remit",),
                name="listing_checked_by_due",
            ),
        ),
        migrations.AddField(
            model_name="locationarea",
            name="area",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workflow.area",
            ),
        ),
        migrations.AddField(
            model_name="locationarea",
            name="partnership",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.partnership",
            ),
        ),
        migrations.AddField(
            model_name="standingcount",
            name="partnership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="standing_counts",
                to="accounts.partnership",
            ),
        ),
        migrations.AddIndex(
            model_name="locationarea",
            index=models.Index(
                fields=["area"], include=("location_id",), name="locations_of_area"
            ),
        ),
        migrations.AddConstraint(
            model_name="locationarea",
            constraint=models.UniqueConstraint(
                fields=("location_id", "partnership", "kind"),
                include=("area",),
                name="location_in_one_area_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingcount",
            constraint=models.UniqueConstraint(
                fields=("partnership", "figure", "split"), name="figure_counted_once"
            ),
        ),
        migrations.RunSQL(_INDEX, _NO_INDEX),
        migrations.RunSQL(_BEGIN, migrations.RunSQL.noop),
        migrations.RunSQL(_LAY, _NO_LAY),
        migrations.RunSQL(_UNDER, _NO_UNDER),
    ]
