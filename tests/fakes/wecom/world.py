"""A WeCom to play with: `World` puts the verbs together so that a test reads like a script.

    world = World(clock=ManualClock())
    crm = world.app("crm", lists_contact=True)
    alice = world.staff_member("alice", team=world.team("sales"))
    acme = world.customer("Acme")
    world.befriend(alice, acme)
    world.say(alice, crm, "Who owns Acme?")

What the company does stands in company.py, what happens around customers in market.py, 微信客服 in desk.py.
"""

from tests.fakes.wecom.company import Company
from tests.fakes.wecom.desk import Desk
from tests.fakes.wecom.market import Market


class World(Company, Market, Desk):
    """All verbs may be called from any thread."""
