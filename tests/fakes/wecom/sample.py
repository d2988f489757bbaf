"""The sample company on WeCom: Alice sells, Bob is on her team, Charlie must not see; their customers."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.clock import Clock, ManualClock
from tests.fakes.wecom.corp import App, Department, Staff
from tests.fakes.wecom.customers import Customer
from tests.fakes.wecom.world import World


@dataclass(frozen=True)
class Sample:
    """`crm`: the self-built app; `contact`, `kf`, `archive`: the secrets of 客户联系, 微信客服 and 会话内容存档.

    张三 and 李四 are friends with Alice, 李四 with Bob too; Acme's buyer (on WeCom) is Charlie's.
    """

    world: World
    crm: App
    contact: App
    kf: App
    archive: App
    sales: Department
    alice: Staff
    bob: Staff
    charlie: Staff
    zhang: Customer
    li: Customer
    acme: Customer

    @property
    def app(self) -> dict[str, Any]:
        """The app in `[wecom]`, without the address."""
        return {"corp_id": self.world.corp_id, "agent_id": self.crm.agent_id, "secret": self.crm.secret}

    @property
    def app_called_back(self) -> dict[str, Any]:
        """`app` with its callback."""
        return {**self.app, "token": self.crm.token, "encoding_aes_key": self.crm.aes_key}


def sample(clock: Clock | None = None, *, seed: int = 1) -> Sample:
    """A fresh one, by a manual clock unless another is given."""
    world = World(clock=clock or ManualClock(), seed=seed)
    crm = world.app("crm")
    contact, kf, archive = world.app("contact", "contact"), world.app("kf", "kf"), world.app("archive", "archive")
    sales, books = world.team("销售部"), world.team("财务部")
    alice, bob = world.staff_member("alice", team=sales), world.staff_member("Bob", team=sales)
    charlie = world.staff_member("charlie", team=books)
    zhang, li, acme = world.customer("张三"), world.customer("李四"), world.customer("王五", corp="Acme GmbH")
    for staff, customer in ((alice, zhang), (alice, li), (bob, li), (charlie, acme)):
        world.befriend(staff, customer)
    return Sample(world, crm, contact, kf, archive, sales, alice, bob, charlie, zhang, li, acme)
