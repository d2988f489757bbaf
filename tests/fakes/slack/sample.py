"""The sample company on Slack: Alice sells, Bob is on her team, Charlie must not see, and Acme shares a channel."""

from dataclasses import dataclass

from tests.fakes.clock import Clock, ManualClock
from tests.fakes.slack.apps import App, Install
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.people import User, Workspace
from tests.fakes.slack.world import World


@dataclass(frozen=True)
class Sample:
    """`gina`: a guest of the company, in `acme_shared` too. `erin`: of Acme. `acme_shared`: connects the two."""

    world: World
    home: Workspace
    acme: Workspace
    app: App
    crm: Install
    alice: User
    bob: User
    charlie: User
    gina: User
    erin: User
    sales: Channel
    acme_shared: Channel
    random: Channel

    @property
    def people(self) -> tuple[User, ...]:
        return (self.alice, self.bob, self.charlie, self.gina, self.erin)

    @property
    def channels(self) -> tuple[Channel, ...]:
        return (self.sales, self.acme_shared, self.random)


def sample(clock: Clock | None = None, *, seed: int = 1) -> Sample:
    """A fresh one, by a manual clock unless another is given."""
    world = World(clock=clock or ManualClock(), seed=seed)
    home, acme = world.workspace("home"), world.workspace("acme")
    alice = world.user("alice", home)
    bob, charlie = world.user("bob", home), world.user("charlie", home)
    gina = world.user("gina", home, guest="multi")
    erin = world.user("erin", acme)
    app = world.app("crm", unfurl_domains=("crm.example.com",))
    crm = world.install(app, home, installer=alice)
    sales = world.channel("sales", alice, members=[bob, crm])
    shared = world.channel("acme-shared", alice, members=[bob, gina, crm])
    world.connect(shared, acme, name="home-and-acme")
    world.join(erin, shared, inviter=alice)
    random = world.channel("random", charlie, members=[bob])
    return Sample(world, home, acme, app, crm, alice, bob, charlie, gina, erin, sales, shared, random)
