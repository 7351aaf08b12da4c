"""The command line: the commands in the order of the help, and their modules."""

COMMANDS: dict[str, tuple[str, str]] = {
    "today": ("every day", "Show what's worth doing today."),
    "agenda": ("every day", "Show the coming weeks, day by day."),
    "add": ("every day", "Add a partner or an organization."),
    "import": ("every day", "Import contacts from other programs' files."),
    "find": ("every day", "Find people in the NPI registry."),
    "+": ("every day", "Write one line about anybody."),
    "log": ("every day", "Log a touch: an email, a call, a coffee."),
    "plan": ("every day", "Plan a follow-up."),
    "meet": ("every day", "Plan a coffee or a meeting."),
    "done": ("every day", "Tick off a reminder."),
    "later": ("every day", "Postpone a reminder."),
    "skip": ("every day", "Skip a reminder."),
    "inbox": ("every day", "File the thoughts in Inbox.md."),
    "web": ("every day", "Open Rounds in your browser."),
    "list": ("look", "List partners, all or those matching a query."),
    "show": ("look", "Show what is known about someone."),
    "search": ("look", "Search the text of all notes."),
    "open": ("look", "Open a note in Obsidian."),
    "edit": ("look", "Open a note in your editor."),
    "suggest": ("the network", "Suggest partners to contact next."),
    "gaps": ("the network", "Show the niches and roles where you know nobody."),
    "niche": ("the network", "Add a niche to the playbook."),
    "role": ("the network", "Add a role to the playbook."),
    "event": ("the network", "Record an event, and who you met there."),
    "intro": ("the network", "Find who could introduce you to someone."),
    "map": ("the network", "Show who knows whom."),
    "match": ("the network", "Find partners for a client's referral."),
    "refer": ("the network", "Record referrals, out and in."),
    "referrals": ("the network", "List referrals, open ones first, with their age."),
    "release": ("the network", "Keep a register of releases."),
    "draft": ("the network", "Draft a message to a partner."),
    "prep": ("the network", "Prepare for a call or a coffee chat."),
    "share": ("the network", "Draft an email about an article, one per partner."),
    "export": ("the network", "Write partners into a file for other programs."),
    "report": ("the network", "Show a year in review."),
    "ready": ("the network", "Check your readiness for a first contact."),
    "card": ("the network", "Make your digital card, or a partner's."),
    "set": ("keep in order", "Change properties of a note."),
    "rename": ("keep in order", "Rename a note and all links to it."),
    "duplicates": ("keep in order", "Find notes that may be about the same person."),
    "merge": ("keep in order", "Merge two notes about the same person."),
    "trash": ("keep in order", "Move a note to the vault's trash."),
    "undo": ("keep in order", "Undo the last change made by Rounds."),
    "history": ("keep in order", "Show past changes."),
    "forget": ("keep in order", "Remove text from everywhere, with no undo."),
    "check": ("keep in order", "List all problems in the vault."),
    "tidy": ("keep in order", "Write missing ids and dates of last contact, fix links."),
    "watch": ("keep in order", "Keep the index and the calendar feeds up to date."),
    "feed": ("keep in order", "Bring reminders into your calendar."),
    "conflicts": ("keep in order", "Merge conflict copies made by sync services."),
    "git": ("keep in order", "Keep the vault in git."),
    "init": ("keep in order", "Create a vault."),
}
"""Every command with its place in the help and its short help."""

_SEVERAL = (
    "add_set_rename", "check_tidy_conflicts", "done_later_skip", "draft_share", "duplicates_merge", "git_merge_note",
    "history_undo_trash", "import_contacts", "list_search", "log_plan_meet", "match_refer_referrals",
    "niche_role", "report_ready_card", "show_prep_open_edit", "suggest_gaps_intro", "today_inbox", "watch_serve",
)  # fmt: skip
"""Modules whose name differs from the command's: several commands, or a Python keyword."""


def module_of(command: str) -> str:
    """The module in `rounds.cli` that defines a command; any other has the command's own name."""
    name = "one_line" if command == "+" else command.replace("-", "_")
    return next((module for module in _SEVERAL if f"_{name}_" in f"_{module}_"), name)
