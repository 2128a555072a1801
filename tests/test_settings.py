"""The settings file: nothing lost by a crash, a damage or another version, and never a password in it."""

import gc
import json
import sys
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked
from sqlalchemy import make_url

from colonydesk import cli, paths, settings
from colonydesk.domain.errors import KnownError
from colonydesk.settings import (
    Settings,
    complete_url,
    load,
    password_for,
    remember_password,
    with_password,
    without_password,
)

SERVER = "postgresql+psycopg://ann@lab.example:5433/colony?sslmode=require"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "settings.json"


def test_before_the_first_start_there_are_defaults_and_no_complaint(file: Path) -> None:
    fresh = load(file)
    assert (fresh.database, fresh.theme, fresh.scale, fresh.large_targets) == ("", "light", 100, False)
    assert fresh.problem == ""
    assert not file.exists()


def test_what_is_saved_is_read_again(file: Path) -> None:
    one = load(file)
    one.theme, one.scale, one.large_targets = "night", 150, True
    one.opened(SERVER)
    one.remember_member(SERVER, "c0ffee")
    one.remember_layout("window", b"\x00\xff geometry")
    one.save()
    again = load(file)
    assert again == one
    assert again.layout_of("window") == b"\x00\xff geometry"
    assert again.member_for(SERVER) == "c0ffee"
    assert again.layout_of("never seen") is None
    assert again.member_for("sqlite:///other.db") is None


def test_the_database_last_opened_is_first_and_old_ones_fall_off(file: Path) -> None:
    one = load(file)
    for number in range(20):
        one.opened(f"sqlite:////data/{number}.db")
    one.opened("sqlite:////data/17.db")
    assert one.recent[:3] == ["sqlite:////data/17.db", "sqlite:////data/19.db", "sqlite:////data/18.db"]
    assert len(one.recent) == settings.RECENT_MAX


def test_keys_of_another_version_stay(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"theme": "dark", "balance": {"port": "COM3"}}')
    one = load(file)
    one.scale = 200
    one.save()
    assert json.loads(file.read_text())["balance"] == {"port": "COM3"}
    assert load(file).theme == "dark"


@pytest.mark.parametrize(
    "damage", ["", "{", '{"theme": "dark"', "[]", "null", "\x00\x00", '"text"', "[" * 99999]
)
def test_a_damaged_file_gives_defaults_a_sentence_and_is_kept(file: Path, damage: str) -> None:
    file.parent.mkdir()
    file.write_text(damage)
    one = load(file)
    assert one.theme == "light"
    assert "damaged" in one.problem
    assert file.with_suffix(".damaged.json").read_text() == damage
    one.save()
    assert load(file).problem == ""


def test_bytes_that_are_no_text_are_a_damage_too(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\xfa")
    assert "damaged" in load(file).problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", ["dark"]),
        ("scale", 1000),
        ("scale", True),
        ("scale", "150"),
        ("large_targets", "yes"),
        ("recent", "sqlite:///a"),
        ("recent", [1]),
        ("members", []),
        ("layout", {"window": 1}),
        ("database", None),
    ],
)
def test_one_wrong_value_takes_its_default_and_the_others_stay(file: Path, name: str, value: object) -> None:
    file.parent.mkdir()
    good = {"theme": "dark", "scale": 125, "database": "sqlite:///a"}
    file.write_text(json.dumps(good | {name: value}))
    one = load(file)
    assert name in one.problem
    assert getattr(one, name) == getattr(load(file.with_name("none.json")), name)
    assert all(getattr(one, key) == good[key] for key in good if key != name)


def test_a_layout_that_is_not_base64_is_no_layout(file: Path) -> None:
    one = load(file)
    one.layout["window"] = "not base64!"
    assert one.layout_of("window") is None


def test_a_failed_save_says_so_and_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = load(file)
    one.save()
    before = file.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    one.theme = "dark"
    with pytest.raises(KnownError, match="No space left"):
        one.save()
    assert file.read_bytes() == before
    assert [entry.name for entry in file.parent.iterdir()] == ["settings.json"]


