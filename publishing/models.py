"""The read side: what the public is sent, one row for each end-point and service.

Public pages and the API read these tables and nothing else. They can be emptied and
rebuilt from the write side at any time (``publishing/actions.py``). Ids of the write
side are kept as plain values: no row here holds one there in place.
"""

from django.contrib.postgres.fields import ArrayField, IntegerRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

from accounts.models import Partnership
from common import clock
from common.models import CreatedModel
from directory.choices import EntryKind
from directory.outlines import PolygonField
from publishing.choices import GONE_SENTENCES, GoneReason
from publishing.geometry import CubeField, PointOnEarth


class Endpoint(CreatedModel):
    """Somewhere data goes out: to start with, the one directory of each place."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="endpoints"
    )
    slug = models.SlugField()
    name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "slug"), name="endpoint_slug_once_in_a_place"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """How often a transaction changed what is public at an end-point.

    Written by triggers, read and added up in ``publishing/editions.py``. The end-point
    is a plain value: the last row may be written when it goes.
    """

    id = models.BigAutoField(primary_key=True)
    endpoint_id = models.UUIDField()
    written_in = models.BigIntegerField(help_text="The id of the transaction.")
    changes = models.BigIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint_id", "written_in"), name="edition_once_a_transaction"
            ),
        )

    def __str__(self) -> str:
        return f"{self.changes} changes"


class PublishedRecord(models.Model):
    """A document at one end-point: the bytes to send, and its place in a list.

    ``full`` and ``item`` are its full and its list form; ``strict_full`` and
    ``strict_item`` hold the UK profile's own fields alone (digest 1.8, 6). ``version``
    is a hash of all four without ``last_modified``, which moves only when they do.
    """

    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE)

    full = models.BinaryField()
    item = models.BinaryField()
    strict_full = models.BinaryField()
    strict_item = models.BinaryField()
    version = models.CharField(max_length=64)
    last_modified = models.DateTimeField()

    title = models.CharField(max_length=255)
    sort_key = models.CharField(max_length=255, db_collation="C")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class PublishedService(PublishedRecord):
    """One service at one end-point, and what queries need of it.

    Dates from which a record counts as overdue, lapsed or ranks last are stored; the
    grade itself is worked out by pages from today. A neighbour's service stands here
    exactly as at its home's end-point.
    """

    service_id = models.UUIDField()
    listing_id = models.UUIDField()
    kept_by = models.ForeignKey(
        Partnership,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The place that keeps it, where that is not the end-point's own.",
    )
    here_since = models.DateTimeField(
        null=True, help_text="When a neighbour's service came to this end-point."
    )

    organization_id = models.UUIDField(null=True)
    location_ids = ArrayField(models.UUIDField(), default=list)
    term_ids = ArrayField(models.UUIDField(), default=list)
    taxonomy_ids = ArrayField(models.UUIDField(), default=list)
    names_text = models.TextField()
    provider_text = models.TextField()
    description_text = models.TextField()
    search = models.GeneratedField(
        expression=SearchVector("names_text", weight="A", config="english")
        + SearchVector("provider_text", weight="B", config="english")
        + SearchVector("description_text", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    minimum_age = models.IntegerField(null=True)
    maximum_age = models.IntegerField(null=True)
    open_minutes = ArrayField(
        IntegerRangeField(),
        default=list,
        help_text="When in an ordinary week, in minutes from Monday 00:00.",
    )
    other_days = models.JSONField(
        default=dict,
        help_text="The days that are different, by key (publishing/other_days.py).",
    )
    facets = ArrayField(
        models.CharField(max_length=20),
        default=list,
        help_text="What it can be narrowed by beside its terms (publishing/facets.py).",
    )
    area = models.CharField(max_length=60, blank=True)

    entry = models.CharField(
        max_length=20,
        choices=EntryKind,
        blank=True,
        help_text="What kind of entry an assurer said it is.",
    )

    assured_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    overdue_on = models.DateField(null=True)
    lapsed_on = models.DateField(null=True)
    ranks_lower_on = models.DateField(null=True)
    ranks_last_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    seen_on = models.DateField(null=True)
    being_checked = models.BooleanField(default=False)
    body_label = models.CharField(max_length=250, blank=True)
    body_mailbox = models.EmailField(blank=True)
    checked_how = models.CharField(max_length=20, blank=True)
    kept_by_provider = models.BooleanField(
        default=False, help_text="Whether those who run it keep the record themselves."
    )

    class Meta:
        default_related_name = "services"
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint", "service_id"), name="published_service_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("endpoint", "sort_key", "service_id"),
                include=("id", "ranks_last_on"),
                name="published_page_in_order",
            ),
            models.Index(
                fields=("endpoint", "last_modified"), name="published_modified"
            ),
            models.Index(
                fields=("endpoint", "here_since"),
                condition=models.Q(here_since__isnull=False),
                name="published_came",
            ),
            models.Index(
                fields=("endpoint", "ranks_last_on"),
                condition=models.Q(ranks_last_on__isnull=False),
                name="published_ranks_last",
            ),
            models.Index(
                fields=("endpoint", "ranks_lower_on"),
                condition=models.Q(ranks_lower_on__isnull=False),
                name="published_ranks_lower",
            ),
            models.Index(fields=("organization_id",), name="published_organization"),
            GinIndex(fields=("location_ids",), name="published_locations"),
            GinIndex(fields=("term_ids",), name="published_terms"),
            GinIndex(fields=("taxonomy_ids",), name="published_taxonomies"),
            GinIndex(fields=("search",), name="published_search"),
            GinIndex(fields=("facets",), name="published_facets"),
            GinIndex(fields=("other_days",), name="published_other_days"),
            GinIndex(
                fields=("names_text",),
                opclasses=("gin_trgm_ops",),
                name="published_spelling",
            ),
            models.Index(
                fields=("endpoint", "-assured_on", "sort_key", "service_id"),
                name="published_checked",
            ),
        )


class Tally(models.Model):
    """How many services of an end-point have a term or a facet: the sum of its rows.

    A trigger writes what each change adds or takes away, and never waits for another;
    ``publishing/tallies.py`` folds the rows of a key into one now and then.
    """

    id = models.BigAutoField(primary_key=True)
    # Without a constraint, since taking an end-point's services away adds rows again.
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.CASCADE,
        related_name="tallies",
        db_constraint=False,
    )
    key = models.CharField(max_length=40)
    number = models.IntegerField()

    class Meta:
        indexes = (models.Index(fields=("endpoint", "key"), name="tally_of_key"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.number:+}"


class PublishedPlace(PublishedRecord):
    """A service at one of its places (ORUK ``service_at_location``).

    The point is that of the public document: a sensitive place has none. What is asked
    of a service is asked of the row that it hangs on; ``ranks_last_on`` is that row's.
    """

    service = models.ForeignKey(PublishedService, on_delete=models.CASCADE)
    link_id = models.UUIDField()
    location_id = models.UUIDField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    point = models.GeneratedField(
        expression=PointOnEarth("latitude", "longitude"),
        output_field=CubeField(),
        db_persist=True,
    )
    open_minutes = ArrayField(IntegerRangeField(), default=list)
    other_days = models.JSONField(default=dict)
    ranks_last_on = models.DateField(null=True)

    class Meta:
        default_related_name = "places"
        constraints = (
            models.UniqueConstraint(
                fields=("service", "link_id"), name="published_place_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("endpoint", "sort_key", "link_id", "id"),
                include=("ranks_last_on",),
                name="published_place_page_in_order",
            ),
            models.Index(fields=("link_id",), name="published_place_link"),
            GistIndex(fields=("point",), name="published_place_point"),
        )


class PublishedArea(models.Model):
    """A part of the country that a service says it covers, as far as it can be read.

    Either the ONS ``code`` of a council or country, or an ``outline``.
    """

    id = models.BigAutoField(primary_key=True)
    service = models.ForeignKey(
        PublishedService, on_delete=models.CASCADE, related_name="areas"
    )
    code = models.CharField(max_length=9, blank=True)
    outline = PolygonField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(code="", outline__isnull=False)
                | models.Q(outline=None) & ~models.Q(code=""),
                name="area_is_code_or_outline",
            ),
        )
        indexes = (
            models.Index(fields=("code",), name="published_area_code"),
            GistIndex(fields=("outline",), name="published_area_outline"),
        )

    def __str__(self) -> str:
        return self.code or "outline"


class PublishedOrganization(PublishedRecord):
    """An organisation with at least one service at the end-point."""

    organization_id = models.UUIDField()
    search = models.GeneratedField(
        expression=SearchVector("names_text", weight="A", config="english")
        + SearchVector("description_text", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    names_text = models.TextField()
    description_text = models.TextField()

    class Meta:
        default_related_name = "organizations"
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint", "organization_id"),
                name="published_organization_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("endpoint", "sort_key", "organization_id"),
                name="published_bodies_in_order",
            ),
            GinIndex(fields=("search",), name="published_body_search"),
        )


class Gone(models.Model):
    """A service that the public once saw at an end-point and sees no longer (410)."""

    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="gone"
    )
    service_id = models.UUIDField()
    kept_by = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=30, choices=GoneReason)
    instead = models.UUIDField(null=True)
    """The service that replaces it, where one does."""
    since = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(
        default=clock.now,
        help_text="When it left the end-point, which may be later than it was hidden.",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint", "service_id"), name="gone_service_once"
            ),
        )
        indexes = (models.Index(fields=("endpoint", "removed_at"), name="gone_latest"),)

    def __str__(self) -> str:
        return f"{self.service_id}: {self.reason}"

    @property
    def sentence(self) -> str:
        """Why it is not shown, in a sentence for anybody."""
        if self.reason == GoneReason.NOT_SHARED and self.kept_by:
            return f"{self.kept_by} keeps it, and it is no longer shown here."
        return GONE_SENTENCES[self.reason]
