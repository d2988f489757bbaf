"""What is there for those who run it, in containers or without, fits the program."""

import re
from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path

import pytest

from bot.cli import main
from bot.config import SECRETS, load
from tests.deploy.compose import Node, parse

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
#: name:version, never a moving one.
_PINNED = re.compile(r"[a-z./-]+:[0-9][0-9A-Za-z.-]*")


def part(node: Node, *path: str) -> Node:
    for key in path:
        assert isinstance(node, Mapping), path
        node = node[key]
    return node


@pytest.fixture(scope="module")
def compose() -> Node:
    return parse((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_there_are_two_equal_nodes_a_database_and_a_proxy(compose: Node) -> None:
    services = part(compose, "services")
    assert set(services) == {"postgres", "node-1", "node-2", "proxy"}
    for same in ("image", "environment", "secrets", "volumes", "healthcheck"):
        assert part(compose, "services", "node-1", same) == part(compose, "services", "node-2", same)


@pytest.mark.parametrize("service", ["postgres", "node-1", "node-2", "proxy"])
def test_images_are_named_by_version(compose: Node, service: str) -> None:
    assert _PINNED.fullmatch(str(part(compose, "services", service, "image")))


def test_every_secret_and_volume_that_is_used_is_declared(compose: Node) -> None:
    for service in part(compose, "services"):
        known = part(compose, "services", service)
        assert isinstance(known, Mapping)
        assert set(known.get("secrets", [])) <= set(part(compose, "secrets"))
        named = {str(volume).split(":")[0] for volume in known.get("volumes", [])}
        assert {name for name in named if "/" not in name} <= set(part(compose, "volumes"))
        after = known.get("depends_on", {})
        assert set(after) <= set(part(compose, "services"))
    for name in part(compose, "secrets"):
        assert f"{name}" in (DEPLOY / "compose.yaml").read_text(encoding="utf-8").split("services:")[0]


def test_files_that_are_mounted_are_there_or_made_by_the_steps(compose: Node) -> None:
    steps = (DEPLOY / "compose.yaml").read_text(encoding="utf-8").split("name: crmbot")[0]
    for service in ("node-1", "proxy"):
        for volume in part(compose, "services", service, "volumes"):
            file = str(volume).split(":")[0]
            assert not file.startswith("./") or (DEPLOY / file).exists() or file[2:] in steps


def test_the_database_is_named_to_the_program_the_way_it_reads_it(compose: Node, tmp_path: Path) -> None:
    (name,) = list(part(compose, "services", "node-1", "environment"))
    assert name == "CRMBOT_DATABASE_URL_FILE"
    assert ("database", "url") in SECRETS
    url = tmp_path / "url"
    url.write_text("postgresql+psycopg://crmbot:x@postgres/crmbot")
    found = load(ROOT / "config.example.toml", {name: str(url)})
    assert found.database.url == url.read_text()


def test_the_proxy_asks_both_nodes_and_shows_nothing_of_the_inside() -> None:
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert "reverse_proxy node-1:8765 node-2:8765" in text
    assert "@inside path /metrics /healthz /readyz" in text


def test_the_image_is_built_from_locked_requirements_and_runs_as_nobody_in_particular() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.lock" in text
    assert re.search(r"^USER crmbot$", text, flags=re.MULTILINE)
    assert all(_PINNED.fullmatch(image) for image in re.findall(r"^FROM (\S+)", text, flags=re.MULTILINE))
    for source in re.findall(r"^COPY ((?:[^-\s]\S* )+)\S+$", text, flags=re.MULTILINE):
        assert all((ROOT / name).exists() for name in source.split()), source


def test_the_unit_starts_the_program_and_leaves_it_time_to_end(capsys: pytest.CaptureFixture[str]) -> None:
    unit = ConfigParser(interpolation=None, strict=False)
    unit.read(DEPLOY / "crmbot.service", encoding="utf-8")
    service = unit["Service"]
    program, *words = service["ExecStart"].replace("${HOST}", "127.0.0.1").split()
    assert (program, main(words)) == ("/opt/crmbot/bin/crmbot", 2)
    assert "/etc/crmbot/config.toml does not exist" in capsys.readouterr().err
    assert int(service["TimeoutStopSec"]) >= 30
    for page in ("scale.md", "scale.zh-CN.md"):
        steps = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert all(name in steps for name in ("deploy/crmbot.service", service["EnvironmentFile"].lstrip("-"), program))
        assert set(re.findall(r"CRMBOT_\w+", steps)) == {"CRMBOT_DATABASE_URL_FILE"}


@pytest.mark.parametrize("text", ["a: 1\na: 2", "a:\n\tb: 1", "a: {b: 1}", "a\n"])
def test_what_is_not_understood_is_not_let_through(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)
