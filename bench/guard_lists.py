"""Rebuild the word lists of the client guard: `python bench/guard_lists.py [WORDS]`, rarely needed.

Names come from Faker and from names (both MIT; names has those of the US census of 1990), which must be installed
beside. WORDS is SCOWL's small American list, one word per line (Debian: wamerican-small; its notice is in the list);
without it only the names are written. Everyday Spanish words are in `words.txt`, group `spanish`.
"""

import pkgutil
import sys
import unicodedata
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "src" / "rounds" / "domain" / "guard"
MORE = ("noor", "oksana", "oluwaseun")
"""First names that both lack."""
CENSUS = 40_000
"""Surnames of the census, the frequent ones first; the rest are rarer than one in 500,000."""


def plain(text: str) -> str:
    """Lowercase, without accents."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def words_of(names: Iterable[str]) -> set[str]:
    """The words of names, as the guard compares them; other scripts are left out."""
    words = {plain(word).strip("'’-.") for name in names for word in name.split()}
    return {
        word for word in words if len(word) > 1 and word.isascii() and word.replace("-", "").replace("'", "").isalpha()
    }


def names() -> tuple[set[str], set[str]]:
    """First names and surnames of all locales."""
    person = import_module("faker.providers.person")
    given: set[str] = set(MORE)
    family: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = import_module(f"{person.__name__}.{module.name}").Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if attribute.startswith(("first_name", "last_name")) and isinstance(values, (tuple, list, dict)):
                (given if attribute.startswith("first") else family).update(words_of(map(str, values)))
    folder = Path(str(import_module("names").__file__)).parent
    for name, most, kind in (
        ("dist.female.first", CENSUS, given),
        ("dist.male.first", CENSUS, given),
        ("dist.all.last", CENSUS, family),
    ):
        kind.update(line.split()[0].lower() for line in (folder / name).read_text().splitlines()[:most])
    return given, family


def main() -> None:
    """Write `names.txt` (first names, an empty line, surnames) and `common.txt`."""
    parts = ("\n".join(sorted(part)) for part in names())
    (FOLDER / "names.txt").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    if len(sys.argv) < 2:
        return
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    common = {plain(line) for line in lines if line[:1].islower() and "'" not in line and len(line) > 1}
    (FOLDER / "common.txt").write_text("\n".join(sorted(common)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
