"""The template for Obsidian's Web Clipper, which makes a partner of a provider's page."""

import json
import re
from typing import Any

from rounds.notes.schema import KEYS
from rounds.vault.create_vault import template_root

ROOT = template_root()
CLIPPER: dict[str, Any] = json.loads((ROOT / "Templates/partner-clipper.json").read_text(encoding="utf-8"))


def test_the_clipper_makes_a_partner() -> None:
    """It has what an import asks for; properties are the format's, in its order, with the type and stage of a new one."""
    assert set(CLIPPER) == {
        "schemaVersion", "name", "behavior", "noteContentFormat", "properties", "triggers", "noteNameFormat", "path",
    }  # fmt: skip
    assert (CLIPPER["behavior"], CLIPPER["path"]) == ("create", "Partners")
    keys = [each["name"] for each in CLIPPER["properties"]]
    assert keys == [key for key in KEYS["partner"] if key in keys]
    assert keys[:8] == list(KEYS["partner"][:8])
    assert "id" not in keys
    assert {each["type"] for each in CLIPPER["properties"]} == {"text"}  # which the clipper quotes
    values = {each["name"]: each["value"] for each in CLIPPER["properties"]}
    assert (values["type"], values["stage"]) == ("partner", "found")
    assert values["organization"].endswith("{% if org %}[[{{org" + values["organization"].rpartition("{{org")[2])
    assert values["organization"].endswith("]]{% endif %}")


def test_the_clipper_asks_pages_for_the_provider_alone() -> None:
    """Values come from the provider's own data on the page, never from any other there; nothing of its text is kept."""
    texts = [CLIPPER["noteNameFormat"], CLIPPER["noteContentFormat"], *(p["value"] for p in CLIPPER["properties"])]
    kinds = set(re.findall(r"schema:([^:\s]+):", " ".join(texts)))
    assert kinds == {"@Physician", "@IndividualPhysician", "@Person"}
    plain = set(re.findall(r"\{\{(\w+)", " ".join(texts)))
    assert plain == {"full", "org", "mail", "call", "schema", "url", "street", "town", "domain", "description", "date"}
    assert "\\" not in "".join(texts)  # the clipper's versions read a backslash differently
    assert re.findall(r"^## (.+)$", CLIPPER["noteContentFormat"], re.MULTILINE) == ["About", "Follow-ups", "Log"]


def test_no_template_has_an_id() -> None:
    """An id belongs to one note; a template would give it to many."""
    for path in (ROOT / "Templates").iterdir():
        assert not re.search(r"^\W*id\b", path.read_text(encoding="utf-8"), re.MULTILINE), path.name
