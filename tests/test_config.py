"""The configuration: what is read, what comes first, and what an operator is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.config import BadConfiguration, Settings, check_secret_file, load, read_token
from bot.services.rules.anonymity import FLOOR

CANARY = "quiet-canary-41"
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"  # noqa: S105 - made up
NOTHING: dict[str, str] = {}

posix = pytest.mark.skipif(os.name != "posix", reason="the modes of files mean something on POSIX only")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a configuration file that is not there yet."""
    return tmp_path / "config.toml"


def secret(path: Path, content: str, mode: int = 0o600) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path


def complaints(path: Path | None, environ: dict[str, str] = NOTHING) -> list[str]:
    with pytest.raises(BadConfiguration) as caught:
        load(path, environ)
    return str(caught.value).splitlines()


# What is read


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(None, NOTHING)
    assert settings.discord.token_file is None
    assert settings.discord.shard_count is None
    assert settings.storage.database.get_secret_value() == f"sqlite:///{tmp_path.as_posix()}/respite.db"
    assert settings.storage.keys == tmp_path / "keys"
    assert settings.storage.master_key_file == tmp_path / "keys" / "master.key"
    assert (settings.log.level, settings.log.format) == ("INFO", "text")
    assert settings.checkins.minimum_answers == FLOOR


def test_every_key_is_read(file: Path) -> None:
    file.write_text(
        """
        [discord]
        token_file = "token"
        shard_count = 3
        [storage]
        database = "postgresql://respite@localhost/respite"
        keys = "vault"
        master_key_file = "/srv/elsewhere/master.key"
        [log]
        level = "WARNING"
        format = "json"
        [checkins]
        minimum_answers = 8
        """
    )
    settings = load(file, NOTHING)
    assert settings.discord.token_file == file.parent / "token"
    assert settings.discord.shard_count == 3
    assert settings.storage.database.get_secret_value() == "postgresql://respite@localhost/respite"
    assert settings.storage.keys == file.parent / "vault"
    assert settings.storage.master_key_file == Path("/srv/elsewhere/master.key")
    assert (settings.log.level, settings.log.format) == ("WARNING", "json")
    assert settings.checkins.minimum_answers == 8


