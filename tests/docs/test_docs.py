"""Every example in the docs is run; every link between them leads somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.S | re.M)


@pytest.fixture
def workplace(files: Path) -> Path:
    """The example files, with a budget of 4 samples instead of 96 and one short article to read."""
    campaign = files / "campaigns" / "oer.toml"
    campaign.write_text(campaign.read_text().replace("samples = 96", "samples = 4"))
    return files


PYTHON = [(p.name, code) for p in PAGES for code in blocks(p, "python")]


@pytest.mark.parametrize("code", [c for _, c in PYTHON], ids=[n for n, _ in PYTHON])
def test_python_examples_run(code: str, workplace: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=workplace, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_readme_has_a_python_example() -> None:
    assert len(blocks(REPOSITORY / "README.md", "python")) == 1


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "bash")], ids=lambda p: p.name)
def test_command_examples_run_in_order(page: Path, workplace: Path) -> None:
    """The commands are run as written."""
    binary = Path(sys.executable).parent
    for block in blocks(page, "bash"):
        for line in block.splitlines():
            command = line.split("#")[0].strip()
            if not command or command.startswith("make "):
                continue
            if command.startswith("python benchmarks"):
                assert (REPOSITORY / command.split()[1]).exists()
                continue
            done = subprocess.run(
                command, shell=True, cwd=workplace, capture_output=True, text=True, check=False, timeout=200,
                env={**os.environ, "PATH": f"{binary}:{os.environ['PATH']}"},
            )  # fmt: skip
            assert done.returncode == 0, f"{command}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


TOML = blocks(REPOSITORY / "docs" / "execution.md", "toml")


@pytest.mark.parametrize("text", TOML, ids=[t.splitlines()[0] for t in TOML])
def test_toml_examples_are_accepted(text: str, workplace: Path) -> None:
    """Added to the file that they are about."""
    from aichemist.campaign import load_campaign

    path = workplace / ("campaigns/oer.toml" if "[notify]" in text else "labs/ustc.toml")
    path.write_text(path.read_text() + "\n" + text)
    campaign = load_campaign(workplace / "campaigns" / "oer.toml")
    lab = campaign.lab
    assert campaign.notify_urls or lab.recovery or lab.interlocks or lab.people_limit_s


APPROVALS = blocks(REPOSITORY / "docs" / "approvals.md", "toml")


@pytest.mark.parametrize("text", APPROVALS, ids=[t.splitlines()[0] for t in APPROVALS])
def test_toml_examples_of_approvals_are_accepted(text: str, workplace: Path) -> None:
    from aichemist.campaign import load_campaign, load_design
    from aichemist.guard.approvals import ApprovalSettings

    if "[design]" in text:
        path = workplace / "design.toml"
        path.write_text(text)
        assert load_design(path).experiments
        return
    path = workplace / ("campaigns/oer.toml" if "[envelope]" in text else "labs/ustc.toml")
    path.write_text(path.read_text() + "\n" + text)
    campaign = load_campaign(workplace / "campaigns" / "oer.toml")
    assert campaign.envelope or ApprovalSettings.of(campaign.lab.guard).two_person


def test_execution_page_names_all_faults_actions_and_controls() -> None:
    from aichemist.lab.execution import CONTROLS
    from aichemist.lab.layout import ACTIONS, FAULTS

    text = (REPOSITORY / "docs" / "execution.md").read_text()
    assert [w for w in (*FAULTS, *ACTIONS, *CONTROLS) if f"`{w}`" not in text] == []


def test_file_reference_names_every_key() -> None:
    from aichemist.campaign._file import _File as CampaignFile
    from aichemist.chemistry import OPERATIONS, ROBOT_OPERATIONS
    from aichemist.lab.layout._file import _File as LabFile

    text = (REPOSITORY / "docs" / "files.md").read_text()
    for section, field in CampaignFile.model_fields.items():
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())]
        for kind in kinds:
            for key in getattr(kind, "model_fields", {}):
                assert f"`{section}.{key}" in text, f"{section}.{key}"
    for section, field in LabFile.model_fields.items():
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())]
        for kind in kinds:
            for key in getattr(kind, "model_fields", {}):
                assert f"`{key}" in text, f"{section}.{key}"
    for operation in set(OPERATIONS) - ROBOT_OPERATIONS:
        assert f"`{operation}`" in text
        for parameter in OPERATIONS[operation]:
            assert parameter.name in ("duration", "temperature") or f"`{parameter.name}`" in text, parameter.name


def test_the_python_example_of_approvals_runs_beside_the_people_of_its_commands(workplace: Path) -> None:
    """There is a safety officer already, and the block is tried twice."""
    from aichemist.campaign import add_person

    add_person("Ada", ["safety_officer"], runs=workplace / "runs")
    (code,) = blocks(REPOSITORY / "docs" / "approvals.md", "python")
    before = sorted(p.name for p in workplace.iterdir())
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=workplace, capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0 and "True" in done.stdout, done.stderr
    assert sorted(p.name for p in workplace.iterdir()) == before
