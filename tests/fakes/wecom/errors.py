"""What WeCom answers when it refuses: HTTP 200 with an `errcode`. The sentence beside it is for people and changes."""

from typing import Any

Json = dict[str, Any]
"""A JSON object as it travels; its fields are WeCom's."""

TEXTS = {
    -1: "system busy",
    6000: "data version conflict",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40029: "invalid oauth code",
    40035: "invalid parameter",
    40058: "invalid request parameter",
    40063: "some parameters are empty",
    40068: "invalid tagid",
    40071: "invalid tag name",
    40072: "invalid tag name size",
    40096: "invalid external userid",
    40097: "handover user has not left",
    40098: "takeover user is not verified",
    40099: "takeover user has too many customers",
    40100: "customer is being transferred",
    40123: "invalid image",
    40126: "too many corp tags",
    40128: "customer was transferred within 90 days",
    40129: "customer is being transferred",
    40130: "handover and takeover are the same",
    40131: "handover user does not follow the customer",
    40143: "takeover user is barred",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "secret missing",
    41042: "msgid missing",
    41047: "invalid msgid",
    41048: "no customer can be reached",
    41050: "welcome code expired or invalid",
    41051: "customer is already being talked with",
    41063: "message is being dispatched",
    41064: "cannot recall: too old",
    41065: "cannot recall: unknown message",
    41093: "group message was cancelled",
    41094: "reminded too often",
    42001: "access_token expired",
    42022: "oauth code used",
    43009: "callback of the application missing",
    43012: "application has no callback url",
    44001: "empty media data",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    46003: "menu not exist",
    48002: "api forbidden",
    50001: "redirect_url not authorised",
    50002: "userid out of range",
    50003: "application is disabled",
    60003: "department not found",
    60011: "no privilege to access the member",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60123: "invalid party id",
    81011: "no privilege to edit or delete the tag",
    81013: "all receivers are invalid",
    81017: "owner filter needed",
    82001: "no receiver",
    82002: "too many parties",
    82003: "too many tags",
    84061: "no such customer relation",
    84074: "member has no right to customer contact",
    84084: "not a follower of the customer",
    86003: "chat not found",
    90500: "owner has not left",
    90501: "not a customer group",
    90502: "owner has left",
    90507: "new owner cannot take the group",
    90508: "group cannot be transferred",
    95000: "invalid open_kfid",
    95001: "too many messages",
    95002: "out of time",
    95004: "no right to the account",
    95007: "invalid msg token",
    95013: "conversation ended",
    95016: "wrong service state",
    95018: "wrong service state for sending",
    301002: "no privilege of the agent",
    301005: "no privilege",
    301042: "ip not allowed",
    301052: "licence expired",
    301053: "not enabled",
    301058: "too much data",
    301060: "too many in one request",
    610004: "out of the visible range",
    701008: "no interop licence",
    846605: "invalid req_id",
    846607: "no conversation with the robot",
    846608: "stream message update expired",
}


class WeComError(Exception):
    """`code`: the errcode; `detail`: what was wrong, added to the sentence; `fields`: what stands beside it."""

    def __init__(self, code: int, detail: str = "", **fields: Any) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.fields = fields

    def answer(self, hint: str) -> Json:
        """The answer; `hint`: digits that are different each time."""
        text = f"{TEXTS[self.code]}: {self.detail}" if self.detail else TEXTS[self.code]
        tail = f"hint: [{hint}], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e={self.code}"
        return {"errcode": self.code, "errmsg": f"{text}, {tail}", **self.fields}
