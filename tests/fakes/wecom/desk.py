"""What happens at 微信客服: customers come and write, servicers answer, sessions change hands."""

from tests.fakes.wecom import kf
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.customers import Customer
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.kf import Account
from tests.fakes.wecom.state import State


class Desk(State):
    """Verbs of kf; any thread may call them. Everything rings the doorbell (kf_msg_or_event)."""

    def kf_account(self, name: str = "Acme 客服", servicers: list[Staff] | None = None) -> Account:
        with self.lock:
            account = Account(self.ids.new("wk"), name, servicers=[one.userid for one in servicers or ()])
            self.kf.accounts[account.open_kfid] = account
            return account

    def kf_enter(self, customer: Customer, account: Account, *, scene: str = "") -> Json:
        """The customer opens the chat; the event, with a welcome code where there is one."""
        with self.lock:
            return kf.enter(self, account, customer, scene)

    def kf_say(self, customer: Customer, account: Account, words: str) -> str:
        """The customer writes; the msgid."""
        return self.kf_send(customer, account, "text", {"content": words})

    def kf_send(self, customer: Customer, account: Account, msgtype: str, body: Json) -> str:
        """Any other kind of message, known or not."""
        with self.lock:
            return kf.customer_writes(self, account, customer, msgtype, body)

    def kf_answer(self, staff: Staff, account: Account, customer: Customer, words: str) -> str:
        """A servicer writes in the client: origin 5."""
        with self.lock:
            return kf.servicer_writes(self, account, staff.userid, customer, words)

    def kf_recall(self, account: Account, customer: Customer, msgid: str, *, by_servicer: bool = False) -> str:
        kind = "servicer_recall_msg" if by_servicer else "user_recall_msg"
        return self.kf_event(account, kind, external_userid=customer.external_userid, recall_msgid=msgid)

    def kf_hand(self, account: Account, customer: Customer, staff: Staff, *, change: int = 1) -> str:
        """A servicer takes (1), is given (2) or ends (3) a session: session_status_change."""
        with self.lock:
            talk = kf.session(self, account, customer.external_userid)
            former, talk.servicer = talk.servicer, "" if change == 3 else staff.userid
            talk.state = kf.ENDED if change == 3 else kf.HUMAN
            ids: Json = {"external_userid": customer.external_userid, "change_type": change}
            ids |= {"old_servicer_userid": former or staff.userid, "new_servicer_userid": talk.servicer}
            if change == 3:
                ids["msg_code"] = kf.code(self, account, customer.external_userid, kf.CODE_SECONDS)
            return self.kf_event(account, "session_status_change", **ids)

    def kf_event(self, account: Account, event_type: str, **fields: object) -> str:
        """Any event; its ids stand inside of it."""
        with self.lock:
            event: Json = {"event_type": event_type, "open_kfid": account.open_kfid, **fields}
            return kf.write(self, account, kf.SYSTEM, "event", event)

    def kf_fails(self, *fail_types: int) -> None:
        """The next sends are accepted and fail afterwards, for these reasons."""
        with self.lock:
            self.kf.failing += fail_types
