"""Files stay small, links lead somewhere, decisions are numbered, and nothing of one machine is committed."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, read

MOST_LINES = 450
TEXT = {".py", ".md", ".toml", ".txt", ".in", ".sh", ".kv", ".po", ".json", ".yml", ".yaml", ".cfg", ".csv", ".svg", ""}

# The flags of `make lock` that keep addresses out of the requirements are spoken of, so they are no finding.
FOREIGN = {
    "an option with a package registry": r"--(extra-)?index-url|--trusted-host|--find-links",
    "the address of a package registry": r"files\.pythonhosted|://[^ ]*/simple\b",
    "a download address": r'"resolved": *"http|registry *= *"http|https?://[^ "]*\.(whl|tar\.gz)\b',
    "a path of one machine": r"(?<![\w.])/(work|home|root|Users)/[a-zA-Z.]",
    "a name inside a private network": r"://[^/ ]*\.(internal|local|lan|corp)\b",
    "an address inside a private network": r"://(10|192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3}){2,3}\b",
}
HERE = Path("tests/house/test_tree.py")


def foreign(line: str) -> str | None:
    return next((what for what, pattern in FOREIGN.items() if re.search(pattern, line)), None)


def test_nothing_of_one_machine_is_committed() -> None:
    found = [
        f"{path}:{number}: {what}"
        for path in files()
        if path.suffix in TEXT and path != HERE
        for number, line in enumerate(read(path).splitlines(), 1)
        if (what := foreign(line))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        f"--{'index'}-url https://pypi.example/x",
        "https://files.pythonhosted.org/packages/a",
        "url https://pypi.example/simple",
        "wget https://example.org/bilik-1.0.tar.gz",
        f"cd /{'work'}/main",
        "open('/home/siti/x')",
        "http://mirror.internal:8080/",
        "http://10.1.2.3:3128",
    ],
)
def test_what_counts_as_foreign(line: str) -> None:
    assert foreign(line)


@pytest.mark.parametrize(
    "line",
    ["uv pip compile --no-emit-index-url --no-emit-find-links", "/dev/ttyUSB0", "127.0.0.1:8000", "/media/stick"],
)
def test_what_does_not(line: str) -> None:
    assert foreign(line) is None


@pytest.mark.parametrize(("name", "least"), [("requirements.txt", 21), ("requirements-source.txt", 1)])
def test_every_requirement_has_a_hash(name: str, least: int) -> None:
    entries = re.split(r"\n(?=[A-Za-z])", read(Path(name)).replace("\\\n", " "))
    packages = [entry for entry in entries if re.match(r"[A-Za-z0-9_.-]+==", entry)]
    assert len(packages) >= least
    assert [entry.split()[0] for entry in packages if "--hash=sha256:" not in entry] == []


def test_what_comes_as_source_only_is_on_one_list_and_short() -> None:
    """It runs its own code while it is built (docs/adr/0009)."""
    built = re.findall(r"^([A-Za-z0-9_.-]+)==", read(Path("requirements-source.txt")), re.MULTILINE)
    assert built == ["pyscard"]
    assert not re.search(r"^pyscard==", read(Path("requirements.txt")), re.MULTILINE)


def test_a_file_does_one_thing() -> None:
    sizes = {path.as_posix(): len(read(path).splitlines()) for path in files(".py")}
    long = {path: lines for path, lines in sizes.items() if lines > MOST_LINES}
    assert long == {}, "these may hold more than one reason to exist"


def headings(page: str) -> set[str]:
    """Anchors as the common renderers make them: lower case, punctuation gone, spaces to hyphens."""
    titles = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path) -> list[str]:
    broken = []
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", read(page), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (ROOT / page).parent / name if name else ROOT / page
        if not place.exists() or (anchor and anchor not in headings(place.read_text(encoding="utf-8"))):
            broken.append(f"{page}: {target}")
    return broken


def test_links_lead_somewhere() -> None:
    pages = files(".md")
    assert Path("README.md") in pages
    assert [link for page in pages for link in broken_links(page)] == []


def test_decisions_are_numbered_without_gaps() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert numbers == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Evidence"], path.name
