"""What Slack refuses, and what to do about it: the advice of its pages on errors, as data.

Slack answers a refusal with HTTP 200, `ok: false` and a name; too many calls with 429; an outage with 5xx, with a page
of HTML, or not at all.
"""

from enum import StrEnum

from crm_core.chat import DeliveryError


class Remedy(StrEnum):
    """What to do when a call fails.

    give_up: this target does not take it, ever. fix: our own mistake. reconnect: nothing works until somebody installs
    the app again. refresh: the token is too old, get a new one. grant: a scope is missing. wait: not now. reconcile: it
    may have happened. nobody: no such person here. done: it is as it should be.
    """

    GIVE_UP = "give_up"
    FIX = "fix"
    RECONNECT = "reconnect"
    REFRESH = "refresh"
    GRANT = "grant"
    WAIT = "wait"
    RECONCILE = "reconcile"
    NOBODY = "nobody"
    DONE = "done"


#: Name of the error → what to do. A name that is not listed, nor begins like one in `FAMILIES`, is a refusal for good.
REMEDIES: dict[str, Remedy] = {
    "ratelimited": Remedy.WAIT,
    "rate_limited": Remedy.WAIT,
    "org_login_required": Remedy.WAIT,
    "team_added_to_org": Remedy.WAIT,
    "team_access_not_granted": Remedy.WAIT,
    "unreachable": Remedy.WAIT,
    "no_answer": Remedy.RECONCILE,
    "service_unavailable": Remedy.RECONCILE,
    "internal_error": Remedy.RECONCILE,
    "fatal_error": Remedy.RECONCILE,
    "request_timeout": Remedy.RECONCILE,
    "not_in_channel": Remedy.GIVE_UP,
    "channel_not_found": Remedy.GIVE_UP,
    "is_archived": Remedy.GIVE_UP,
    "is_inactive": Remedy.GIVE_UP,
    "user_not_in_channel": Remedy.GIVE_UP,
    "user_disabled": Remedy.GIVE_UP,
    "invalid_user_combination": Remedy.GIVE_UP,
    "ekm_access_denied": Remedy.GIVE_UP,
    "thread_not_found": Remedy.GIVE_UP,
    "cant_update_message": Remedy.GIVE_UP,
    "message_not_found": Remedy.GIVE_UP,
    "edit_window_closed": Remedy.GIVE_UP,
    "file_not_found": Remedy.GIVE_UP,
    "file_deleted": Remedy.GIVE_UP,
    "too_large": Remedy.GIVE_UP,
    "used_url": Remedy.GIVE_UP,
    "expired_url": Remedy.GIVE_UP,
    "msg_too_long": Remedy.FIX,
    "msg_blocks_too_long": Remedy.FIX,
    "no_text": Remedy.FIX,
    "too_many_attachments": Remedy.FIX,
    "metadata_too_large": Remedy.FIX,
    "not_allowed_token_type": Remedy.FIX,
    "invalid_arguments": Remedy.FIX,
    "invalid_arg_name": Remedy.FIX,
    "invalid_form_data": Remedy.FIX,
    "unknown_method": Remedy.FIX,
    "not_authed": Remedy.RECONNECT,
    "invalid_auth": Remedy.RECONNECT,
    "token_revoked": Remedy.RECONNECT,
    "account_inactive": Remedy.RECONNECT,
    "token_expired": Remedy.REFRESH,
    "missing_scope": Remedy.GRANT,
    "no_permission": Remedy.GRANT,
    "user_not_found": Remedy.NOBODY,
    "users_not_found": Remedy.NOBODY,
    "user_not_visible": Remedy.NOBODY,
    "already_reacted": Remedy.DONE,
    "no_reaction": Remedy.DONE,
}

#: How the names of some errors begin → what to do.
FAMILIES: dict[str, Remedy] = {
    "http_": Remedy.RECONCILE,
    "restricted_action": Remedy.GIVE_UP,
    "invalid_blocks": Remedy.FIX,
    "invalid_metadata": Remedy.FIX,
}


class SlackError(Exception):
    """A call that failed. Holds no token, no address and nothing of what was sent.

    `error`: Slack's name for it, or `http_<status>`, `no_answer`, `unreachable`. `retry_after`: seconds to wait.
    `unknown`: it may have happened all the same. `needed`, `provided`: the scopes, when one is missing.
    """

    def __init__(
        self,
        error: str,
        *,
        method: str = "",
        status: int = 200,
        retry_after: float | None = None,
        unknown: bool = False,
        needed: str = "",
        provided: str = "",
    ) -> None:
        super().__init__(f"{method or 'slack'}: {error}")
        self.error = error
        self.method = method
        self.status = status
        self.retry_after = retry_after
        self.unknown = unknown
        self.needed = needed
        self.provided = provided

    @property
    def remedy(self) -> Remedy:
        return remedy_of(self.error)


def remedy_of(error: str) -> Remedy:
    """What to do about an error of this name."""
    if error in REMEDIES:
        return REMEDIES[error]
    return next((remedy for start, remedy in FAMILIES.items() if error.startswith(start)), Remedy.GIVE_UP)


#: Seconds until it is tried again when an installation, a scope or the patience of Slack is missing.
_LATER = {Remedy.WAIT: 30.0, Remedy.RECONNECT: 60.0, Remedy.REFRESH: 60.0, Remedy.GRANT: 300.0}


def undelivered(error: SlackError) -> DeliveryError:
    """What a failed call means for the message it carried.

    Nothing is given up because an installation is down or lacks a scope: somebody mends that, and then it goes out.
    """
    reason = f"{error} (needs {error.needed})" if error.needed else str(error)
    if error.unknown:
        return DeliveryError(reason, unknown=True)
    wait = _LATER.get(error.remedy)
    if error.retry_after is not None or wait is not None:
        return DeliveryError(reason, retry_after=error.retry_after if error.retry_after is not None else wait)
    return DeliveryError(reason, permanent=error.remedy is not Remedy.RECONCILE)
