"""What the company does: who works there, which applications it has, and what its people do with them."""

from tests.fakes.wecom import events, inbox
from tests.fakes.wecom.corp import App, Department, Kind, Staff
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.events import Hook
from tests.fakes.wecom.inbox import Message
from tests.fakes.wecom.state import State

FIRST_AGENT = 1_000_002


class Company(State):
    """Verbs of employees and of the console; any thread may call them."""

    def on_event(self, hook: Hook) -> None:
        """From now on `hook` is called with the app that hears and the fields, for everything that happens."""
        self.hooks.append(hook)

    def app(self, name: str = "crm", kind: Kind = "app", *, lists_contact: bool = False, lists_kf: bool = False) -> App:
        """Somebody with a secret: "app" (self-built), "contact" (客户联系), "kf", "archive", "directory" (通讯录)."""
        with self.lock:
            app = App(
                name=name,
                kind=kind,
                secret=self.ids.secret(),
                agent_id=FIRST_AGENT + len(self.apps) if kind == "app" else 0,
                token=self.ids.secret(24),
                aes_key=self.ids.secret(43),
                lists_contact=lists_contact,
                lists_kf=lists_kf,
            )
            self.apps[name] = app
            return app

    def team(self, name: str, parent: Department | None = None) -> Department:
        with self.lock:
            team = Department(len(self.departments) + 1, name, parent.id if parent else 1)
            self.departments[team.id] = team
            events.directory_changed(self, "create_party", Id=team.id, Name=name, ParentId=team.parent, Order=0)
            return team

    def staff_member(self, userid: str, name: str = "", *, team: Department | None = None) -> Staff:
        """An employee; change the other fields as the scenario needs."""
        with self.lock:
            staff = Staff(userid, name or userid.title(), [team.id if team else 1])
            self.staff[userid] = staff
            department = ",".join(str(one) for one in staff.departments)
            events.directory_changed(self, "create_user", UserID=userid, Name=staff.name, Department=department)
            return staff

    def move(self, staff: Staff, *teams: Department) -> None:
        """To these teams: update_user."""
        with self.lock:
            staff.departments = [team.id for team in teams]
            department = ",".join(str(one) for one in staff.departments)
            events.directory_changed(self, "update_user", UserID=staff.userid, Department=department)

    def leave(self, staff: Staff) -> None:
        """An employee leaves the company: delete_user. Their customers wait for somebody."""
        with self.lock:
            staff.left_at = self.seconds
            for group in self.groups.values():
                group.status = 1 if group.owner == staff.userid else group.status
            events.directory_changed(self, "delete_user", UserID=staff.userid)

    def page_code(self, who: str) -> str:
        """What the address of a page carries when a member or a customer opened it: five minutes, one use."""
        with self.lock:
            code = self.ids.secret()
            self.page_codes[code] = (who, self.clock.now() + 300)
            return code

    def say(self, staff: Staff, app: App, words: str) -> Json:
        """An employee writes to an app; the fields of the message."""
        with self.lock:
            return events.from_person(self, app, staff.userid, "text", Content=words)

    def send(self, staff: Staff, app: App, kind: str, **fields: object) -> Json:
        """Any other kind of message (image, voice, location, link …), or `event` with its fields."""
        with self.lock:
            return events.from_person(self, app, staff.userid, kind, **fields)

    def enter(self, staff: Staff, app: App) -> Json:
        """An employee opens the chat with an app."""
        return self.send(staff, app, "event", Event="enter_agent", EventKey="")

    def press_menu(self, staff: Staff, app: App, key: str) -> Json:
        return self.send(staff, app, "event", Event="click", EventKey=key)

    def click(
        self,
        staff: Staff,
        message: Message,
        key: str,
        picked: dict[str, list[str]] | None = None,
        *,
        menu: bool = False,
    ) -> Json:
        """Press a button of a card that was delivered, or of its `menu`. `picked`: option ids by question."""
        with self.lock:
            assert staff.userid in message.delivered, f"{staff.name} has no such card"
            fields: Json = {
                "Event": "template_card_menu_event" if menu else "template_card_event",
                "EventKey": key,
                "TaskId": message.task_id,
                "CardType": message.shown_to(staff.userid)["card_type"],
                "ResponseCode": inbox.response_code(self, message),
            }
            if picked:
                items = [_picked(question, options) for question, options in picked.items()]
                fields["SelectedItems"] = {"SelectedItem": items}
            return events.from_person(self, message.app, staff.userid, "event", **fields)

    def show(self, app: App, staff: Staff, msgtype: str, body: Json) -> Message:
        """What an app answered passively to a callback stands in the person's chat; no limit counts it."""
        with self.lock:
            message = Message(
                str(self.ids.number()), app, msgtype, body, self.clock.now(), [staff.userid], passive=True
            )
            self.sent.append(message)
            return message

    def received(self, staff: Staff, app: App | None = None) -> list[Message]:
        """What the apps wrote to this person, in order, as far as it was delivered and not recalled."""
        with self.lock:
            return inbox.received(self, staff.userid, app)


def _picked(question: str, options: list[str]) -> Json:
    return {"QuestionKey": question, "OptionIds": {"OptionId": options}}
