"""Self-contained HTML pages, filled in by Jinja2.

The templates are the .html files in this folder.
"""

import os
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rounds.domain.contact import is_email
from rounds.notes.plain_text import escape_controls


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(os.path.dirname(__file__)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: escape_controls(value) if type(value) is str else value,
        keep_trailing_newline=True,
    )
    made.tests["email"] = is_email
    return made


def rendered(file: str, /, **values: object) -> str:
    """Fill in a page. Texts are escaped; only `markupsafe.Markup` is HTML.

    Args:
        file: its name, such as `report.html`.
    """
    return _environment().get_template(file).render(values)
