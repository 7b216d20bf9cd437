from pathlib import Path

import pytest

from aichemist.chemistry import InputError, load_toml


def test_missing_file_suggests_a_neighbour(tmp_path: Path) -> None:
    (tmp_path / "oer.toml").write_text("a = 1")
    with pytest.raises(InputError, match="did you mean 'oer.toml'"):
        load_toml(tmp_path / "oar.toml")


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x y.toml"
    path.write_text("a = 1\nb = [1,\nc = 'x'\n")
    with pytest.raises(InputError, match=r"x y.toml, line \d+.*not valid TOML"):
        load_toml(path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a = '\xe9'"])
def test_not_utf8(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not UTF-8"):
        load_toml(path)


def test_folder_and_recursion(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        load_toml(tmp_path)
    path = tmp_path / "deep.toml"
    path.write_text("a = " + "[" * 50_000)
    with pytest.raises(InputError):
        load_toml(path)


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert load_toml(path) == {"a": 1}
