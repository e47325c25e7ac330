"""The house rules that a reader could break without noticing: who imports what, and what lies where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pages.catalogue import CATALOGUE, CLASSROOM

ROOT = Path(__file__).parents[1]
TOP = {"LICENSE", "README.md", "app.py", "assets", "explorer", "findings", "pages", "pyproject.toml", "tests"}
MADE = {"__pycache__", "build", "dist", "explorer.egg-info"}  # by tools, and ignored by Git
HEAVY = {"keras", "tensorflow"}
DEEP = {  # those that need a framework
    "explorer/attention/training/networks.py",
    "explorer/imagenet/keras_graphs.py",
    "explorer/imagenet/models.py",
    "explorer/imagenet/attribution/ascent.py",
    "explorer/sketch/training/networks.py",
    "explorer/transfer/backbones.py",
    "explorer/transfer/export.py",
    "explorer/transfer/fine_tuning.py",
    "explorer/transfer/lite_files.py",
}
FRAME = {"classroom", "components", "frontend", "home", "live"}  # what stands around the pages

EXPLORER = sorted((ROOT / "explorer").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
TRAINING = {
    path
    for topic in ("attention", "sketch")
    for path in (ROOT / "explorer" / topic / "training").rglob("*.py")
}
WRITTEN = sorted(
    path
    for pattern in ("*.py", "*.js", "*.css", "*.md", "*.sh", "*.toml", ".ci/*")
    for path in ROOT.rglob(pattern)
    if path.is_file() and not MADE.union({".venv", ".git", "node_modules"}).intersection(path.parts)
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Give the syntax tree of a file, which several rules look into."""
    return ast.parse(path.read_text("utf-8"))


@cache
def imported(path: Path) -> tuple[tuple[str, bool], ...]:
    """Give every module that a file imports, and whether it does so as soon as it is imported itself."""

    def walk(node: ast.AST, now: bool) -> Iterator[tuple[str, bool]]:
        match node:
            case ast.Import():
                yield from ((alias.name, now) for alias in node.names)
            case ast.ImportFrom():
                module = node.module or ""
                yield module, now
                yield from ((f"{module}.{alias.name}", now) for alias in node.names)
            case ast.If(test=ast.Name("TYPE_CHECKING")):
                pass  # for the type checker alone, never run
            case _:
                later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                for child in ast.iter_child_nodes(node):
                    yield from walk(child, now and not later)

    return tuple(walk(tree(path), now=True))


def module(path: Path) -> str:
    """The dotted name by which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def packages(path: Path) -> set[str]:
    """Give the top-level packages that a file imports, now or later."""
    return {imports.partition(".")[0] for imports, _ in imported(path)}


@pytest.mark.parametrize("path", EXPLORER, ids=name)
def test_explorer_can_be_used_without_the_app(path):
    """The computation knows nothing of the server and the pages."""
    assert packages(path).isdisjoint({"streamlit", "starlette", "uvicorn", "websockets", "pages", "app"})


@pytest.mark.parametrize("path", EXPLORER + PAGES, ids=name)
def test_figures_alone_draws_with_plotly(path):
    """One package owns figures, palettes and scales."""
    assert "plotly" not in packages(path) or path.parent == ROOT / "explorer" / "figures"


@pytest.mark.parametrize("path", [path for path in EXPLORER if path.parent.name == "figures"], ids=name)
def test_figures_computes_nothing(path):
    """The package of figures takes numbers; of the explorer it needs no more than errors and words."""
    needed = {found for found, _ in imported(path) if found.startswith("explorer")}
    foreign = {found for found in needed if not found.startswith("explorer.figures")}
    plain = {"explorer.errors", "explorer.words"}
    assert {found for found in foreign if found.rpartition(".")[0] not in plain} <= plain


@pytest.mark.parametrize("path", EXPLORER, ids=name)
def test_what_is_meant_for_a_person_is_told_from_faults(path):
    """The explorer raises no bare ValueError: pages show `ExplorerError` alone, and NumPy's are faults."""
    raised = [node.exc for node in ast.walk(tree(path)) if isinstance(node, ast.Raise)]
    calls = [exc.func for exc in raised if isinstance(exc, ast.Call)]
    assert "ValueError" not in [func.id for func in calls if isinstance(func, ast.Name)]


@pytest.mark.parametrize("path", [*EXPLORER, *PAGES, ROOT / "app.py"], ids=name)
def test_frameworks_are_imported_where_they_are_needed_alone(path):
    """Keras and TensorFlow belong to few modules."""
    assert packages(path).isdisjoint(HEAVY) or name(path) in DEEP


def test_the_server_imports_no_framework():
    """Whatever the server imports at once, and what that imports at once, imports no framework at once."""
    files = {module(path): path for path in EXPLORER + PAGES}
    waiting, seen = [ROOT / "app.py", *PAGES], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        now = {needed for needed, now in imported(path) if now}
        assert HEAVY.isdisjoint(needed.partition(".")[0] for needed in now), path
        waiting += [files[needed] for needed in now if needed in files]
    assert ROOT / "explorer" / "imagenet" / "models.py" in seen
    assert not TRAINING & seen


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_charts_and_sheets_are_drawn_in_one_place(path):
    """What imports the libraries of charts before they are used is not passed by."""
    calls = re.findall(r"\bst\.(?:plotly_chart|dataframe|data_editor|table)\b", path.read_text("utf-8"))
    assert not calls or path.name == "charts.py"


