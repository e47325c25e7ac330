"""`python -m explorer.transfer` teaches, tests and exports without the app."""

from __future__ import annotations

import zipfile

import pytest
from model_files import CLASSES, CONVOLUTION, INPUT, POOLING, keras_file

from explorer.transfer import archives, command, examples
from explorer.transfer.labelled_images import LabelledImagesError
from explorer.web import runtime as web_runtime
from explorer.web.runtime import WebRuntimeError

SMALL = ("--network", "MobileNet-0.25-128")


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    """What the command says to TensorFlow is for its own process."""
    monkeypatch.setattr(command.compute, "QUIET", {})


@pytest.fixture
def folder(tmp_path):
    """Three classes in folders, with what a file manager leaves behind, and a file that is no picture."""
    for name, photos in examples.example(each=4).shelves.items():
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number, photo in enumerate(photos):
            (tmp_path / "pictures" / name / f"{number}.png").write_bytes(photo.png())
    (tmp_path / "pictures" / "cat" / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "pictures" / "cat" / "damaged.png").write_bytes(b"\x89PNG")
    return tmp_path / "pictures"


def test_a_folder_is_taught_tested_and_exported(folder, tmp_path, capsys):
    """A bar while it learns, what is left out, the card, and a file whose answers are told."""
    out = tmp_path / "new" / "files"
    options = ["--epochs", "5", "--head", "hidden", "--units", "8", "--flip", "--seed", "3"]
    assert command.main(["teach", str(folder), *SMALL, *options, "--out", str(out), "--export", "onnx"]) == 0
    said, progress = capsys.readouterr()
    assert "cat/damaged.png: " in progress
    assert "Thumbs.db" not in progress
    steps = [line for line in progress.split("\r") if "Training" in line]
    # Each picture is looked at, so are the mirror images of those that are trained on; then come 5 epochs.
    assert steps[-1].startswith(f"{'█' * command.BAR} {12 + 9 + 5} of 26  Training")
    assert steps[0].startswith("█·")
    assert "Classes: cat, coffee, rocket\n" in said
    assert "Training pictures: 3 of cat, 3 of coffee, 3 of rocket\n" in said
    assert "with a new head; 5 epochs\n" in said
    assert f"{out / 'transfer-onnx.zip'} (" in said
    assert "On 3 test pictures: probabilities within 0.001 of the explorer's" in said
    with zipfile.ZipFile(out / "transfer-onnx.zip") as archive:
        names = {"transfer.onnx", "labels.txt", "model-card.md", "answer.py"}
        assert set(archive.namelist()) == names
        assert archive.read("labels.txt").decode().splitlines() == ["cat", "coffee", "rocket"]


def test_what_cannot_be_exported_is_said(folder, tmp_path, capsys, monkeypatch):
    """The others are written all the same, and the exit code tells."""
    monkeypatch.setenv("EXPLORER_WEB_RUNTIME", str(tmp_path / "none"))
    options = ["--epochs", "2", "--out", str(tmp_path / "out"), "--export", "web_page", "onnx"]
    assert command.main(["teach", str(folder), *SMALL, *options]) == 1
    assert "fetch it once with python -m explorer.transfer web-runtime" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["transfer-onnx.zip"]
    assert command.main(["teach", str(folder), *SMALL, "--epochs", "2", "--export"]) == 0


def test_a_model_of_one_s_own_is_taught(folder, tmp_path, capsys, monkeypatch):
    """Its file takes the place of a known network; one that is missing is a sentence."""
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path / "models"))
    (tmp_path / "school.keras").write_bytes(keras_file(INPUT, CONVOLUTION, POOLING, CLASSES))
    arguments = ["teach", str(folder), "--epochs", "2", "--export", "--model"]
    assert command.main([*arguments, str(tmp_path / "school.keras")]) == 0
    assert "Network: school, with a new head; 2 epochs\n" in capsys.readouterr().out
    assert command.main([*arguments, str(tmp_path / "none.keras")]) == 1
    assert "The model cannot be read" in capsys.readouterr().err


def test_what_is_wrong_is_a_sentence(folder, tmp_path, capsys):
    """A folder that is missing or empty, and a value out of its bounds."""
    (tmp_path / "empty").mkdir()
    for arguments, sentence in (
        ([str(tmp_path / "missing")], "There is no folder "),
        ([str(tmp_path / "empty")], "The folder empty has no folder with a picture in it; make a folder for"),
        ([str(folder), "--epochs", "0"], "Epochs takes 1 to 500, but 0 came"),
        ([str(folder), "--share", "1"], "The share of test pictures is 0 to 0.9, not 1"),
    ):
        assert command.main(["teach", *arguments]) == 1
        assert sentence in capsys.readouterr().err


def test_a_folder_is_read_as_a_zip_is(folder):
    """The same classes, pictures and complaints; folders for training and test count."""
    labelled, complaints = archives.from_folder(folder)
    assert labelled.counts == {"cat": 4, "coffee": 4, "rocket": 4}
    assert len(complaints) == 1
    (folder / "held_out").mkdir()
    (folder / "cat").rename(folder / "held_out" / "cat")
    assert [*archives.from_folder(folder)[0].fixed.values()] == ["held"] * 4
    with pytest.raises(LabelledImagesError, match="There is no folder"):
        archives.from_folder(folder / "held_out" / "cat" / "0.png")


def test_the_runtime_is_fetched_by_command(tmp_path, capsys, monkeypatch):
    """It says where it lies, or what is wrong."""
    monkeypatch.setattr(web_runtime, "fetch", lambda package: tmp_path)
    assert command.main(["web-runtime"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}\n"

    def refused(package):
        raise WebRuntimeError(f"{package} was not taken.")

    monkeypatch.setattr(web_runtime, "fetch", refused)
    assert command.main(["web-runtime", "other.tgz"]) == 1
    assert capsys.readouterr().err == "\nother.tgz was not taken.\n"


def test_ctrl_c_stops_it(folder, monkeypatch, capsys):
    """With the exit code that a shell expects, and without a traceback."""

    def stop(folder):
        raise KeyboardInterrupt

    monkeypatch.setattr(archives, "from_folder", stop)
    assert command.main(["teach", str(folder)]) == 130
    assert capsys.readouterr().err == "\nStopped.\n"