def test_no_password_reaches_the_file(file: Path) -> None:
    one = load(file)
    one.opened("postgresql+psycopg://ann:hunter2@lab/colony")
    one.remember_member("postgresql+psycopg://ann:hunter2@lab/colony", "c0ffee")
    one.database = "postgresql+psycopg://ann:hunter2@lab/colony?password=hunter2&sslmode=require"
    one.recent.append("postgresql+psycopg://ann:hunter2@lab/colony?sslmode=require&password=hunter2")
    one.save()
    assert "hunter2" not in file.read_text()
    assert load(file).database == "postgresql+psycopg://ann@lab/colony?sslmode=require"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        (SERVER, SERVER),
        ("postgresql+psycopg://ann:pw@lab/colony", "postgresql+psycopg://ann@lab/colony"),
        ("postgresql+psycopg://ann:p@ss@lab/colony", "postgresql+psycopg://ann@lab/colony"),
        ("postgresql+psycopg://ann:a/b:c@[::1]:5432/colony", "postgresql+psycopg://ann@[::1]:5432/colony"),
        ("postgresql+psycopg://lab:5432/colony", "postgresql+psycopg://lab:5432/colony"),
        ("postgresql+psycopg://lab/colony?password=pw", "postgresql+psycopg://lab/colony"),
        ("sqlite:////home/a@b/c:d.db", "sqlite:////home/a@b/c:d.db"),
        ("sqlite:///C:/Users/a@b.db", "sqlite:///C:/Users/a@b.db"),
        ("", ""),
    ],
)
def test_the_password_is_taken_out_of_an_address_and_nothing_else(url: str, plain: str) -> None:
    assert without_password(url) == plain


@given(st.text(min_size=1))
def test_a_password_put_in_is_read_by_the_driver_and_taken_out_again(password: str) -> None:
    complete = with_password(SERVER, password)
    assert make_url(complete).password == password
    assert make_url(complete).host == "lab.example"
    assert without_password(complete) == SERVER


def test_no_password_or_no_user_leaves_the_address(file: Path) -> None:
    assert with_password(SERVER, None) == SERVER
    assert with_password("sqlite:////a.db", "pw") == "sqlite:////a.db"
    assert with_password("postgresql+psycopg://lab/colony", "pw") == "postgresql+psycopg://lab/colony"


class MemoryKeyring(KeyringBackend):
    """A key ring that works, or that its owner did not unlock."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, locked: bool = False) -> None:
        super().__init__()
        self.locked = locked
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.kept[service, username] = password


@pytest.fixture
def use_keyring() -> object:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_a_password_is_kept_by_the_key_ring_under_the_plain_address(use_keyring) -> None:
    ring = MemoryKeyring()
    use_keyring(ring)
    assert password_for(SERVER) is None
    assert remember_password(with_password(SERVER, "hunter2"), "hunter2") == ""
    assert password_for(SERVER) == "hunter2"
    assert ring.kept == {("ColonyDesk", SERVER): "hunter2"}


@pytest.mark.parametrize(
    ("ring", "word"), [(NoKeyring(), "no key ring"), (MemoryKeyring(locked=True), "did not")]
)
def test_without_a_usable_key_ring_the_password_is_asked_for(
    use_keyring, ring: KeyringBackend, word: str
) -> None:
    use_keyring(ring)
    assert password_for(SERVER) is None
    assert word in remember_password(SERVER, "hunter2")


def test_an_address_is_completed_from_the_key_ring_where_it_needs_it(use_keyring) -> None:
    use_keyring(MemoryKeyring())
    assert complete_url(SERVER) == SERVER
    remember_password(SERVER, "hunter2")
    assert complete_url(SERVER) == with_password(SERVER, "hunter2")
    assert complete_url(with_password(SERVER, "typed now")) == with_password(SERVER, "typed now")
    assert complete_url("sqlite:////a.db") == "sqlite:////a.db"


def test_what_the_program_brings_along_is_there() -> None:
    assert (paths.resources() / "growth").is_dir()
    assert (paths.migrations() / "env.py").is_file()
    assert "sex,week,mean_g,sd_g" in paths.growth_curve_text()


def test_a_frozen_program_looks_beside_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert paths.resources() == tmp_path / "resources"
    assert paths.migrations() == tmp_path / "migrations"


def test_this_users_files_lie_in_this_users_folders(own_home: Path) -> None:
    for path in (paths.settings_file(), paths.data_folder(), paths.log_file()):
        assert "ColonyDesk" in path.parts
        assert path.is_relative_to(own_home)


def test_the_window_says_that_the_settings_were_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are put aside by being read: who reads them again finds none, and nothing to say."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = paths.settings_file()
    file.parent.mkdir(parents=True)
    file.write_text("{")
    taken: list[Settings] = []
    monkeypatch.setattr("colonydesk.app.run_window", lambda one, *_, **__: taken.append(one) or 0)
    interval = sys.getswitchinterval()
    try:
        assert cli.main([]) == 0
    finally:
        gc.enable()
        sys.setswitchinterval(interval)
    assert "damaged" in taken[0].problem
    assert taken[0].file == file
