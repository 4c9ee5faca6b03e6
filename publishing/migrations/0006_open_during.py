from django.db import migrations

_FUNCTION = """
CREATE FUNCTION vouch_is_open_during(
    slots int4range[], weekday int, begins int, ends int
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN EXISTS (
    SELECT FROM unnest(slots) AS slot, generate_series(0, 6) AS day
    WHERE (weekday IS NULL OR day = weekday)
    AND slot && int4range(day * 1440 + begins, day * 1440 + ends)
);
"""
_NO_FUNCTION = "DROP FUNCTION vouch_is_open_during(int4range[], int, int, int);"


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0005_all_endpoints"),
    ]

    operations = [
        migrations.RunSQL(_FUNCTION, _NO_FUNCTION),
    ]
