"""What is installed is pinned, hashed, and tied to no particular host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt")
PINNED = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)(\[[a-z0-9,_-]+\])?==(?P<version>[^\s;]+)( ; [^\\]+?)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

# In pyproject.toml: the section that each file is for, besides what the bot itself needs.
EXTRA = {"requirements.txt": None, "requirements-demo.txt": "demo", "requirements-dev.txt": "dev"}


def text(file: str) -> str:
    return (HOUSE / file).read_text("utf-8")


def entries(file: str) -> list[list[str]]:
    """Return each requirement with its options, comments left out."""
    lines = (line for line in text(file).splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", "\t", "\n".join(lines))
    return [[part.strip() for part in line.split("\t")] for line in joined.splitlines() if line.strip()]


def versions(file: str) -> set[tuple[str, str]]:
    matches = [PINNED.fullmatch(entry[0]) for entry in entries(file)]
    return {(match["name"], match["version"]) for match in matches if match}


@pytest.mark.parametrize("file", FILES)
def test_no_file_names_a_host_or_an_option_of_the_installer(file: str) -> None:
    assert "://" not in text(file)
    assert not re.search(r"(?m)^\s*-(?!-hash=)", text(file))


@pytest.mark.parametrize("file", FILES)
def test_every_requirement_is_pinned_to_one_version_and_hashed(file: str) -> None:
    assert entries(file)
    for requirement, *hashes in entries(file):
        assert PINNED.fullmatch(requirement), requirement
        assert hashes, f"{requirement} has no hash"
        assert all(HASH.fullmatch(each) for each in hashes), requirement


def test_the_larger_sets_contain_the_smaller_ones() -> None:
    run, demo, dev = (versions(file) for file in FILES)
    assert run < demo < dev


@pytest.mark.parametrize("file", FILES)
def test_everything_that_the_project_asks_for_is_there(file: str) -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"].get(EXTRA[file], [])
    names = {re.split(r"[\[<>=~! ]", each)[0].lower().replace(".", "-") for each in wanted}
    assert names <= {name for name, _ in versions(file)}
