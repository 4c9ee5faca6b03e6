"""Addresses of those who lead a place."""

from django.urls import URLPattern, path

from workflow.views import (
    leading,
    leading_areas,
    leading_bulk,
    leading_effort,
    leading_erasing,
    leading_figures,
    leading_first,
    leading_hiding,
    leading_levels,
    leading_neighbours,
    leading_people,
    leading_place,
    leading_policy,
    leading_sources,
    leading_term,
    leading_terms,
)

urlpatterns: list[URLPattern] = [
    path("lead/", leading.lead, name="lead"),
    path("lead/policy/", leading_policy.policy, name="policy"),
    path("lead/first-checks/", leading_first.first, name="first-checks"),
    path("lead/organisations/", leading_levels.levels, name="levels"),
    path(
        "lead/organisations/<uuid:organization_id>/",
        leading_levels.organization,
        name="level",
    ),
    path(
        "lead/organisations/<uuid:organization_id>/own-body/",
        leading_levels.own_body,
        name="own-body",
    ),
    path("lead/effort/", leading_effort.reckoned, name="reckoned"),
    path("lead/areas/", leading_place.remits, name="remits"),
    path("lead/wards/", leading_areas.wards, name="wards"),
    path("lead/wards/<uuid:area_id>/", leading_areas.ward, name="ward"),
    path("lead/people/", leading_people.people, name="people"),
    path(
        "lead/people/<uuid:user_id>/<slug:role>/<uuid:target_id>/",
        leading_people.take_away,
        name="take-role",
    ),
    path(
        "lead/people/invitations/<uuid:invitation_id>/",
        leading_people.take_invitation_back,
        name="take-invitation-back",
    ),
    path("lead/neighbours/", leading_neighbours.neighbours, name="neighbours"),
    path(
        "lead/neighbours/<uuid:neighbour_id>/<slug:direction>/",
        leading_neighbours.sharing,
        name="sharing",
    ),
    path("lead/carry-over/", leading_bulk.carry_over, name="carry-over"),
    path("lead/sources/", leading_sources.sources, name="sources"),
    path("lead/sources/<uuid:source_id>/", leading_sources.source, name="source"),
    path("lead/terms/", leading_terms.lists, name="terms"),
    path("lead/terms/<uuid:taxonomy_id>/", leading_terms.one_list, name="term-list"),
    path("lead/terms/term/<uuid:term_id>/", leading_term.term, name="term"),
    path("lead/erase/", leading_erasing.erase, name="erase"),
    path("lead/erase/again/", leading_erasing.let_in, name="let-in-again"),
    path("lead/erase/account/", leading_erasing.account, name="erase-account"),
    path("lead/stops/<uuid:stop_id>/", leading_hiding.stop, name="hiding-stop"),
    path("lead/hide/<uuid:listing_id>/", leading_hiding.lapsed, name="lapsed"),
    path(
        "lead/areas/<uuid:remit_id>/<slug:slug>/",
        leading_figures.remit_figure,
        name="remit-figure",
    ),
    path("lead/weeks/<int:number>/", leading_figures.week_figure, name="week-figure"),
    path(
        "lead/<slug:slug>/records.csv",
        leading_figures.download,
        name="figure-records",
    ),
    path("lead/<slug:slug>/", leading_figures.figure, name="figure"),
]
