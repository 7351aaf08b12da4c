"""The command line: the commands in the order of the help, and their modules."""

COMMANDS: dict[str, tuple[str, str]] = {
    "today": ("every day", "What is worth doing today."),
    "add": ("every day", "Add a partner or an organization."),
    "log": ("every day", "Write down a touch: an email, a call, a coffee."),
    "plan": ("every day", "Write a follow-up for a day to come."),
    "meet": ("every day", "Plan a coffee or a meeting."),
    "done": ("every day", "Tick off a reminder."),
    "later": ("every day", "Put a reminder off."),
    "skip": ("every day", "Let a reminder be."),
    "inbox": ("every day", "File the thoughts of Inbox.md."),
    "list": ("look", "List partners, all or those that a query finds."),
    "show": ("look", "Show what is known of somebody."),
    "search": ("look", "Search the text of all notes."),
    "open": ("look", "Open a note in Obsidian."),
    "edit": ("look", "Open a note in your editor."),
    "suggest": ("the network", "Suggest whom to contact next."),
    "gaps": ("the network", "Show in which niches and roles nobody is known."),
    "intro": ("the network", "Find who could introduce you to somebody."),
    "match": ("the network", "Find whom a client could be referred to."),
    "refer": ("the network", "Write down referrals, out and in."),
    "referrals": ("the network", "List referrals, open ones first, for how long."),
    "release": ("the network", "Keep a register of releases."),
    "draft": ("the network", "Draft a message to a partner."),
    "prep": ("the network", "Prepare for a call or a coffee chat."),
    "share": ("the network", "Draft a mail about an article, one to each."),
    "report": ("the network", "Show how a year went."),
    "ready": ("the network", "Check whether all is ready for a first contact."),
    "card": ("the network", "Make your digital card and a one-page summary."),
    "set": ("keep in order", "Change properties of a note."),
    "rename": ("keep in order", "Rename a note and all links to it."),
    "trash": ("keep in order", "Move a note to the vault's trash."),
    "undo": ("keep in order", "Undo the last change that Rounds made."),
    "history": ("keep in order", "Show what was changed."),
    "check": ("keep in order", "List everything that is wrong in the vault."),
    "tidy": ("keep in order", "Write missing ids and dates of last contact, mend links."),
    "watch": ("keep in order", "Keep the index and the calendar feeds fresh."),
    "feed": ("keep in order", "Bring the reminders into your calendar."),
    "conflicts": ("keep in order", "Merge the copies that sync services made of notes."),
    "git": ("keep in order", "Keep the vault in git."),
    "init": ("keep in order", "Make a new vault."),
}
"""Every command with its place in the help and its short help."""

_SEVERAL = (
    "log_plan_meet", "done_later_skip", "list_search", "show_prep", "open_edit", "suggest_gaps_intro",
    "refer_referrals", "draft_share", "ready_card", "set_rename", "history_undo_trash", "check_tidy", "git_merge_note",
)  # fmt: skip
"""Modules with several commands, named after them."""


def module_of(command: str) -> str:
    """The module in `rounds.cli` that defines a command; any other has the command's own name."""
    name = command.replace("-", "_")
    return next((module for module in _SEVERAL if f"_{name}_" in f"_{module}_"), name)
