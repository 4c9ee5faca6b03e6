"""Who may do what to whose record: the whole table, for people to read.

`manage.py write_docs` prints it; tests/workflow/test_permissions.py tries every cell of
it against the actions and fails when an action has no row. The rules themselves are in
``workflow/access/`` and ``accounts/actions.py``.
"""

from dataclasses import dataclass
from enum import StrEnum


class Actor(StrEnum):
    """Somebody who asks, by the one role they hold."""

    EDITOR = "Editor"
    ORGANIZATION_LEAD = "Organisation's lead"
    TRUSTED = "Editor of a trusted organisation"
    READER = "Partner reader"
    CONTRIBUTOR = "Contributor"
    VOLUNTEER = "Volunteer"
    ASSURER = "Assurer of the remit"
    OTHER_ASSURER = "Assurer of another remit"
    LEAD = "Partnership lead"
    PUBLISHER = "Publisher"
    OFFICER = "Data protection officer"
    ADMINISTRATOR = "Administrator"
    SUPERUSER = "Superuser without a role"
    INACTIVE = "Anybody whose account is closed"
    ANONYMOUS = "Nobody signed in"


class Whose(StrEnum):
    """Whose record it is, seen from the actor.

    ``OWN``: they wrote, sent in, suggested or decided it, it is their organisation's,
    or it is about themselves. ``HERE``: somebody else's in their place. ``ELSEWHERE``:
    somebody else's in another place.
    """

    OWN = "own"
    HERE = "here"
    ELSEWHERE = "elsewhere"


Cells = dict[Actor, frozenset[Whose]]

_LETTERS = {"o": Whose.OWN, "h": Whose.HERE, "e": Whose.ELSEWHERE}
_PROVIDERS = (Actor.EDITOR, Actor.ORGANIZATION_LEAD, Actor.TRUSTED)
_WORKERS = (Actor.CONTRIBUTOR, Actor.VOLUNTEER, Actor.ASSURER, Actor.OTHER_ASSURER)
_PERSONS = tuple(a for a in Actor if a not in (Actor.INACTIVE, Actor.ANONYMOUS))


def _cells(*pairs: tuple[Actor | tuple[Actor, ...], str]) -> Cells:
    out: Cells = {}
    for actors, letters in pairs:
        for actor in actors if isinstance(actors, tuple) else (actors,):
            out[actor] = frozenset(_LETTERS[letter] for letter in letters)
    return out


@dataclass(frozen=True)
class Rule:
    """A row: an action, on what, and who may. Who is not named may not.

    ``case`` tells the rows of one action apart.
    """

    action: str
    words: str
    who: Cells
    case: str = ""

    @property
    def key(self) -> str:
        return f"{self.action} ({self.case})" if self.case else self.action


_OWN = _cells((_PERSONS, "o"))
_REMIT = _cells((Actor.ASSURER, "oh"))
_LEAD = _cells((Actor.LEAD, "oh"))
_LEAD_HERE = _cells((Actor.LEAD, "h"))
_KEEP_CONTRACTS = _cells(((Actor.LEAD, Actor.ASSURER, Actor.OTHER_ASSURER), "h"))
_ITS_LEAD = _cells((Actor.LEAD, "oh"), (Actor.ASSURER, "o"))
_SUGGEST = _cells((_PROVIDERS, "o"), (_WORKERS, "ohe"))
_DECIDE = _cells((Actor.ASSURER, "h"), (Actor.TRUSTED, "o"))
_DECIDE_NOT_OWN = _cells((Actor.ASSURER, "h"))

