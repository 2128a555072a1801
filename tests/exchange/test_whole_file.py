"""Files for other programs: whole, or as they were."""

import os
import stat
from pathlib import Path

import pytest

from colonydesk.domain.errors import KnownError
from colonydesk.exchange.whole_file import whole_file


def fail_halfway(file: Path, error: Exception) -> None:
    with whole_file(file) as partial:
        partial.write_text("half")
        raise error


def test_it_takes_the_place_of_the_old_one_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("old")
    with whole_file(file) as partial:
        partial.write_text("half")
        assert file.read_text() == "old"
        partial.write_text("whole")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("list.csv", "whole")]


@pytest.mark.parametrize(
    ("error", "said"), [(OSError(28, "No space left on device"), KnownError), (KeyError(), KeyError)]
)
def test_what_was_there_stays_where_it_fails(tmp_path: Path, error: Exception, said: type[Exception]) -> None:
    file = tmp_path / "list.csv"
    file.write_text("old")
    with pytest.raises(said):
        fail_halfway(file, error)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("list.csv", "old")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with whole_file(pipe) as partial:
            partial.write_text("whole")
        assert os.read(reader, 100) == b"whole"
        assert stat.S_ISFIFO(pipe.stat().st_mode)
    finally:
        os.close(reader)
