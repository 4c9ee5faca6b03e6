"""Closed lists of the workflow. The sentences of PRODUCT.md are their source."""

from django.db import models


class Stage(models.TextChoices):
    """Stages of a listing (PRODUCT.md section 3)."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for a decision"
    ASSURED = "assured", "Assured"
    PUBLISHED = "published", "Published"
    UNPUBLISHED = "unpublished", "Not public"


class Hidden(models.TextChoices):
    """Reasons why a listing is not public. A listing may have several."""

    WITHDRAWN = "withdrawn", "Withdrawn"
    CLOSED = "closed", "Closed"
    LAPSED = "lapsed", "Not checked in time"
    PERSONAL_DATA = "personal_data", "Personal data"
    DUPLICATE = "duplicate", "Duplicate"
    CARRIED_OVER_ENDED = "carried_over_ended", "Carried over and never checked"
    REFUSED = "refused", "Refused"
    OUT_OF_SCOPE = "out_of_scope", "Out of scope"
    ABANDONED = "abandoned", "Abandoned"


DECLINED = (Hidden.REFUSED, Hidden.OUT_OF_SCOPE, Hidden.DUPLICATE, Hidden.ABANDONED)
PROVIDER_REASONS = (Hidden.WITHDRAWN, Hidden.CLOSED)


class ProposalKind(models.TextChoices):
    NEW = "new", "New service"
    EDIT = "edit", "Change"
    CLOSURE = "closure", "It has closed"
    REPORT = "report", "Something is wrong"
    DIVISION = "division", "Really two services"


class ProposalState(models.TextChoices):
    OPEN = "open", "Waiting"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Taken back"


class Evidence(models.TextChoices):
    """How do you know?"""

    RUN_IT = "run_it", "I run it or work there"
    VISITED = "visited", "I went there"
    RANG = "rang", "I rang or wrote to them"
    USER = "user", "Somebody who uses it told me"
    WEBSITE = "website", "I saw it on their website or poster"
    SOURCE = "source", "It came from a data source"
    OTHER = "other", "Something else"

    @classmethod
    def said(cls, value: str) -> str:
        """How somebody knows, in words; ``""`` for what is none of these, of which
        their own words are all that tells."""
        return "" if value == cls.OTHER else str(cls(value).label)


class Verdict(models.TextChoices):
    """What became of one change."""

    PENDING = "pending", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    CHANGED = "changed", "Changed and accepted"
    REJECTED = "rejected", "Rejected"
    OVERTAKEN = "overtaken", "Overtaken by another change"
    SAME = "same", "The same was accepted already"
    WITHDRAWN = "withdrawn", "Taken back"


class RejectReason(models.TextChoices):
    NOT_SO = "not_so", "We asked, and it is not so"
    CANNOT_CONFIRM = "cannot_confirm", "We could not confirm it"
    LESS_CLEAR = "less_clear", "What is there now is clearer"
    PERSONAL = "personal", "It is personal and cannot be published"
    ELSEWHERE = "elsewhere", "It belongs in another place on the record"
    OTHER = "other", "Another reason"


class Method(models.TextChoices):
    """How a record was checked or something was found out."""

    CALL = "call", "Phone call"
    EMAIL = "email", "E-mail"
    VISIT = "visit", "Visit"
    MEETING = "meeting", "Meeting"
    WEBSITE = "website", "Their own website"
    OWN = "own", "We run it ourselves"
    DECISION = "decision", "Decided on a proposal"


class Level(models.TextChoices):
    """Assurance level of an organization in a partnership (PRODUCT.md section 5)."""

    PROXY = "proxy", "We keep the record for them"
    MONITORED = "monitored", "They keep it, we check what they send"
    TRUSTED = "trusted", "They keep and assure it themselves"


class Advice(models.TextChoices):
    """What the facts of a year suggest about an organization's level."""

    READY = "ready", "Ready for the next level"
    STEP_DOWN = "step_down", "Look at stepping it down"


class EffortKind(models.TextChoices):
    """A piece of work whose minutes are counted."""

    CHECK = "check", "Check of a record"
    CORRECT = "correct", "Correction and check in one"
    NEW = "new", "Decision on a new service"
    DECISION = "decision", "Decision on a suggestion or report"
    CALL = "call", "Call"
    REVIEW = "review", "Quarterly review"


class WhenOverdue(models.TextChoices):
    RANK_LOWER = "rank_lower", "Keep it, after those that are in date"
    WARN = "warn", "Keep it where it is, with a warning"


class WhenLapsed(models.TextChoices):
    HIDE = "hide", "Hide it from the public until it is checked"
    RANK_LAST = "rank_last", "Keep it, after all others"
    WARN = "warn", "Keep it with a warning"


class Grade(models.TextChoices):
    """How fresh a record is; worked out from today, never typed."""

    CURRENT = "current", "In date"
    DUE_SOON = "due_soon", "Due soon"
    DUE = "due", "Due now"
    OVERDUE = "overdue", "Overdue"
    LAPSED = "lapsed", "Lapsed"
    NEVER = "never", "Not yet checked"


