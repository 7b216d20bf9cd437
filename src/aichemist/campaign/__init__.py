"""The loop that joins the rooms: read, propose, review, schedule, execute, analyse, learn, and go round again.

``load_campaign`` reads and checks a campaign file; ``run`` carries it out; ``resume`` goes on after any stop;
``open_run`` looks at what happened.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._approve import Matter, Said, approve, matter, read_token, withdraw
    from ._board import Chore, NewChores, enter, open_chores
    from ._check import Plan, check_campaign, describe_space, spread_batch
    from ._design_file import DesignFile, load_design, parse_design
    from ._examples import examples_folder
    from ._file import Campaign, StopRule, load_campaign
    from ._follow import Follower
    from ._forget import Removal, forget, forget_private
    from ._known import knowledge
    from ._literature import FolderReport, ReadingProgress, draft_for, library, literature_digest, read_folder_into
    from ._loop import Loop, Progress
    from ._meaning import search_by_meaning
    from ._notify import Notifier, message_for
    from ._pages import attribution, document_page, index_page
    from ._people import Asked, answer, control
    from ._persons import add_person, change_roles, replace_token, secret_file, verify_approvals
    from ._progress import CampaignState
    from ._redact import PrivacyPolicy, load_policy
    from ._review import Concern, Reviewed, review
    from ._review_page import review_page, write_review_page
    from ._runs import Run, fresh_name, open_database, open_run, resume, run, runs_folder, true_status
    from ._since import judged_since
    from ._sound import Sound, look_whether_sound, refuse_unsound
    from ._sources import twin_rank
    from ._words import answer_problem, goal_findings

__all__ = [
    "Asked",
    "Campaign",
    "CampaignState",
    "Chore",
    "Concern",
    "DesignFile",
    "FolderReport",
    "Follower",
    "Loop",
    "Matter",
    "NewChores",
    "Notifier",
    "Plan",
    "PrivacyPolicy",
    "Progress",
    "ReadingProgress",
    "Removal",
    "Reviewed",
    "Run",
    "Said",
    "Sound",
    "StopRule",
    "add_person",
    "answer",
    "answer_problem",
    "approve",
    "attribution",
    "change_roles",
    "check_campaign",
    "control",
    "describe_space",
    "document_page",
    "draft_for",
    "enter",
    "examples_folder",
    "forget",
    "forget_private",
    "fresh_name",
    "goal_findings",
    "index_page",
    "judged_since",
    "knowledge",
    "library",
    "literature_digest",
    "load_campaign",
    "load_design",
    "load_policy",
    "look_whether_sound",
    "matter",
    "message_for",
    "open_chores",
    "open_database",
    "open_run",
    "parse_design",
    "read_folder_into",
    "read_token",
    "refuse_unsound",
    "replace_token",
    "resume",
    "review",
    "review_page",
    "run",
    "runs_folder",
    "search_by_meaning",
    "secret_file",
    "spread_batch",
    "true_status",
    "twin_rank",
    "verify_approvals",
    "withdraw",
    "write_review_page",
]

_HOMES = {
    "knowledge": "_known",
    "add_person": "_persons",
    "change_roles": "_persons",
    "replace_token": "_persons",
    "secret_file": "_persons",
    "verify_approvals": "_persons",
    "Matter": "_approve",
    "Said": "_approve",
    "approve": "_approve",
    "matter": "_approve",
    "read_token": "_approve",
    "withdraw": "_approve",
    "PrivacyPolicy": "_redact",
    "load_policy": "_redact",
    "Removal": "_forget",
    "forget": "_forget",
    "forget_private": "_forget",
    "answer_problem": "_words",
    "goal_findings": "_words",
    "Chore": "_board",
    "NewChores": "_board",
    "enter": "_board",
    "open_chores": "_board",
    "Asked": "_people",
    "answer": "_people",
    "control": "_people",
    "Campaign": "_file",
    "CampaignState": "_progress",
    "Loop": "_loop",
    "Plan": "_check",
    "Progress": "_loop",
    "StopRule": "_file",
    "check_campaign": "_check",
    "describe_space": "_check",
    "spread_batch": "_check",
    "DesignFile": "_design_file",
    "load_design": "_design_file",
    "parse_design": "_design_file",
    "Concern": "_review",
    "Reviewed": "_review",
    "review": "_review",
    "review_page": "_review_page",
    "write_review_page": "_review_page",
    "Follower": "_follow",
    "Notifier": "_notify",
    "message_for": "_notify",
    "FolderReport": "_literature",
    "ReadingProgress": "_literature",
    "attribution": "_pages",
    "document_page": "_pages",
    "index_page": "_pages",
    "draft_for": "_literature",
    "library": "_literature",
    "literature_digest": "_literature",
    "read_folder_into": "_literature",
    "search_by_meaning": "_meaning",
    "examples_folder": "_examples",
    "load_campaign": "_file",
    "twin_rank": "_sources",
    "judged_since": "_since",
    "Sound": "_sound",
    "look_whether_sound": "_sound",
    "refuse_unsound": "_sound",
}


def __getattr__(name: str) -> Any:
    if name in __all__:  # each pulls in much; take only what is asked for
        from importlib import import_module

        return getattr(import_module(f".{_HOMES.get(name, '_runs')}", __name__), name)
    raise AttributeError(name)
