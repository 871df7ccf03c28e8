"""A refusal: the expected 'no' of a service, which becomes one sentence for a person."""

from __future__ import annotations

from enum import StrEnum


class Because(StrEnum):
    """Every reason for which the bot says no. Its sentence is in `bot/content/refusals.toml`."""

    ONLY_IN_A_SERVER = "only_in_a_server"
    NOT_SET_UP = "not_set_up"
    NEEDS_MANAGE_SERVER = "needs_manage_server"
    NEEDS_MODERATOR = "needs_moderator"
    NEEDS_FACILITATOR = "needs_facilitator"
    MISSING_PERMISSIONS = "missing_permissions"
    EVERYBODY_MODERATES = "everybody_moderates"
    UNKNOWN_TIME_ZONE = "unknown_time_zone"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_DAYS = "unknown_days"
    UNKNOWN_TIME = "unknown_time"
    UNKNOWN_THEME = "unknown_theme"
    UNKNOWN_SESSIONS = "unknown_sessions"
    TOO_MANY_REMINDERS = "too_many_reminders"
    NO_SUCH_REMINDER = "no_such_reminder"
    NO_SUCH_STEP = "no_such_step"
    UNKNOWN_LOAD = "unknown_load"
    WHICH_CIRCLE = "which_circle"
    NO_SUCH_CIRCLE = "no_such_circle"
    NAME_TAKEN = "name_taken"
    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"
    SEATS_OUT_OF_RANGE = "seats_out_of_range"
    NO_SUCH_HOLDER = "no_such_holder"
    CIRCLE_FULL = "circle_full"
    AGREEMENT_CHANGED = "agreement_changed"
    NOT_IN_CIRCLE = "not_in_circle"
    NO_OPEN_WINDOW = "no_open_window"
    WINDOW_CLOSED = "window_closed"
    TOO_LATE_TO_CHANGE = "too_late_to_change"
    WINDOW_ALREADY_OPEN = "window_already_open"
    NOT_SEATED_HERE = "not_seated_here"
    INCOMPLETE_ANSWER = "incomplete_answer"
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"
    WINDOW_LENGTH = "window_length"
    WINDOW_TOO_LONG = "window_too_long"
    SCHEDULE_EXISTS = "schedule_exists"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    NO_PRACTICE_FITS = "no_practice_fits"
    NO_SUCH_PROMPT = "no_such_prompt"
    TOO_MANY_PROMPTS = "too_many_prompts"
    NO_SUCH_RESOURCE = "no_such_resource"
    RESOURCE_INCOMPLETE = "resource_incomplete"
    TOO_MANY_RESOURCES = "too_many_resources"
    NOTHING_KEPT = "nothing_kept"
    TRENDS_SPOILT = "trends_spoilt"
    PASSPHRASE_LENGTH = "passphrase_length"
    PASSPHRASES_DIFFER = "passphrases_differ"
    PASSPHRASE_IS_SET = "passphrase_is_set"
    NO_PASSPHRASE = "no_passphrase"
    WRONG_PASSPHRASE = "wrong_passphrase"
    TOO_MANY_TRIES = "too_many_tries"
    DISCORD_FORBIDS = "discord_forbids"
    CHANNEL_GONE = "channel_gone"
    KEPT_TOO_LONG = "kept_too_long"
    KEPT_TOO_SHORT = "kept_too_short"
    OPTION_UNKNOWN = "option_unknown"
    COMMANDS_CHANGED = "commands_changed"
    EXPIRED = "expired"
    BUSY = "busy"
    SERVER_ARRIVING = "server_arriving"
    STOPPING = "stopping"


class Refusal(Exception):
    """Raised by a service when the answer is no; never caught in a cog."""

    def __init__(self, because: Because, **facts: str | int) -> None:
        super().__init__(because.value)
        self.because = because
        self.facts = facts
