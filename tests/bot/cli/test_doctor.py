"""`crmbot doctor`, against the fake Slack with each fault."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.checkup import examine_backups, examine_database, examine_zones
from bot.cli import main
from crm_core.checkup import Outcome
from crm_core.database import Database
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.adapters.slack.certificates import self_signed
from tests.adapters.slack.far import Far
from tests.adapters.slack.installing import KEY, company_on, install
from tests.conftest import NOW
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.scene import Scene, set_scene
from tests.fakes.slack.server import serving
from tests.running import Running


@dataclass
class Doctor:
    """Runs the command with these settings of `[slack]`; keeps what it said."""

    scene: Scene
    database: Database
    file: Path
    capsys: pytest.CaptureFixture[str]
    said: str = ""
    admins: str | None = None

    def asks(self, **changes: str) -> int:
        settings = {
            "bot_token": self.scene.crm.token,
            "app_token": self.scene.crm.app.app_token,
            "api_url": f"{self.scene.world.address}/api/",
            **changes,
        }
        lines = "".join(f'{name} = "{value}"\n' for name, value in settings.items() if value)
        admins = f"slack:{self.scene.alice.id}" if self.admins is None else self.admins
        bot = f'[bot]\nadmins = ["{admins}"]\n' if admins else ""
        self.file.write_text(f'{bot}[database]\nurl = "{self.database.url}"\n[slack]\n{lines}', encoding="utf-8")
        code = main(["doctor", "--config", str(self.file)])
        self.said = self.capsys.readouterr().out
        for secret in (self.scene.crm.token, self.scene.crm.app.app_token, self.scene.crm.app.signing_secret, *_LEAKS):
            assert secret not in self.said
        return code

    def line(self, title: str) -> str:
        return next(line for line in self.said.splitlines() if title in line)


_LEAKS = ("leaked-marker",)


@pytest.fixture
def doctor(sqlite_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Doctor]:
    scene = set_scene()
    scene.clock.advance_to(time.time())
    scene.crm.app.socket_mode = True
    with serving(scene.world):
        yield Doctor(scene, sqlite_database, tmp_path / "config.toml", capsys)


def test_a_good_setup_is_good(doctor: Doctor) -> None:
    assert doctor.asks() == 0
    assert "FAIL" not in doctor.said
    assert doctor.line("Bot token").startswith("ok")
    assert "@crm of Home" in doctor.line("Bot token")
    assert "#sales" in doctor.line("Channels")
    assert doctor.line("Socket token").startswith("ok")


def test_the_checks_come_in_the_order_a_newcomer_meets_them(doctor: Doctor) -> None:
    doctor.asks()
    titles = ("Database", "Time zone", "Bot token", "Clock", "Scopes", "Channels", "Socket token")
    places = [doctor.said.index(title) for title in titles]
    assert places == sorted(places)


def test_that_nobody_administers_it_is_to_be_mended(doctor: Doctor) -> None:
    doctor.admins = ""
    assert doctor.asks() == 1
    assert doctor.line("Administrators").startswith("FAIL")
    assert 'admins, such as ["slack:U0123ABCD"]' in doctor.said
    with doctor.database.writing() as session:
        staff.add(session, "Dora", role=Role.ADMIN, now=NOW)
    assert doctor.asks() == 0
    assert "Dora" in doctor.line("Administrators")


def test_an_administrator_on_a_platform_that_is_not_connected_is_told(doctor: Doctor) -> None:
    doctor.admins = "slak:U0123"
    assert doctor.asks() == 1
    assert "not connected: slak:U0123" in doctor.line("Administrators")


@pytest.mark.parametrize(
    ("token", "reason", "page"),
    [
        ("xoxb-leaked-marker", "invalid_auth", "OAuth & Permissions"),
        ("xoxp-leaked-marker", "xoxb-", "OAuth & Permissions"),
        ("xapp-leaked-marker", "xoxb-", "OAuth & Permissions"),
    ],
)
def test_a_wrong_token_is_told_with_its_page(doctor: Doctor, token: str, reason: str, page: str) -> None:
    assert doctor.asks(bot_token=token) == 1
    assert doctor.line("Bot token").startswith("FAIL")
    assert reason in doctor.said
    assert page in doctor.said
    assert "复制" in doctor.said or "机器人令牌" in doctor.said


def test_an_app_that_was_taken_out_is_to_be_installed_again(doctor: Doctor) -> None:
    doctor.scene.world.uninstall(doctor.scene.crm)
    assert doctor.asks() == 1
    assert "account_inactive" in doctor.line("Bot token")
    assert "Install App" in doctor.said


def test_a_missing_scope_is_named_with_what_it_is_for(doctor: Doctor) -> None:
    doctor.scene.crm.scopes.discard("users:read.email")
    assert doctor.asks() == 1
    assert "users:read.email (knows colleagues by their e-mail)" in doctor.line("Scopes")
    assert "Reinstall" in doctor.said


def test_without_the_scope_for_channels_they_are_left_for_later(doctor: Doctor) -> None:
    doctor.scene.crm.scopes -= {"channels:read", "groups:read"}
    assert doctor.asks() == 1
    assert doctor.line("Channels").startswith("later")


def test_a_bot_in_no_channel_works_and_is_told_how_to_be_invited(doctor: Doctor) -> None:
    doctor.scene.world.leave(doctor.scene.crm, doctor.scene.sales)
    assert doctor.asks() == 0
    assert doctor.line("Channels").startswith("note")
    assert "/invite @crm" in doctor.said


def test_a_token_for_sockets_without_its_scope_is_told(doctor: Doctor) -> None:
    app = doctor.scene.crm.app
    app.app_tokens[app.app_token].clear()
    assert doctor.asks() == 1
    assert doctor.line("Socket token").startswith("FAIL")
    assert "connections:write" in doctor.said


def test_sockets_that_are_switched_off_are_told(doctor: Doctor) -> None:
    doctor.scene.crm.app.socket_mode = False
    assert doctor.asks() == 1
    assert "Enable Socket Mode" in doctor.said


def test_a_bot_token_is_no_token_for_sockets(doctor: Doctor) -> None:
    assert doctor.asks(app_token=doctor.scene.crm.token) == 1
    assert doctor.line("Socket token").startswith("FAIL")


@pytest.mark.parametrize("secret", ["leaked-marker", "xoxb-leaked-marker", "A" * 32])
def test_a_signing_secret_of_another_shape_is_told(doctor: Doctor, secret: str) -> None:
    assert doctor.asks(signing_secret=secret) == 1
    assert doctor.line("Signing secret").startswith("FAIL")
    assert "Basic Information" in doctor.said


def test_a_signing_secret_that_can_be_one_is_good(doctor: Doctor) -> None:
    doctor.asks(signing_secret="0123456789abcdef" * 2)
    assert doctor.line("Signing secret").startswith("ok")


@pytest.mark.parametrize(("seconds", "code"), [(20, 0), (400, 1)])
def test_a_clock_that_is_off_is_told(doctor: Doctor, seconds: int, code: int) -> None:
    doctor.scene.clock.advance(seconds)
    assert doctor.asks() == code
    assert ("behind" in doctor.line("Clock")) is bool(code)


def test_a_slack_that_cannot_be_reached_is_no_fault_of_the_token(doctor: Doctor) -> None:
    assert doctor.asks(api_url="http://127.0.0.1:9/api/") == 1
    assert "does not reach Slack" in doctor.said
    assert "Copy the Bot User OAuth Token" not in doctor.said


@pytest.mark.parametrize("kind", ["html", "garbage", "drop"])
def test_a_slack_in_trouble_is_told_and_nothing_breaks(doctor: Doctor, kind: str) -> None:
    doctor.scene.world.faults.add("auth.test", Fault(kind))  # type: ignore[arg-type]
    assert doctor.asks() == 1
    assert "status.slack.com" in doctor.said


def test_a_slack_that_asks_to_wait_is_told(doctor: Doctor) -> None:
    doctor.scene.world.faults.add("auth.test", Fault("ratelimited"))
    assert doctor.asks() == 1
    assert "again in a minute" in doctor.said


def test_over_http_without_an_address_it_cannot_tell(doctor: Doctor) -> None:
    assert doctor.asks(app_token="", signing_secret="0123456789abcdef" * 2) == 0
    assert doctor.line("Public address").startswith("note")


def test_an_address_that_leads_here_is_good(doctor: Doctor, running_program: Running) -> None:
    assert doctor.asks(public_url=running_program.url) == 0
    assert doctor.line("Public address").startswith("ok")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://crm.example.com", "is not https"),
        ("http://127.0.0.1:9", "no connection"),
    ],
)
def test_an_address_that_does_not_lead_here_is_explained(doctor: Doctor, address: str, found: str) -> None:
    assert doctor.asks(public_url=address) == 1
    assert found in doctor.line("Public address")
    assert "Event Subscriptions" in doctor.said


def test_an_address_of_another_program_is_explained(doctor: Doctor) -> None:
    assert doctor.asks(public_url=doctor.scene.world.address) == 1
    assert "HTTP 404" in doctor.line("Public address")


def test_a_certificate_of_ones_own_making_is_explained(doctor: Doctor, tmp_path: Path) -> None:
    with self_signed(tmp_path) as address:
        assert doctor.asks(public_url=address) == 1
    assert "certificate is not valid" in doctor.line("Public address")
    assert "Let's Encrypt" in doctor.said


def test_without_slack_it_says_how_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/new.db"\n', encoding="utf-8")
    assert main(["doctor", "--config", str(file)]) == 0
    assert "slack manifest --socket" in capsys.readouterr().out
    assert not (tmp_path / "new.db").exists()


def test_a_database_that_is_not_migrated_is_told(tmp_path: Path) -> None:
    (tmp_path / "old.db").touch()
    check = examine_database(f"sqlite:///{tmp_path}/old.db")
    assert check.outcome is Outcome.BAD
    assert check.mend is not None
    assert "crmbot migrate" in check.mend.en


def test_a_migrated_database_is_good(database: Database) -> None:
    assert examine_database(database.url).outcome is Outcome.GOOD


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://alice:leaked-marker@127.0.0.1:9/crm",
        "sqlite:////nowhere/at/all/crm.db",
        "leaked-marker",
        "mystery://x",
    ],
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(url: str) -> None:
    check = examine_database(url)
    assert check.outcome is Outcome.BAD
    assert "leaked-marker" not in repr(check)


def test_the_clocks_of_the_world_are_known() -> None:
    assert examine_zones().outcome is Outcome.GOOD


def test_a_slack_that_says_little_breaks_nothing(doctor: Doctor) -> None:
    async def ask() -> tuple[Far, int]:
        far = Far()
        await far.start()
        code = await asyncio.to_thread(doctor.asks, api_url=far.url)
        await far.stop()
        return far, code

    far, code = asyncio.run(ask())
    assert code == 1
    assert far.methods()[0] == "auth.test"
    assert "missing: chat:write" in doctor.line("Scopes")


def test_in_a_terminal_it_is_a_table(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    doctor.asks()
    assert "│" in doctor.said
    assert "检查 Check" in doctor.said


SEVERAL = {"bot_token": "", "app_token": "", "client_id": "1.2", "client_secret": "leaked-marker"}
SIGNED = {"signing_secret": "0123456789abcdef" * 2}


def test_before_any_workspace_let_the_bot_in_it_says_how(doctor: Doctor, running_program: Running) -> None:
    assert doctor.asks(**SEVERAL, **SIGNED, encryption_key=KEY, public_url=running_program.url) == 0
    assert doctor.line("Encryption key").startswith("ok")
    assert "crmbot slack install-link" in doctor.said


def test_each_workspace_is_looked_at(doctor: Doctor) -> None:
    with company_on(doctor.scene, doctor.database) as company:
        node = company.node()
        asyncio.run(install(node, doctor.scene.alice))
    doctor.asks(**SEVERAL, **SIGNED, encryption_key=KEY, public_url="https://crm.example.com")
    assert doctor.line("Bot token (Home)").startswith("ok")


def test_an_encryption_key_that_is_none_is_told(doctor: Doctor) -> None:
    several = {**SEVERAL, **SIGNED, "encryption_key": "leaked-marker", "public_url": "http://127.0.0.1:9"}
    assert doctor.asks(**several) == 1
    assert doctor.line("Encryption key").startswith("FAIL")
    assert "openssl rand -base64 32" in doctor.said


def test_backups_have_a_place_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert examine_backups("").outcome is Outcome.UNSURE
    assert examine_backups(str(tmp_path / "to" / "come")).outcome is Outcome.GOOD
    assert examine_backups(str(tmp_path / "file" / "below")).outcome is Outcome.BAD
