"""Vault folders, and note types by folder (vault format, Layout)."""

from collections.abc import Mapping

FOLDERS: Mapping[str, str] = {
    "partners": "Partners",
    "organizations": "Organizations",
    "referrals": "Referrals",
    "releases": "Releases",
    "team": "Team",
    "niches": "Playbook/Niches",
    "roles": "Playbook/Roles",
    "messages": "Playbook/Messages",
}
"""Default folder of each kind of note, by its name in rounds.toml."""


def folder_types(folders: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Pairs of folder prefix and note type from the settings' folder names, longest prefix first."""
    pairs = [
        (f"{folder.strip('/')}/", "clinician" if name == "team" else name.removesuffix("s"))
        for name, folder in folders.items()
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
