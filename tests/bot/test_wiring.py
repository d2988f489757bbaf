"""What the configuration says is in the database before anything runs."""

from pathlib import Path
from typing import Any

import pytest

from bot import config, wiring
from bot.config import Config, ConfigError
from crm_core.customers import fields

BUDGET = {"key": "budget", "label_zh": "预算", "label_en": "Budget", "type": "number"}
SIZE = {"key": "size", "label_zh": "规模", "label_en": "Size", "type": "choice", "choices": ["大", "小"]}


def _config(folder: Path, *declared: dict[str, Any]) -> Config:
    database = {"url": f"sqlite:///{folder / 'crmbot.db'}"}
    return config.parse({"bot": {"language": "en"}, "database": database, "fields": list(declared)})


def _labels(settings: Config) -> list[str]:
    program = wiring.build(settings)
    with program.core.database.reading() as session:
        labels = [definition.label_zh for definition in fields.active(session)]
    program.core.database.close()
    return labels


def test_the_custom_fields_are_those_of_the_configuration(tmp_path: Path) -> None:
    assert _labels(_config(tmp_path, BUDGET, SIZE)) == ["预算", "规模"]
    assert _labels(_config(tmp_path, {**SIZE, "label_zh": "人数"})) == ["人数"]
    assert _labels(_config(tmp_path, BUDGET)) == ["预算"]


def test_a_field_that_cannot_be_kept_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    _labels(_config(tmp_path, BUDGET))
    for declared, sentence in (
        ([{**BUDGET, "type": "text"}], "The type of the field budget cannot change"),
        ([BUDGET, {**SIZE, "label_zh": "手机"}], "The field size has the same name"),
        ([{**SIZE, "choices": []}], "The choice field size needs its choices"),
    ):
        with pytest.raises(ConfigError, match=sentence):
            wiring.build(_config(tmp_path, *declared))
    assert _labels(_config(tmp_path, BUDGET)) == ["预算"]
