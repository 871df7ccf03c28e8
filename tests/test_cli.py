"""The command line, as an operator types it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def respite(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` in this folder."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_bad_configuration_is_told_line_by_line_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[log]\nlevle = "INFO"\n[checkins]\nminimum_answers = 3\n')
    result = respite(tmp_path, "config", "check")
    assert result.returncode == 1
    assert "level" in result.stderr
    assert "checkins.minimum_answers" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_a_token_the_bot_does_not_begin(tmp_path: Path) -> None:
    result = respite(tmp_path, "run")
    assert result.returncode == 1
    assert "There is no token" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_database_is_upgraded_once(tmp_path: Path) -> None:
    first, second = respite(tmp_path, "db", "upgrade"), respite(tmp_path, "db", "upgrade")
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Upgraded to version" in first.stdout
    assert "up to date" in second.stdout


def test_the_doctor_finds_nothing_on_a_fresh_machine_with_a_token_and_leaves_nothing(tmp_path: Path) -> None:
    result = respite(tmp_path, "doctor", RESPITE_TOKEN="x" * 30)
    assert result.returncode == 0, result.stdout
    assert "Nothing is wrong" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_names_a_key_that_others_can_read(tmp_path: Path) -> None:
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir(mode=0o755)
    key.write_text("0" * 64)
    key.chmod(0o644)
    result = respite(tmp_path, "doctor", RESPITE_TOKEN="x" * 30)
    assert result.returncode == 1
    assert f"chmod 600 {key}" in result.stdout
    assert f"chmod 700 {key.parent}" in result.stdout


def test_the_doctor_names_a_folder_in_which_no_key_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # it holds for the doctor as well
    try:
        result = respite(tmp_path, "doctor", RESPITE_TOKEN="x" * 30)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert result.returncode == 1
    assert f"Keys cannot be kept in {tmp_path / 'keys'}: " in result.stdout


def test_a_wrong_command_ends_with_2(tmp_path: Path) -> None:
    assert respite(tmp_path, "no-such-command").returncode == 2


def test_checking_the_configuration_does_not_load_discord(tmp_path: Path) -> None:
    code = "import sys; sys.argv = ['bot', 'config', 'check']\nfrom bot.cli import app\n"
    code += "try: app()\nexcept SystemExit: pass\nassert 'discord' not in sys.modules"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
