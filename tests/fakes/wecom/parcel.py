"""What is handed to an app over its callback URL, and what comes back."""

from dataclasses import dataclass, field

from tests.fakes.wecom import markup
from tests.fakes.wecom.errors import Json

#: By what two events of one person in one second can still be told apart.
TELLING = (
    *("Event", "ChangeType", "EventKey", "TaskId", "UserID", "ExternalUserID", "ChatId", "Id", "OpenKfId", "Token"),
    *("State", "UpdateDetail", "CurMemVer", "SelectedItems", "ResponseCode"),
)


@dataclass(frozen=True)
class Parcel:
    """`fields`: of the inner XML. `raw`: it goes instead of them, for what cannot be written as fields."""

    fields: Json
    raw: str = ""

    @property
    def name(self) -> str:
        """What it is about, for the journal: `text`, `template_card_event`, `add_external_contact` …"""
        kind = str(self.fields.get("MsgType", ""))
        if kind != "event":
            return kind
        return str(self.fields.get("ChangeType") or self.fields.get("Event", ""))

    @property
    def key(self) -> str:
        """By what a receiver can tell that it had this one already; holds what the app must keep to itself."""
        if "MsgId" in self.fields:
            return str(self.fields["MsgId"])
        named = (str(self.fields.get(name, "")) for name in ("FromUserName", "CreateTime", *TELLING))
        return "/".join(named)

    @property
    def person(self) -> str:
        """Who may be shown an answer: the userid, "" when nobody."""
        return "" if self.fields.get("FromUserName") in {None, "sys"} else str(self.fields["FromUserName"])

    def text(self) -> str:
        """The inner XML."""
        return self.raw or markup.write(self.fields)


@dataclass(frozen=True)
class Reply:
    """`reason`: why it does not count as answered: timeout, connection or status; "" when it does. `seconds`: by the
    wall.
    """

    reason: str = ""
    status: int = 0
    body: bytes = b""
    seconds: float = 0.0

    @property
    def acknowledged(self) -> bool:
        return not self.reason


@dataclass(frozen=True)
class Attempt:
    """`number`: 1 to 3. `cut`: hang up in the middle of the body. `pause`: seconds between its halves."""

    number: int = 1
    cut: bool = False
    pause: float = 0.0


@dataclass(frozen=True)
class Letter:
    """One HTTP request, as it goes out. `query`: already decoded."""

    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/xml"})
