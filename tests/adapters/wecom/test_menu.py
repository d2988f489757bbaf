"""The menu of the app is put there when another one is, at a start or by `crmbot wecom menu`."""

import json
from pathlib import Path

import pytest

from adapters.wecom import menu
from bot.cli import main
from tests.adapters.wecom.calling import Calling, calling
from tests.adapters.wecom.far import CORP, SECRET, Far, refusal
from tests.adapters.wecom.knocking import AGENT
from tests.adapters.wecom.office import Office
from tests.adapters.wecom.sealing import AES_KEY, TOKEN


def test_the_menu_is_put_there_once() -> None:
    from adapters.wecom.setup import put_menu

    async def work(at: Calling) -> None:
        transport = at.transport()
        at.far.will("menu/get", refusal(46003), {"errcode": 0, **menu.wanted()})
        assert await put_menu(transport, AGENT)
        created = at.far.asked[-1]
        assert (created.path, created.query) == ("menu/create", {"agentid": str(AGENT)})
        assert json.loads(created.body) == menu.wanted()
        assert not await put_menu(transport, AGENT)

    calling(work)


def test_wecom_takes_the_menu_and_shows_it(office: Office) -> None:
    from adapters.wecom.setup import put_menu

    crm, transport = office.company.crm, office.transports[0]
    assert office.run(put_menu(transport, crm.agent_id))
    assert crm.menu == menu.wanted()
    assert not office.run(put_menu(transport, crm.agent_id))


@pytest.fixture
def settings(tmp_path: Path, far: Far) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(
        f'[database]\nurl = "sqlite:///{tmp_path}/crm.db"\n[wecom]\ncorp_id = "{CORP}"\nagent_id = {AGENT}\n'
        f'secret = "{SECRET}"\ntoken = "{TOKEN}"\nencoding_aes_key = "{AES_KEY}"\napi_url = "{far.url}"\n',
        encoding="utf-8",
    )
    return path


def test_it_is_put_there_from_the_command_line(settings: Path, far: Far, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wecom", "menu", "--config", str(settings)]) == 0
    assert "菜单已设置" in capsys.readouterr().out
    assert far.paths() == ["gettoken", "menu/get", "menu/create"]


def test_a_refusal_is_told_by_its_code_and_nothing_secret(
    settings: Path, far: Far, capsys: pytest.CaptureFixture[str]
) -> None:
    far.will("menu/get", refusal(60020))
    assert main(["wecom", "menu", "--config", str(settings)]) == 1
    said = capsys.readouterr().out
    assert "60020" in said
    assert SECRET not in said


def test_without_an_app_it_says_what_to_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.toml"
    path.write_text("", encoding="utf-8")
    assert main(["wecom", "menu", "--config", str(path)]) == 2
    assert "agent_id" in capsys.readouterr().err