def test_the_file_in_the_current_folder_is_found(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('[log]\nlevel = "ERROR"\n')
    monkeypatch.chdir(file.parent)
    assert load(None, NOTHING).log.level == "ERROR"


def test_relative_paths_start_at_the_folder_of_the_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('[storage]\ndatabase = "sqlite:///data/respite.db"\n')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    settings = load(file, NOTHING)
    assert settings.storage.database.get_secret_value() == f"sqlite:///{tmp_path.as_posix()}/data/respite.db"
    assert settings.storage.keys == tmp_path / "keys"


def test_an_absolute_database_path_stays_as_it_is(file: Path) -> None:
    file.write_text('[storage]\ndatabase = "sqlite:////srv/respite/respite.db"\n')
    assert load(file, NOTHING).storage.database.get_secret_value() == "sqlite:////srv/respite/respite.db"


def test_the_master_key_lies_in_the_folder_of_keys_unless_said_otherwise(file: Path) -> None:
    file.write_text('[storage]\nkeys = "vault"\n')
    assert load(file, NOTHING).storage.master_key_file == file.parent / "vault" / "master.key"


def test_a_file_saved_by_an_editor_on_windows_is_read(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbf[log]\r\nlevel = "DEBUG"\r\n')
    assert load(file, NOTHING).log.level == "DEBUG"


def test_settings_cannot_be_changed(file: Path) -> None:
    file.touch()
    settings = load(file, NOTHING)
    with pytest.raises(ValidationError, match="frozen"):
        settings.log.level = "DEBUG"  # pyright: ignore[reportAttributeAccessIssue]


# What comes first


def test_the_environment_comes_before_the_file(file: Path) -> None:
    file.write_text(
        '[discord]\ntoken_file = "a"\n[storage]\ndatabase = "sqlite:///a.db"\nmaster_key_file = "a.key"\n'
    )
    settings = load(
        file,
        {
            "RESPITE_TOKEN_FILE": "b",
            "RESPITE_DATABASE": "postgresql://localhost/b",
            "RESPITE_MASTER_KEY_FILE": "/b.key",
        },
    )
    assert settings.discord.token_file == file.parent / "b"
    assert settings.storage.database.get_secret_value() == "postgresql://localhost/b"
    assert settings.storage.master_key_file == Path("/b.key")


def test_an_empty_variable_counts_as_absent(file: Path) -> None:
    file.write_text('[discord]\ntoken_file = "a"\n')
    assert load(file, {"RESPITE_TOKEN_FILE": ""}).discord.token_file == file.parent / "a"


def test_the_option_comes_before_the_variable_and_the_variable_before_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, level in (("config.toml", "DEBUG"), ("variable.toml", "WARNING"), ("option.toml", "ERROR")):
        (tmp_path / name).write_text(f'[log]\nlevel = "{level}"\n')
    monkeypatch.chdir(tmp_path)
    environ = {"RESPITE_CONFIG": "variable.toml"}
    assert load(Path("option.toml"), environ).log.level == "ERROR"
    assert load(None, environ).log.level == "WARNING"
    assert load(None, NOTHING).log.level == "DEBUG"


# What an operator is told


def test_all_mistakes_are_told_at_once_one_line_each(file: Path) -> None:
    file.write_text(
        """
        [discord]
        shard_count = "two"
        [storage]
        keys = 5
        [log]
        level = "LOUD"
        colour = true
        [checkins]
        minimum_answers = 4
        """
    )
    assert complaints(file) == [
        f"{file}: discord.shard_count must be a whole number, 1 or more.",
        f"{file}: storage.keys must be the path of a folder.",
        f"{file}: log.level must be one of DEBUG, INFO, WARNING, ERROR.",
        f"{file}: log.colour is unknown; config.example.toml has every name.",
        f"{file}: checkins.minimum_answers must be a whole number, 5 or more.",
    ]


@pytest.mark.parametrize(
    ("content", "unknown", "nearest"),
    [
        ("[log]\nlevl = 1", "log.levl", "log.level"),
        ("[lgo]\nlevel = 1", "lgo", "[log]"),
        ("[check-ins]\nminimum_answers = 9", "check-ins", "[checkins]"),
        ("level = 1", "level", "log.level"),
        ("[log]\ntoken_file = 1", "log.token_file", "discord.token_file"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(
    file: Path, content: str, unknown: str, nearest: str
) -> None:
    file.write_text(content)
    assert complaints(file) == [f"{file}: {unknown} is unknown; the nearest name is {nearest}."]


@pytest.mark.parametrize(
    "content",
    [
        "[checkins]\nminimum_answers = 4",
        "[checkins]\nminimum_answers = 0",
        "[checkins]\nminimum_answers = true",
        "[checkins]\nminimum_answers = 7.0",
        '[checkins]\nminimum_answers = "7"',
        "[discord]\nshard_count = 0",
        "[discord]\nshard_count = true",
        '[log]\nlevel = "info"',
        '[log]\nformat = "xml"',
        '[storage]\ndatabase = "sqlite:///"',
        '[storage]\ndatabase = "respite.db"',
        '[storage]\ndatabase = "mysql://localhost/respite"',
        "[storage]\ndatabase = 5",
        '[storage]\nmaster_key_file = ""',
        '[discord]\ntoken_file = ["a"]',
        "log = 5",
    ],
)
def test_a_wrong_value_is_told_in_one_line_with_its_key_and_what_is_allowed(file: Path, content: str) -> None:
    file.write_text(content)
    (line,) = complaints(file)
    assert line.startswith(f"{file}: ")
    assert " must be " in line


def test_a_wrong_value_from_the_environment_names_the_variable(file: Path) -> None:
    file.touch()
    (line,) = complaints(file, {"RESPITE_DATABASE": "respite.db"})
    assert line.startswith("RESPITE_DATABASE: storage.database must be sqlite:///FILE or postgresql://")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("[log]\nlevel = \n", "line 2"),
        ("[log]\n\n\nlevel: DEBUG\n", "line 4"),
        ('[log]\nlevel = """', "end of document"),
    ],
)
def test_a_file_that_is_not_toml_is_told_with_the_line(file: Path, content: str, where: str) -> None:
    file.write_text(content)
    (line,) = complaints(file)
    assert line.startswith(f"{file}: {where}: this is not TOML: ")


def test_a_named_file_has_to_be_there(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    told = [f"{missing}: cannot be read: No such file or directory."]
    assert complaints(missing) == told
    assert complaints(None, {"RESPITE_CONFIG": str(missing)}) == told


def test_a_file_that_is_not_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    assert complaints(file) == [f"{file}: is not plain text in UTF-8."]


# Secrets


@pytest.mark.parametrize("content", ['[discord]\ntoken = "{0}"', 'token = "{0}"', '[storage]\ntoken = "{0}"'])
def test_a_token_in_the_file_is_refused_and_not_repeated(file: Path, content: str) -> None:
    file.write_text(content.format(TOKEN))
    (line,) = complaints(file)
    assert "discord.token_file" in line
    assert "RESPITE_TOKEN" in line
    assert TOKEN not in line


def test_a_token_where_its_file_belongs_is_refused_and_not_repeated(file: Path) -> None:
    file.write_text(f'[discord]\ntoken_file = "{TOKEN}"\n')
    (line,) = complaints(file)
    assert "discord.token_file must be the path of a file" in line
    assert TOKEN not in line


@pytest.mark.parametrize(
    "url", [f"mysql://respite:{CANARY}@host/respite", f"{CANARY}", f"postgresql:respite:{CANARY}@host"]
)
def test_a_refused_value_is_never_repeated(file: Path, url: str) -> None:
    file.write_text(f'[storage]\ndatabase = "{url}"\n[log]\nlevel = "{CANARY}"\nformat = ["{CANARY}"]\n')
    with pytest.raises(BadConfiguration) as caught:
        load(file, NOTHING)
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(caught.value)


def test_a_password_of_the_database_shows_in_no_form_of_the_settings(file: Path) -> None:
    file.write_text(f'[storage]\ndatabase = "postgresql://respite:{CANARY}@host/respite"\n')
    settings = load(file, NOTHING)
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert CANARY not in shown
    assert CANARY in settings.storage.database.get_secret_value()


def test_the_token_comes_from_the_environment_first(file: Path) -> None:
    secret(file.parent / "token", "from-the-file")
    file.write_text('[discord]\ntoken_file = "token"\n')
    assert read_token(load(file, NOTHING), {"RESPITE_TOKEN": f" {TOKEN}\n"}) == TOKEN


def test_the_token_is_read_from_its_file_without_the_space_around_it(file: Path) -> None:
    secret(file.parent / "token", f"\n  {TOKEN}\r\n")
    file.write_text('[discord]\ntoken_file = "token"\n')
    settings = load(file, NOTHING)
    assert read_token(settings, NOTHING) == TOKEN
    assert TOKEN not in repr(settings)


def test_without_a_token_one_line_says_how_to_get_one() -> None:
    with pytest.raises(BadConfiguration) as caught:
        read_token(Settings(), NOTHING)
    (line,) = str(caught.value).splitlines()
    for word in ("developer portal", "discord.token_file", "RESPITE_TOKEN"):
        assert word in line


@pytest.mark.parametrize("content", ["", " \n", f"token: {CANARY}"])
def test_a_token_file_holds_the_token_and_nothing_else(file: Path, content: str) -> None:
    token_file = secret(file.parent / "token", content)
    file.write_text('[discord]\ntoken_file = "token"\n')
    with pytest.raises(BadConfiguration) as caught:
        read_token(load(file, NOTHING), NOTHING)
    assert str(caught.value) == f"{token_file}: must hold the token and nothing else."


def test_a_secret_file_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration) as caught:
        check_secret_file(tmp_path / "token")
    assert str(caught.value) == f"{tmp_path / 'token'}: cannot be read: No such file or directory."


@posix
@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602, 0o644, 0o610, 0o666])
def test_a_secret_that_others_can_open_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, mode: int
) -> None:
    file = secret(tmp_path / "the token", CANARY, mode)
    with pytest.raises(BadConfiguration) as caught:
        check_secret_file(file)
    assert str(caught.value).endswith(f"Type: chmod 600 '{file}'")
    assert CANARY not in str(caught.value)


@posix
@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_secret_of_its_owner_alone_is_accepted(tmp_path: Path, mode: int) -> None:
    check_secret_file(secret(tmp_path / "token", CANARY, mode))


@posix
def test_a_token_file_that_others_can_open_is_not_read(file: Path) -> None:
    secret(file.parent / "token", TOKEN, 0o644)
    file.write_text('[discord]\ntoken_file = "token"\n')
    with pytest.raises(BadConfiguration, match="chmod 600"):
        read_token(load(file, NOTHING), NOTHING)