RULES: tuple[Rule, ...] = (
    # drafts and submissions
    Rule("start_listing", "Begin a draft",
         _cells((_PROVIDERS, "he"), (_WORKERS, "h"))),
    Rule("save_draft", "Change a draft", _OWN),
    Rule("discard_draft", "Throw a draft away", _OWN),
    Rule("submit_listing", "Send a draft in", _OWN),
    Rule("withdraw_submission", "Take a submission back", _OWN),
    Rule("appeal_listing", "Appeal when it was declined", _OWN),
    Rule("return_listing", "Give a submission back", _REMIT),
    Rule("decline_listing", "Decline a listing on its way", _REMIT),
    Rule("reopen_listing", "Look at an assured listing again", _REMIT),
    Rule("carry_over_listings", "Carry an inherited listing over", _LEAD),
    # suggestions
    Rule("propose_edit", "Suggest a change", _SUGGEST),
    Rule("propose_record_edit", "Suggest a change to a place by itself", _SUGGEST),
    Rule("edit_own_organization", "Edit what an organisation says of itself",
         _cells((_PROVIDERS, "o"))),
    Rule("propose_place", "Suggest a new place for a service", _SUGGEST),
    Rule("report_closed", "Say that it has closed", _SUGGEST),
    Rule("report_problem", "Say that something is wrong", _SUGGEST),
    Rule("say_still_right", "Say that nothing has changed", _SUGGEST),
    Rule("withdraw_proposal", "Take a suggestion back", _OWN),
    Rule("edit_own", "Edit as its provider", _cells((_PROVIDERS, "o"))),
    # deciding
    Rule("start_deciding", "Claim a suggestion", _DECIDE),
    Rule("pause_clock", "Let a report wait for the provider", _DECIDE_NOT_OWN),
    Rule("resume_clock", "Let the clock of a report go on", _DECIDE_NOT_OWN),
    Rule("stop_deciding", "Give a claimed suggestion back", _DECIDE),
    Rule("decide", "Decide on a new service", _DECIDE, "new service"),
    Rule("decide", "Decide on a change of a service", _DECIDE, "service"),
    Rule("decide", "Decide on a change of a shared place", _DECIDE_NOT_OWN, "place"),
    Rule("decide", "Decide on a place by itself", _DECIDE_NOT_OWN, "record"),
    Rule("decide", "Decide on a field that is always checked", _DECIDE_NOT_OWN,
         "always checked"),
    Rule("decide", "Answer a report of closure", _DECIDE_NOT_OWN, "closure"),
    Rule("decide", "Answer a report of harm", _DECIDE_NOT_OWN, "harm"),
    Rule("undo_decision", "Undo a decision", _OWN),
    # checking
    Rule("check_listing", "Check a record",
         _cells((Actor.ASSURER, "oh"), (Actor.TRUSTED, "o"))),
    Rule("start_checking", "Be on the check of a record",
         _cells((Actor.ASSURER, "oh"), (Actor.TRUSTED, "o"))),
    Rule("stop_checking", "Leave the check of a record to others",
         _cells((Actor.ASSURER, "oh"), (Actor.TRUSTED, "o"))),
    Rule("undo_check", "Undo a check", _OWN),
    Rule("prepare_batch", "Choose several records to check in one go",
         _cells((Actor.ASSURER, "oh"), (Actor.TRUSTED, "o"))),
    Rule("run_batch", "Do to several records what one chose to", _OWN),
    Rule("undo_batch", "Undo that as a whole", _OWN),
    Rule("correct_and_check", "Correct and check a record", _REMIT),
    Rule("correct_record", "Correct a place by itself", _REMIT),
    # asking the provider
    Rule("save_contact_points", "Say whom to ask for an organisation",
         _cells((_PROVIDERS, "o"), (Actor.ASSURER, "oh"))),
    Rule("start_again", "Write again to a contact that was stopped",
         _cells((_PROVIDERS, "o"), (Actor.ASSURER, "oh"))),
    Rule("ask_by_hand", "Ask a provider at once, or by letter", _REMIT),
    Rule("ask_about_several", "Ask about several records in one mail", _REMIT),
    Rule("take_ask_back", "Take that back before it goes out", _OWN),
    Rule("revoke_ask", "Let a link that was sent open nothing", _REMIT),
    Rule("record_call", "Write down what came of a call to a provider", _REMIT),
    Rule("undo_call", "Take back what one wrote down of a call", _OWN),
    # to the public and back
    Rule("publish_listing", "Publish an assured listing",
         _cells((Actor.PUBLISHER, "oh"))),
    Rule("undo_publishing", "Undo that one published it",
         _cells((Actor.PUBLISHER, "o"))),
    Rule("hide_listing", "Take a listing from the public",
         _cells((_PROVIDERS, "o"), ((Actor.ASSURER, Actor.PUBLISHER), "oh"))),
    Rule("restore_listing", "Bring a hidden listing back",
         _cells(((Actor.ASSURER, Actor.PUBLISHER), "oh"))),
    Rule("hide_lapsed", "Hide a lapsed record that no machine may hide", _LEAD),
    Rule("state_public_line", "State that a mobile is the public line",
         _cells((_PROVIDERS, "o"))),
    Rule("accept_public_line", "Accept that it is", _DECIDE_NOT_OWN),
    Rule("release_finding", "Release a wrong finding",
         _cells((Actor.PUBLISHER, "oh"))),
    Rule("revoke_release", "Hold a released value back again",
         _cells((_PROVIDERS, "o"), ((Actor.ASSURER, Actor.PUBLISHER), "oh"))),
    # records as a whole
    Rule("set_visibility", "Say who sees a record", _REMIT),
    Rule("mark_entry", "Say that an entry only points elsewhere", _REMIT),
    Rule("replace_record", "Say that another record replaces it", _REMIT),
    Rule("keep_apart", "Take that back", _REMIT),
    Rule("split_listing", "Say that it is really two services", _REMIT),
    Rule("propose_division", "Suggest that it is really two services",
         _cells((_PROVIDERS, "o"))),
    Rule("split_location", "Give a service its own copy of a place", _REMIT),
    Rule("share_location", "Say that two records are one place", _REMIT),

    Rule("add_note", "Leave a note for one's own team",
         _cells(((Actor.CONTRIBUTOR, Actor.ASSURER, Actor.OTHER_ASSURER), "oh"))),
    Rule("add_record_note", "The same about an organisation or a place",
         _cells(((Actor.CONTRIBUTOR, Actor.ASSURER, Actor.OTHER_ASSURER), "oh"))),
    Rule("strike_note", "Strike out a note of one's own team",
         _cells((Actor.CONTRIBUTOR, "o"), (Actor.OTHER_ASSURER, "oh"))),
    Rule("erase_value", "Erase a value everywhere", _cells((Actor.OFFICER, "h"))),
    Rule("find_value", "Count where a value stands", _cells((Actor.OFFICER, "h"))),
    Rule("let_in_again", "Let an erased value in again", _cells((Actor.OFFICER, "h"))),
    Rule("erase_account", "Erase the name of a closed account",
         _cells((Actor.OFFICER, "h"))),
    # the place
    Rule("save_policy", "Set the policy", _LEAD_HERE),
    Rule("save_ladder", "Set when and whom the place asks", _LEAD_HERE),
    Rule("set_licence", "Say under which licence the open data is", _LEAD_HERE),
    Rule("save_effort_defaults", "Say what work is reckoned to take", _LEAD_HERE),
    Rule("spread_first_checks", "Plan the first checks", _LEAD_HERE),
    Rule("take_baseline", "Keep what the place starts with", _LEAD_HERE),
    Rule("set_level", "Set an organisation's level", _LEAD),
    Rule("review_organization", "Review a monitored organisation",
         _cells((Actor.ASSURER, "h"))),
    Rule("add_contract", "Write down a contract", _KEEP_CONTRACTS),
    Rule("change_contract", "Change a contract", _KEEP_CONTRACTS),
    Rule("review_contract", "Say that a contract was reviewed", _KEEP_CONTRACTS),
    Rule("end_contract", "End a contract before its day", _KEEP_CONTRACTS),
    Rule("hand_over", "Hand a listing over to a remit", _LEAD),
    Rule("hand_over_all", "Hand all of an area of work over", _LEAD_HERE),
    Rule("give_all_nobodys", "Give all that is nobody's to an area of work",
         _LEAD_HERE),
    Rule("declare_main", "Say where most of a service happens",
         _cells((_PROVIDERS, "o"), ((Actor.ASSURER, Actor.LEAD), "oh"))),
    Rule("set_critical", "Mark a service as critical", _LEAD),
    Rule("decide_stop", "Answer whether so many may be hidden", _LEAD_HERE),
    Rule("create_remit", "Give out a part of the place", _LEAD_HERE),
    Rule("change_remit", "Change what an area of work takes", _LEAD_HERE),
    Rule("name_leaders", "Name who leads an area of work", _LEAD_HERE),
    Rule("end_remit", "End an area of work", _LEAD_HERE),
    Rule("arrange_cover", "Say who stands in for an area of work", _ITS_LEAD),
    Rule("end_cover", "End that somebody stands in", _ITS_LEAD),
    Rule("link_own_body", "Say that partner and organisation are one", _LEAD),
    Rule("begin_harvest", "Bring in a source", _LEAD_HERE),
    Rule("ask_for_harvest", "Ask for a source to be brought in", _LEAD_HERE),
    Rule("propose_sharing", "Propose to share over the border", _LEAD_HERE),
    Rule("accept_sharing", "Accept what a neighbour proposes", _LEAD_HERE),
    Rule("decline_sharing", "Decline what a neighbour proposes", _LEAD_HERE),
    Rule("withdraw_sharing", "Take a proposal to a neighbour back", _LEAD_HERE),
    Rule("end_sharing", "End an agreement with a neighbour", _LEAD_HERE),
    Rule("offer_home", "Propose a new home for a record", _LEAD_HERE),
    Rule("accept_home", "Accept a new home for a record", _LEAD_HERE),
    Rule("decline_home", "Decline a new home for a record", _LEAD_HERE),
    Rule("withdraw_home", "Take a proposed new home back", _LEAD_HERE),
    Rule("add_term", "Put a term on a list", _LEAD_HERE),
    Rule("rename_term", "Rename a term", _LEAD_HERE),
    Rule("set_term_code", "Say by which code others know a term", _LEAD_HERE),
    Rule("change_list", "Give a list of terms another name", _LEAD_HERE),
    Rule("set_other_words", "Say what people say instead of a term", _LEAD_HERE),
    Rule("move_term", "Put a term below another", _LEAD_HERE),
    Rule("retire_term", "Retire a term", _LEAD_HERE),
    Rule("restore_term", "Take back that a term was retired", _LEAD_HERE),
    Rule("set_mapping", "Say which services answer a need", _LEAD_HERE),
    Rule("set_plain_needs", "Choose the needs of the front page", _LEAD_HERE),
    Rule("add_starter_lists", "Begin with our lists of terms", _LEAD_HERE),
    Rule("use_list", "Use a shared list of terms", _LEAD_HERE),
    Rule("import_lists", "Bring in a list of terms", _LEAD_HERE, "of a place"),
    Rule("import_lists", "Bring in a shared list of terms",
         _cells((Actor.ADMINISTRATOR, "h")), "shared"),
    Rule("run_job_now", "Run a job at once", _cells((Actor.ADMINISTRATOR, "h"))),
    Rule("create_place", "Set up a place", _cells((Actor.ADMINISTRATOR, "h"))),
    Rule("create_partner", "Add a partner", _cells((Actor.ADMINISTRATOR, "he"))),
    Rule("update_place", "Change how a place is set up",
         _cells((Actor.ADMINISTRATOR, "he"))),
    Rule("end_partner", "Let a partner take part no more",
         _cells((Actor.ADMINISTRATOR, "he"))),
    Rule("restart_partner", "Let it take part again",
         _cells((Actor.ADMINISTRATOR, "he"))),
    Rule("update_partner", "Change a partner", _cells((Actor.ADMINISTRATOR, "he"))),
    # people; "own" is oneself
    Rule("give_role", "Appoint an editor",
         _cells((Actor.ORGANIZATION_LEAD, "h")), "editor"),
    Rule("give_role", "Appoint an assurer", _LEAD_HERE, "assurer"),
    Rule("give_role", "Appoint a publisher", _LEAD_HERE, "publisher"),
    Rule("give_role", "Appoint a lead", _cells((Actor.ADMINISTRATOR, "he")), "lead"),
    Rule("give_role", "Appoint an administrator",
         _cells((Actor.ADMINISTRATOR, "h")), "administrator"),
    Rule("take_role", "End an editor's role",
         _cells((Actor.ORGANIZATION_LEAD, "oh")), "editor"),
    Rule("take_role", "End an assurer's role", _LEAD, "assurer"),
    Rule("invite", "Invite an editor",
         _cells((Actor.ORGANIZATION_LEAD, "h")), "editor"),
    Rule("invite", "Invite an assurer", _LEAD_HERE, "assurer"),
    Rule("withdraw_invitation", "Take an editor's invitation back",
         _cells((Actor.ORGANIZATION_LEAD, "oh")), "editor"),
    Rule("withdraw_invitation", "Take an assurer's invitation back", _LEAD, "assurer"),
    Rule("invite_first_editor", "Invite an organisation's first editor",
         _cells(((Actor.ASSURER, Actor.OTHER_ASSURER), "h"))),
    Rule("appoint_first_editor", "Appoint an organisation's first editor",
         _cells(((Actor.ASSURER, Actor.OTHER_ASSURER), "h"))),
    Rule("close_account", "Close an account", _cells((Actor.ADMINISTRATOR, "h"))),
)  # fmt: skip
