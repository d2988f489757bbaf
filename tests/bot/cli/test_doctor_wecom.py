"""`crmbot doctor` and WeCom, against the fake with each fault."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.cli import main
from crm_core.database import Database
from tests.fakes.clock import ManualClock
from tests.fakes.wecom.archive.chats import CORP_ID, SECRET, Chats
from tests.fakes.wecom.faults import Fault
from tests.fakes.wecom.robot.gateway import Gateway
from tests.fakes.wecom.running import Fake, wecom
from tests.fakes.wecom.sample import Sample, sample
from tests.running import running


@dataclass
class Doctor:
    """Runs the command with these settings of `[wecom]`; keeps what it said."""

    fake: Fake
    company: Sample
    gateway: Gateway
    database: Database
    file: Path
    capsys: pytest.CaptureFixture[str]
    said: str = ""

    @property
    def app(self) -> dict[str, Any]:
        secrets = {"contact_secret": self.company.contact.secret, "kf_secret": self.company.kf.secret}
        return {**self.company.app_called_back, **secrets}

    @property
    def robot(self) -> dict[str, str]:
        robot = self.gateway.robot
        return {"bot_id": robot.bot_id, "secret": robot.secret, "ws_url": self.gateway.url}

    def asks(self, app: dict[str, Any], robot: dict[str, str] | None = None, **archive: Any) -> int:
        sections = {"wecom": {"api_url": self.fake.api_url, **app}, "wecom.robot": robot, "wecom.archive": archive}
        text = f'[bot]\nadmins = ["wecom:alice"]\n[database]\nurl = "{self.database.url}"\n'
        for section, settings in sections.items():
            if settings:
                text += f"[{section}]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in settings.items())
        self.file.write_text(text, encoding="utf-8")
        code = main(["doctor", "--config", str(self.file)])
        self.said = self.capsys.readouterr().out
        company = self.company
        for secret in (company.crm.secret, company.contact.secret, company.kf.secret, self.gateway.robot.secret):
            assert secret not in self.said
        assert "leaked-marker" not in self.said
        assert not any(token in self.said for token in company.world.tokens.values())
        return code

    def line(self, title: str) -> str:
        return next(line for line in self.said.splitlines() if f"  {title} · " in line)


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int | list) else f'"{value}"'


@pytest.fixture
def doctor(sqlite_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Doctor]:
    company = sample(ManualClock(time.time()))
    with wecom(company.world) as fake:
        yield Doctor(fake, company, fake.open_robot(), sqlite_database, tmp_path / "config.toml", capsys)


@pytest.fixture
def archive(doctor: Doctor, tmp_path: Path) -> dict[str, Any]:
    """A good `[wecom.archive]`."""
    chats = Chats(tmp_path / "chats")
    doctor.company.world.corp_id, doctor.company.archive.secret = CORP_ID, SECRET
    return {"library": str(chats.library), "secret": SECRET, "private_keys": list(chats.key_files(1))}


def test_a_good_setup_is_good_and_asked_in_the_order_a_newcomer_meets_it(doctor: Doctor) -> None:
    assert doctor.asks(doctor.app, doctor.robot) == 0
    assert "FAIL" not in doctor.said
    titles = ("Robot", "App secret", "Clock", "App", "Visible range", "Callback address", "Customers")
    places = [doctor.said.index(doctor.line(title)) for title in titles]
    assert places == sorted(places)
    assert doctor.line("Visible range").startswith("ok")
    assert "3 members" in doctor.line("Customers")


def test_a_robot_alone_is_enough(doctor: Doctor) -> None:
    assert doctor.asks({}, doctor.robot) == 0
    assert "may connect" in doctor.line("Robot")
    assert "App secret" not in doctor.said


def test_a_wrong_secret_of_the_robot_is_told_with_its_page(doctor: Doctor) -> None:
    assert doctor.asks({}, {**doctor.robot, "secret": "leaked-marker"}) == 1
    assert "853000" in doctor.line("Robot")
    assert "长连接" in doctor.said


def test_a_robot_that_is_not_reached_is_no_fault_of_the_secret(doctor: Doctor) -> None:
    assert doctor.asks({}, {**doctor.robot, "ws_url": "ws://127.0.0.1:9"}) == 1
    assert "does not reach WeCom" in doctor.said


def test_a_program_that_runs_keeps_its_connection(doctor: Doctor) -> None:
    section = {"wecom": {"robot": doctor.robot}, "database": {"url": doctor.database.url}}
    with running(config.parse(section)):
        doctor.fake.call(doctor.gateway.subscribed())
        assert doctor.asks({}, doctor.robot) == 0
    assert "the program that runs" in doctor.line("Robot")
    assert doctor.gateway.opened == 1


@pytest.mark.parametrize(
    ("changes", "code", "mend"),
    [
        ({"secret": "leaked-marker"}, "40001", "each has its own"),
        ({"corp_id": "wwffffffffffffffff"}, "40013", "企业ID"),
        ({"agent_id": 1}, "301002", "two different apps"),
    ],
)
def test_what_was_copied_wrong_is_told(doctor: Doctor, changes: dict[str, Any], code: str, mend: str) -> None:
    assert doctor.asks({**doctor.app, **changes}) == 1
    assert code in doctor.said
    assert mend in doctor.said
    assert "wework_admin" in doctor.said


def test_a_machine_that_is_not_trusted_is_told_its_address(doctor: Doctor) -> None:
    doctor.company.crm.trusted.clear()
    assert doctor.asks(doctor.app) == 1
    assert "60020" in doctor.line("App")
    assert "Add 127.0.0.1 under 企业可信IP" in doctor.said


def test_an_app_that_is_switched_off_is_told(doctor: Doctor) -> None:
    doctor.company.crm.enabled = False
    assert doctor.asks(doctor.app) == 1
    assert "50003" in doctor.line("App")


def test_an_app_that_nobody_sees_is_told(doctor: Doctor) -> None:
    doctor.fake.world.faults.add("agent/get", Fault("empty"))
    assert doctor.asks(doctor.app) == 1
    assert doctor.line("App").startswith("FAIL")


def test_a_secret_that_may_not_read_customers_is_told_where_to_list_the_app(doctor: Doctor) -> None:
    assert doctor.asks({**doctor.app, "contact_secret": doctor.company.crm.secret}) == 1
    assert "48002" in doctor.line("Customers")
    assert "可调用应用" in doctor.said
    assert "客户联系 → API" in doctor.said


def test_what_is_not_used_is_noted_and_nothing_more(doctor: Doctor) -> None:
    assert doctor.asks({**doctor.app, "contact_secret": "", "kf_secret": ""}) == 0
    assert doctor.line("Customers").startswith("note")
    assert doctor.line("Customer service").startswith("note")


def test_a_callback_address_that_leads_here_answers_our_own_question(doctor: Doctor) -> None:
    section = {"wecom": {**doctor.app, "api_url": doctor.fake.api_url}, "database": {"url": doctor.database.url}}
    with running(config.parse(section)) as program:
        assert doctor.asks({**doctor.app, "public_url": program.url}) == 0
        assert doctor.line("Callback address").startswith("ok")
        assert doctor.asks({**doctor.app, "public_url": program.url, "token": "leakedmarker"}) == 1
        assert "another token or key" in doctor.line("Callback address")


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:9", "fake"])
def test_a_callback_address_that_leads_elsewhere_is_told(doctor: Doctor, elsewhere: str) -> None:
    url = doctor.fake.url if elsewhere == "fake" else elsewhere
    assert doctor.asks({**doctor.app, "public_url": url}) == 1
    assert doctor.line("Callback address").startswith("FAIL")
    assert "接收消息" in doctor.said


@pytest.mark.parametrize("kind", ["html", "page", "empty", "cut", "garbage", "drop", "redirect", "string", "busy"])
def test_a_wecom_in_trouble_is_told_and_nothing_breaks(doctor: Doctor, kind: Any) -> None:
    doctor.fake.world.faults.add("gettoken", Fault(kind))
    doctor.asks(doctor.app)
    assert "App secret" in doctor.said


@pytest.mark.parametrize(
    ("rows_of", "code", "told"),
    [
        (1, "", "a key for every version"),
        (2, "", "no private key of version 2"),
        (1, "301052", "301052"),
        (1, "10009", "301042"),
    ],
)
def test_the_archive_is_read_from_outside(doctor: Doctor, tmp_path: Path, rows_of: int, code: str, told: str) -> None:
    chats = Chats(tmp_path / "chats", versions=(1, 2))
    chats.row({"msgid": "one", "msgtype": "text"}, version=rows_of)
    if code:
        chats.trouble("chat", code)
    doctor.company.world.corp_id, doctor.company.archive.secret = CORP_ID, SECRET
    keys = list(chats.key_files(1))
    outcome = doctor.asks(doctor.app, library=str(chats.library), secret=SECRET, private_keys=keys)
    assert outcome == int(told != "a key for every version")
    assert told in doctor.line("Archive")


def test_members_of_the_archive_are_counted_and_nobody_is_noted(doctor: Doctor, archive: dict[str, Any]) -> None:
    assert doctor.asks(doctor.app, **archive) == 0
    assert doctor.line("Archive members").startswith("note")
    doctor.company.alice.archived = True
    assert doctor.asks(doctor.app, **archive) == 0
    assert "1 members are archived" in doctor.line("Archive members")


@pytest.mark.parametrize("code", [301042, 301052, 60020])
def test_an_archive_that_may_not_be_asked_for_members_is_told(
    doctor: Doctor, archive: dict[str, Any], code: int
) -> None:
    doctor.fake.world.faults.add("msgaudit/get_permit_user_list", Fault("error", code=code))
    assert doctor.asks(doctor.app, **archive) == 1
    assert ("301052" if code == 301052 else "301042") in doctor.line("Archive members")
    assert "会话内容存档" in doctor.said


def test_a_folder_for_files_that_cannot_be_written_is_told(
    doctor: Doctor, archive: dict[str, Any], tmp_path: Path
) -> None:
    assert doctor.asks(doctor.app, **archive, media=str(tmp_path / "files" / "deep")) == 0
    assert doctor.line("Archive files").startswith("ok")
    (tmp_path / "taken").write_text("")
    assert doctor.asks(doctor.app, **archive, media=str(tmp_path / "taken" / "files")) == 1
    assert "cannot be written" in doctor.line("Archive files")


def test_customer_service_that_nobody_hears_or_uses_is_noted(doctor: Doctor) -> None:
    doctor.asks(doctor.app)
    assert "0 accounts" in doctor.line("Customer service")
    doctor.company.world.kf_account("Acme 客服", [doctor.company.alice])
    doctor.asks(doctor.app)
    assert doctor.line("Customer service").startswith("ok")
    doctor.asks({**doctor.app, "token": "", "encoding_aes_key": ""}, doctor.robot)
    assert doctor.line("Customer service").startswith("note")
    assert "/wecom/callback" in doctor.said


def test_a_library_that_is_not_there_is_told(doctor: Doctor, tmp_path: Path) -> None:
    chats = Chats(tmp_path / "chats")
    assert doctor.asks(doctor.app, library="/x.so", secret=SECRET, private_keys=list(chats.key_files(1))) == 1
    assert "SDK下载" in doctor.said


def test_a_key_file_that_is_not_there_is_told(doctor: Doctor) -> None:
    assert doctor.asks(doctor.app, library="/x.so", secret=SECRET, private_keys=["1:/nowhere.pem"]) == 1
    assert doctor.line("Archive keys").startswith("FAIL")


def test_without_wecom_it_says_how_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/new.db"\n', encoding="utf-8")
    assert main(["doctor", "--config", str(file)]) == 0
    assert "docs/wecom.md" in capsys.readouterr().out
