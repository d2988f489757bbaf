"""Customers, and what each of them is to each employee."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from tests.fakes.wecom.errors import Json

Agreement = Literal["Agree", "Disagree", "Default_Agree"]


@dataclass
class Customer:
    """`external_userid`: wm… on WeChat, wo… on WeCom (then `corp_name`).

    `refuses_transfer`: says no when another employee takes over.
    """

    external_userid: str
    name: str
    gender: int = 0
    corp_name: str = ""
    position: str = ""
    unionid: str = ""
    refuses_transfer: bool = False

    def shape(self) -> Json:
        on_wechat = self.external_userid.startswith("wm")
        shown: Json = {
            "external_userid": self.external_userid,
            "name": self.name,
            "type": 1 if on_wechat else 2,
            "avatar": f"https://avatar.example/{self.external_userid}",
            "gender": self.gender,
        }
        if not on_wechat:
            shown |= {"position": self.position, "corp_name": self.corp_name, "corp_full_name": self.corp_name}
            shown["external_profile"] = {"external_attr": []}
        if self.unionid:
            shown["unionid"] = self.unionid
        return shown


class Standing(StrEnum):
    """half: added from one side only; dropped: the customer deleted the employee; over: the employee the customer."""

    HALF = "half"
    FRIENDS = "friends"
    DROPPED = "dropped"
    OVER = "over"


@dataclass
class Relation:
    """`tags`: ids of corp and strategy tags; `personal`: (group, name) of the employee's own. `talked_at`: 0 for never.

    `transferred_at`: when another employee took over last, 0 for never. `agreement`: to being kept in the archive.
    """

    userid: str
    external_userid: str
    created_at: int
    standing: Standing
    add_way: int = 1
    state: str = ""
    remark: str = ""
    description: str = ""
    company: str = ""
    mobiles: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    personal: list[tuple[str, str]] = field(default_factory=list)
    talked_at: int = 0
    transferred_at: int = 0
    agreement: Agreement = "Disagree"
    agreed_at: int = 0

    @property
    def usable(self) -> bool:
        """Calls work, though the customer may have deleted the employee long ago."""
        return self.standing in {Standing.FRIENDS, Standing.DROPPED}

    def shape(self) -> Json:
        """Without tags: each call shows them in its own way."""
        shown: Json = {
            "userid": self.userid,
            "remark": self.remark,
            "description": self.description,
            "createtime": self.created_at,
            "remark_corp_name": self.company,
            "remark_mobiles": self.mobiles,
            "add_way": self.add_way,
            "oper_userid": self.userid,
        }
        return shown | ({"state": self.state} if self.state else {})


@dataclass(frozen=True)
class ToCustomer:
    """Something a customer or a customer group received. `how`: welcome, console welcome, broadcast, transfer, kf."""

    how: str
    sender: str
    to: str
    content: Json
    at: float