def test_nothing_imports_the_training_of_the_networks_for_drawings():
    """They are commands: what they make lies in `assets/`, and that is all that the explorer needs of it."""
    others = [path for path in [*EXPLORER, *PAGES, ROOT / "app.py"] if path not in TRAINING]
    assert [
        path
        for path in others
        if any(
            found.startswith(("explorer.sketch.training", "explorer.attention.training"))
            for found, _ in imported(path)
        )
    ] == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_pages_do_no_arithmetic(path):
    """A page that needs an array library is hiding mathematics that belongs into the explorer."""
    assert packages(path).isdisjoint({"numpy", "cv2", "PIL", "skimage", "scipy", "plotly"})


def test_top_level_is_fixed():
    """Nothing appears at the top of the project that was not meant to."""
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - MADE == TOP


def test_no_test_starts_a_loop_in_the_main_thread():
    """Tests pass in any order: a browser test leaves its loop in the main thread; `run_async` needs none."""
    tests = [path for path in (ROOT / "tests").rglob("*.py") if "benchmarks" not in path.parts]
    starting = re.compile(r"asyncio\.run\b|asyncio\.Runner\b|run_until_complete|run_forever")
    users = [path.name for path in tests if starting.search(path.read_text("utf-8"))]
    assert set(users) == {"driving.py", "test_architecture.py"}


@pytest.mark.parametrize("path", sorted((ROOT / "findings").iterdir()), ids=name)
def test_a_finding_stands_alone(path):
    """A finding can be run as it lies, in a folder that goes, with what it pins and without the explorer."""
    text = path.read_text("utf-8")
    assert path.suffix == ".sh"
    assert path.stat().st_mode & 0o111
    assert "mktemp -d" in text
    assert re.search(r"\w==\d", text)
    assert not re.search(r"^\s*(?:import|from) (?:explorer|pages)", text, re.MULTILINE)


def test_every_page_is_in_the_catalogue():
    """A folder in `pages/` is a page of the catalogue or part of the frame around the pages."""
    found = {path.name for path in (ROOT / "pages").iterdir() if path.is_dir()} - MADE
    classroom = {entry.file.partition("/")[0] for entry in CLASSROOM}
    assert found - FRAME - classroom == {entry.name for entry in CATALOGUE}


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_no_page_reaches_into_the_folder_of_another(entry):
    """What two pages need is a component or a function of the explorer."""
    others = {f"pages.{other.name}" for other in CATALOGUE} - {f"pages.{entry.name}"}
    for path in (ROOT / "pages" / entry.name).glob("*.py"):
        needed = {".".join(found.split(".")[:2]) for found, _ in imported(path)}
        assert needed.isdisjoint(others), path


@pytest.mark.parametrize("folder", ["components", "live"])
def test_the_frame_knows_no_page(folder):
    """Components and the lane know the pages by their tables alone."""
    for path in (ROOT / "pages" / folder).glob("*.py"):
        needed = {".".join(found.split(".")[:2]) for found, _ in imported(path)}
        assert needed.isdisjoint({f"pages.{entry.name}" for entry in CATALOGUE}), path


def test_catalogue_is_without_repetition():
    """No two pages share a file, a title or a question, and every question is one."""
    for field in ("name", "title", "question"):
        values = [getattr(entry, field) for entry in CATALOGUE]
        assert len(values) == len(set(values))
    assert all(entry.question.endswith("?") for entry in CATALOGUE)


def test_every_page_is_in_the_readme():
    """The README has each page's question."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [entry.title for entry in CATALOGUE if entry.question not in readme] == []


def test_readme_starts_with_a_picture_and_two_commands():
    """A picture by line 5; the two commands by line 15, as they are run before every release."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert any(re.match(r"!\[.+\]\(assets/\S+\)", line) for line in lines[:5])
    assert [line for line in lines[:15] if line.startswith("python -m pip")] == [
        "python -m pip install -e . && streamlit run app.py",
        'python -m pip install -e ".[test]" && pytest',
    ]


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_no_file_knows_the_machine_that_it_was_written_on(path):
    """A path that exists on one machine only has no place in the project."""
    text = path.read_text("utf-8")
    assert re.findall(r"(?<![\w.])/(?:work|opt|root|home|Users|mnt)/\w+", text) == []
    assert re.findall(r"\b(?:pypi\.org|files\.pythonhosted\.org|download\.pytorch\.org)\b", text) == []


def test_every_class_has_a_name_of_its_own():
    """Who reads a class's name knows what it is, whatever topic it is met in."""
    named: dict[str, list[str]] = {}
    for path in [*EXPLORER, *PAGES]:
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                named.setdefault(node.name, []).append(name(path))
    assert {each: where for each, where in named.items() if len(where) > 1} == {}
