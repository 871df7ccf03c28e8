"""The settings of an installation, read once; secrets stay in files of their own."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from bot import logs
from bot.services.rules.anonymity import FLOOR

_ENVIRONMENT = {
    "RESPITE_TOKEN_FILE": "discord.token_file",
    "RESPITE_DATABASE": "storage.database",
    "RESPITE_MASTER_KEY_FILE": "storage.master_key_file",
}
_SQLITE = "sqlite:///"
_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}")


class BadConfiguration(Exception):
    """What the operator has to mend, one line each. It never repeats a value, which may be a secret."""


def _place(value: object, info: ValidationInfo[Path | None]) -> Path:
    """Let a relative path start at the folder of the configuration file."""
    if not isinstance(value, str | Path) or not str(value) or _TOKEN.fullmatch(str(value)):
        raise ValueError("not a path")
    return (info.context or Path()) / value


def _database(value: object, info: ValidationInfo[Path | None]) -> SecretStr:
    url = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if url.startswith(_SQLITE):
        return SecretStr(_SQLITE + _place(url.removeprefix(_SQLITE), info).as_posix())
    if not url.startswith("postgresql://"):
        raise ValueError("not a database")
    return SecretStr(url)


_Place = Annotated[Path, BeforeValidator(_place)]
_Number = Annotated[int, Field(strict=True)]


class _Section(BaseModel):
    """A table of config.toml. Each key's description is what stands after 'must be' in a complaint."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)


class Discord(_Section):
    """How the bot reaches Discord."""

    token_file: _Place | None = Field(default=None, description="the path of a file that holds the token")
    shard_count: _Number | None = Field(default=None, ge=1, description="a whole number, 1 or more")


class Storage(_Section):
    """Where things are kept. The database's URL is a secret: it may hold a password."""

    database: Annotated[SecretStr, BeforeValidator(_database)] = Field(
        default=SecretStr("sqlite:///respite.db"),
        description="sqlite:///FILE or postgresql://NAME:PASSWORD@HOST/DATABASE",
    )
    keys: _Place = Field(default=Path("keys"), description="the path of a folder")
    master_key_file: _Place = Field(
        default_factory=lambda storage: storage["keys"] / "master.key", description="the path of a file"
    )


class Log(_Section):
    """What is logged, and in which form."""

    level: logs.Level = Field(default="INFO", description="one of DEBUG, INFO, WARNING, ERROR")
    format: logs.Format = Field(default="text", description="one of text, json")


class Checkins(_Section):
    """What an installation may make stricter about check-ins."""

    minimum_answers: _Number = Field(default=FLOOR, ge=FLOOR, description=f"a whole number, {FLOOR} or more")


class Backup(_Section):
    """Where backups go, how many there are, and how often one is made."""

    folder: _Place = Field(default=Path("backups"), description="the path of a folder")
    keep: _Number = Field(default=14, ge=1, description="a whole number, 1 or more")
    every_hours: _Number = Field(default=24, ge=0, description="a whole number; 0 means only when asked for")


class Settings(_Section):
    """Everything that an installation may choose. It does not change while the bot runs."""

    discord: Discord
    storage: Storage
    log: Log
    checkins: Checkins
    backup: Backup

    @model_validator(mode="before")
    @classmethod
    def _with_every_section(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Give sections that are absent as empty ones, so that their defaults learn the folder as well."""
        empty: dict[str, Any] = {section: {} for section in cls.model_fields}
        return empty | given


_SECTIONS: dict[str, Any] = {name: field.annotation for name, field in Settings.model_fields.items()}


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings: from the environment, else from the file, else the defaults.

    `path` is what `--config` named; it comes before RESPITE_CONFIG and ./config.toml. Relative paths
    start at that file's folder, those from the environment too.

    Raises: BadConfiguration, with every mistake at once.
    """
    named = path or environ.get("RESPITE_CONFIG")
    file = Path(named or "config.toml")
    given = _read(file) if named or file.exists() else {}
    sources: dict[str, str] = {}
    for variable, name in _ENVIRONMENT.items():
        section, _, key = name.partition(".")
        if environ.get(variable) and isinstance(given.setdefault(section, {}), dict):
            given[section] = {**given[section], key: environ[variable]}
            sources[name] = variable
    try:
        return Settings.model_validate(given, context=file.absolute().parent)
    except ValidationError as wrong:
        raise BadConfiguration("\n".join(_complaints(wrong, file, sources))) from None


def read_token(settings: Settings, environ: Mapping[str, str] = os.environ) -> str:
    """Return the bot's token, from the environment or from its file. It is kept nowhere else.

    Raises: BadConfiguration
    """
    if token := environ.get("RESPITE_TOKEN", "").strip():
        return token
    if (file := settings.discord.token_file) is None:
        raise BadConfiguration(
            "There is no token: copy it from Discord's developer portal (Bot, Reset Token) into a file "
            "and name that file in discord.token_file, or put it into RESPITE_TOKEN."
        )
    check_secret_file(file)
    token = _text(file).strip()
    if len(token.split()) != 1:
        raise BadConfiguration(f"{file}: must hold the token and nothing else.")
    return token


def check_secret_file(path: Path) -> None:
    """Refuse a secret that is not there, or that other people on this machine can open.

    Raises: BadConfiguration
    """
    try:
        mode = path.stat().st_mode
    except OSError as problem:
        raise BadConfiguration(f"{path}: cannot be read: {problem.strerror}.") from None
    if os.name == "posix" and mode & 0o077:
        raise BadConfiguration(
            f"{path}: others can open this secret. Type: chmod 600 {shlex.quote(str(path))}"
        )


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as problem:
        what, where = re.split(r" \(at |, column|\)$", str(problem))[:2]
        raise BadConfiguration(f"{file}: {where}: this is not TOML: {what}.") from None


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")  # editors on Windows begin a file with a mark
    except OSError as problem:
        raise BadConfiguration(f"{file}: cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise BadConfiguration(f"{file}: is not plain text in UTF-8.") from None


def _complaints(wrong: ValidationError, file: Path, sources: Mapping[str, str]) -> Iterator[str]:
    for error in wrong.errors(include_input=False, include_context=False):
        name = ".".join(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            yield f"{file}: {name} {_about_unknown(name.rpartition('.')[2])}."
        elif error["type"] != "default_factory_not_called":  # that follows from a mistake with its own line
            yield f"{sources.get(name, file)}: {name} must be {_allowed(name)}."


def _about_unknown(name: str) -> str:
    if name == "token":
        return "does not belong here: put it into a file that discord.token_file names, or into RESPITE_TOKEN"
    known = {section: f"[{section}]" for section in _SECTIONS}
    known |= {key: f"{section}.{key}" for section in _SECTIONS for key in _SECTIONS[section].model_fields}
    if near := get_close_matches(name, known, n=1):
        return f"is unknown; the nearest name is {known[near[0]]}"
    return "is unknown; config.example.toml has every name"


def _allowed(name: str) -> str:
    section, _, key = name.partition(".")
    return _SECTIONS[section].model_fields[key].description if key else f"a section: [{section}]"
