"""Addresses of those who keep records: providers, contributors, the administrator."""

from django.urls import URLPattern, path

from workflow.views import (
    administering,
    administering_bodies,
    keeping_home,
    keeping_listing,
    keeping_people,
    keeping_places,
    keeping_records,
    keeping_sections,
    keeping_suggestions,
    keeping_where,
    starting,
    suggesting_two,
)

_RECORD = "<str:kind>/<uuid:record_id>/<slug:slug>/"

urlpatterns: list[URLPattern] = [
    path("home/", keeping_home.home, name="home"),
    path("start/", starting.start, name="start-here"),
    # --- providers
    path("my-services/", keeping_listing.my_services, name="my-services"),
    path(
        "my-services/people/<uuid:organization_id>/",
        keeping_people.keepers,
        name="keepers",
    ),
    path(
        "my-services/people/<uuid:organization_id>/<uuid:user_id>/<slug:role>/",
        keeping_people.end_keeping,
        name="end-keeping",
    ),
    path(
        "my-services/people/<uuid:organization_id>/invitations/<uuid:invitation_id>/",
        keeping_people.take_invitation_back,
        name="withdraw-invitation",
    ),
    path("listings/new/", keeping_sections.new, name="new"),
    path("listings/<uuid:listing_id>/", keeping_listing.listing, name="listing"),
    path(
        "listings/<uuid:listing_id>/throw-away/",
        keeping_listing.throw_away,
        name="throw-away",
    ),
    path("listings/<uuid:listing_id>/submit/", keeping_listing.submit, name="submit"),
    path(
        "listings/<uuid:listing_id>/withdraw/",
        keeping_listing.withdraw,
        name="withdraw",
    ),
    path("listings/<uuid:listing_id>/appeal/", keeping_listing.appeal, name="appeal"),
    path(
        "listings/<uuid:listing_id>/take-away/",
        keeping_listing.take_away,
        name="take-away",
    ),
    path(
        "listings/<uuid:listing_id>/two/",
        suggesting_two.suggest_two,
        name="suggest-two",
    ),
    path("listings/<uuid:listing_id>/where/", keeping_where.where, name="where"),
    path(
        "listings/<uuid:listing_id>/public-line/",
        keeping_listing.public_line,
        name="public-line",
    ),
    path(
        "listings/<uuid:listing_id>/nothing-has-changed/",
        keeping_listing.confirm,
        name="confirm",
    ),
    path(
        "listings/<uuid:listing_id>/who-runs-it/",
        keeping_sections.run_by,
        name="run-by",
    ),
    path(
        "listings/<uuid:listing_id>/places/",
        keeping_places.find_place,
        name="find-place",
    ),
    path(
        "listings/<uuid:listing_id>/new-place/",
        keeping_places.new_place,
        name="new-place",
    ),
    path(
        f"listings/<uuid:listing_id>/{_RECORD}",
        keeping_sections.section,
        name="section",
    ),
    # --- contributors
    path("records/", keeping_records.records, name="records"),
    path("records/<uuid:listing_id>/suggest/", keeping_records.suggest, name="suggest"),
    path(
        f"records/<uuid:listing_id>/suggest/{_RECORD}",
        keeping_records.suggest_section,
        name="suggest-section",
    ),
    path(
        "records/<uuid:listing_id>/suggest-place/",
        keeping_places.suggest_place,
        name="suggest-place",
    ),
    path(
        "records/<uuid:listing_id>/suggest-new-place/",
        keeping_places.suggest_new_place,
        name="suggest-new-place",
    ),
    path(
        "records/<uuid:listing_id>/still-right/",
        keeping_records.still_right,
        name="still-right",
    ),
    path("records/<uuid:listing_id>/closed/", keeping_records.closed, name="closed"),
    path("records/<uuid:listing_id>/problem/", keeping_records.problem, name="problem"),
    path("my-suggestions/", keeping_suggestions.my_suggestions, name="my-suggestions"),
    path(
        "my-suggestions/<uuid:proposal_id>/",
        keeping_suggestions.suggestion,
        name="suggestion",
    ),
    path(
        "my-suggestions/<uuid:proposal_id>/take-back/",
        keeping_suggestions.take_back,
        name="take-back",
    ),
    # --- the administrator
    path("administration/", administering.administration, name="administration"),
    path("administration/jobs/", administering.jobs_page, name="jobs"),
    path("administration/jobs/<slug:name>/run/", administering.run_job, name="run-job"),
    path("administration/invite/", administering.invite_person, name="invite-person"),
    path("administration/places/", administering.places, name="places"),
    path(
        "administration/places/<uuid:place_id>/",
        administering_bodies.change_place,
        name="change-place",
    ),
    path("administration/partners/", administering.partners, name="partners"),
    path(
        "administration/partners/<uuid:partner_id>/",
        administering_bodies.change_partner,
        name="change-partner",
    ),
    path(
        "administration/partners/<uuid:partner_id>/end/",
        administering_bodies.end,
        name="end-partner",
    ),
    path(
        "administration/partners/<uuid:partner_id>/restart/",
        administering_bodies.restart,
        name="restart-partner",
    ),
    path(
        "administration/people/<uuid:user_id>/close/",
        administering.close_person,
        name="close-person",
    ),
    path(
        "administration/people/<uuid:user_id>/<slug:role>/end/",
        administering.end_role,
        name="end-role",
    ),
    path(
        "administration/people/<uuid:user_id>/<slug:role>/<uuid:target_id>/end/",
        administering.end_role,
        name="end-role",
    ),
]