class SaidBy(models.TextChoices):
    """Who a confirmation came from."""

    PROVIDER = "provider", "The provider"
    OTHER = "other", "Somebody else"


class Ending(models.TextChoices):
    """How an agreement with a neighbour, or the proposal of one, came to its end."""

    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"
    ENDED = "ended", "Ended"


class Gravity(models.TextChoices):
    """How urgent a report is; sets its clock (PRODUCT.md section 5)."""

    ERROR = "error", "Something is wrong"
    CLOSED = "closed", "It has closed"
    HARM = "harm", "Somebody could come to harm"


URGENT = (Gravity.CLOSED, Gravity.HARM)
"""What is looked into on the same day and shown as being checked at once."""


class PauseEnd(models.TextChoices):
    """Why the clock of a report goes on after it stood still."""

    ANSWERED = "answered", "They answered"
    LIMIT = "limit", "It had waited long enough"
    DECIDED = "decided", "The report was decided"


class EscalationStep(models.TextChoices):
    """To whom a report is brought whose time runs out."""

    DEPUTY = "deputy", "The deputy, before its time is over"
    LEAD = "lead", "The lead of the place, once it is over"


class AreaKind(models.TextChoices):
    """What kind of part of a place an area on the map is."""

    WARD = "ward", "Ward"
    PARISH = "parish", "Parish"
    DISTRICT = "district", "District"


class OfferState(models.TextChoices):
    """What became of a record that one place offers another."""

    OPEN = "open", "Waits for an answer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"


class WhatIsWrong(models.TextChoices):
    """What somebody without an account can say is wrong, in the words of the page."""

    REACH = "reach", "The telephone number, e-mail or web page does not work"
    TIMES = "times", "The days or times are wrong"
    MOVED = "moved", "It is somewhere else now"
    COST = "cost", "The price is wrong"
    CLOSED = "closed", "It has closed"
    HARM = "harm", "Somebody could come to harm there"
    ELSE = "else", "Something else"


class Goes(models.TextChoices):
    """What becomes of a line of a service that is divided into two."""

    STAYS = "stays", "Stays here"
    BOTH = "both", "Is true of both"
    MOVES = "moves", "Goes to the new one"


class Stopped(models.TextChoices):
    """Why nothing more is sent to a contact point."""

    BOUNCED = "bounced", "What we send comes back"
    NOT_US = "not_us", "They say it is not them any more"
    ASKED_NOT = "asked_not", "They asked us not to write"


class AskTo(models.TextChoices):
    """Whom a step of the reminder ladder asks."""

    FIRST = "first", "The first contact"
    SECOND = "second", "The second contact"
    PHONE = "phone", "The assurer's phone list"
    LEAD = "lead", "The lead"


class ContractDue(models.TextChoices):
    """What the manager of a contract is told of it."""

    REVIEW_SOON = "review_soon", "Its review falls due"
    REVIEW_DUE = "review_due", "Its review fell due"
    END_NEAR = "end_near", "It ends"
    ENDED = "ended", "It ended"


class Channel(models.TextChoices):
    """How somebody was asked."""

    MAIL = "mail", "E-mail"
    SMS = "sms", "Text message"
    LETTER = "letter", "Letter"
    PHONE = "phone", "Phone list"
    LEAD = "lead", "Note to the lead"


class Answer(models.TextChoices):
    """What somebody who was asked has answered."""

    SAME = "same", "Nothing has changed"
    CHANGE = "change", "Something is different"
    CLOSED_FOR_NOW = "closed_for_now", "Closed for now"
    CLOSED = "closed", "We no longer run this"
    NOT_US = "not_us", "Not us any more"


class Answered(models.TextChoices):
    """The way an answer came."""

    LINK = "link", "Link in the mail"
    SIGN_IN = "sign_in", "Signed in"
    PHONE = "phone", "Telephone"
    LETTER = "letter", "Code of the letter"
    SMS = "sms", "Link in the text message"


class CallOutcome(models.TextChoices):
    """What came of ringing somebody."""

    SAME = "same", "All still right"
    CHANGE = "change", "Something has changed"
    NO_ANSWER = "no_answer", "No answer"
    WRONG_NUMBER = "wrong_number", "Wrong number"
    LATER = "later", "Ring again later"
    CLOSED = "closed", "They no longer run it"
    NOT_US = "not_us", "Not them any more"


class KeptKind(models.TextChoices):
    """What figures were kept for."""

    BASELINE = "baseline", "When the place started"
    MONTH = "month", "Month that is over"


class BatchAct(models.TextChoices):
    """What one person does to several records in one go."""

    CHECK = "check", "Check"
    REMIND = "remind", "Ask the provider"
    ASSIGN = "assign", "Give to another area of work"
    PUBLISH = "publish", "Publish"


class BatchState(models.TextChoices):
    """What became of one record of several."""

    WAITING = "waiting", "Not reached yet"
    LEFT_OUT = "left_out", "Left out"
    DONE = "done", "Done"
    REFUSED = "refused", "Could not be done"
    UNDONE = "undone", "Undone"
