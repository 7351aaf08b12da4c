"""NPI registry: its JSON answers (version 2.1) and its bulk CSV file."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rounds.domain.contact_checks import has_check_digit, is_npi
from rounds.domain.contact_names import proper
from rounds.domain.contact_rows import Row, row_of
from rounds.domain.job_titles import Roles
from rounds.errors import RoundsError
from rounds.imports.columns import Header
from rounds.imports.tables import Line
from rounds.storage.open_file import content

_SOURCE = "NPI registry"
_LOCATION = "Provider {} Business Practice Location Address"
_COLUMNS: Mapping[str, str] = {
    "NPI": "npi", "Provider Organization Name (Legal Business Name)": "organization",
    "Provider Last Name (Legal Name)": "last", "Provider First Name": "first", "Provider Middle Name": "middle",
    "Provider Name Suffix Text": "suffix", "Provider Credential Text": "credentials",
    "Provider First Line Business Practice Location Address": "street",
    "Provider Second Line Business Practice Location Address": "street",
    "Provider Business Practice Location Address City Name": "city",
    "Provider Business Practice Location Address State Name": "state",
    "Provider Business Practice Location Address Postal Code": "zip",
    "Provider Business Practice Location Address Telephone Number": "phone",
    "Provider Business Practice Location Address Fax Number": "fax",
    "NPI Deactivation Date": "deactivated", "NPI Reactivation Date": "reactivated",
}  # fmt: skip
_TAXONOMY = re.compile(r"Healthcare Provider (Taxonomy Code|Primary Taxonomy Switch)_(\d+)")


def answers(path: str, *, roles: Roles) -> Iterator[Row]:
    """The rows of a saved response of the registry, or of a list of its results.

    Raises:
        RoundsError: it isn't JSON, or isn't the registry's.
    """
    try:
        data = json.loads(content(path))
    except (ValueError, RecursionError) as error:
        raise RoundsError(f"{path} can't be read as JSON: {error}", hint="Was it saved completely?") from error
    results = data.get("results") if isinstance(data, dict) else data
    if not isinstance(results, list) or not (all(isinstance(each, dict) and "number" in each for each in results[:1])):
        raise RoundsError(
            f"{path} has no results from the NPI registry", hint="Save a response of its API, version 2.1."
        )
    for number, result in enumerate(results, 1):
        yield result_row(number, result if isinstance(result, dict) else {}, roles=roles)


def result_row(number: int, result: Mapping[str, Any], *, roles: Roles, city: str = "", state: str = "") -> Row:
    """The row of one result, as a dictionary of the registry's JSON.

    Args:
        city, state: where the practice is that counts, of several; empty for the first.
    """
    basic = _mapping(result.get("basic"))
    addresses = [each for each in _mappings(result.get("addresses")) if each.get("address_purpose") == "LOCATION"]
    places = [*addresses, *_mappings(result.get("practiceLocations"))]
    near = (
        each
        for each in places
        if city.casefold() in {"", str(each.get("city")).casefold()}
        and state.casefold() in {"", str(each.get("state")).casefold()}
    )
    place = next(near, next(iter(places), {}))
    codes = sorted(_mappings(result.get("taxonomies")), key=lambda each: each.get("primary") not in {True, "Y"})
    texts = {
        "npi": [result.get("number")],
        "organization": [basic.get("organization_name")],
        "first": [basic.get("first_name")],
        "middle": [basic.get("middle_name")],
        "last": [basic.get("last_name")],
        "suffix": [basic.get("name_suffix") or basic.get("suffix")],
        "credentials": [basic.get("credential")],
        "street": [place.get("address_1"), place.get("address_2")],
        "city": [place.get("city")],
        "state": [place.get("state")],
        "zip": [place.get("postal_code")],
        "phone": [place.get("telephone_number")],
        "fax": [place.get("fax_number")],
        "taxonomy": [each.get("code") for each in codes],
    }
    found = {key: [str(text) for text in values if text is not None] for key, values in texts.items()}
    return _row(number, found, is_active=basic.get("status") in {None, "A"}, roles=roles)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> Sequence[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def bulk_rows(header: Header, lines: Iterable[Line], *, roles: Roles) -> Iterator[Row]:
    """The rows of the bulk file, one after the other: it has millions."""
    wanted = [(place, field) for place, name in enumerate(header.names) if (field := _COLUMNS.get(name))]
    taxonomies: dict[str, dict[str, int]] = {}
    for place, name in enumerate(header.names):
        if match := _TAXONOMY.fullmatch(name):
            taxonomies.setdefault(match[2], {})[match[1]] = place
    pairs = [(pair["Taxonomy Code"], pair.get("Primary Taxonomy Switch", -1)) for pair in taxonomies.values()
             if "Taxonomy Code" in pair]  # fmt: skip
    for line in lines:
        cells = line.cells
        if line.fault or len(cells) < len(header.names):
            why = line.fault or f"it has {len(cells)} cells, and there are {len(header.names)} columns"
            yield Row(line.number, " ".join(cells[:1]), refused=why, raw=cells)
            continue
        found: dict[str, list[str]] = {}
        for place, field in wanted:
            if cells[place]:
                found.setdefault(field, []).append(cells[place])
        codes = [(not (switch >= 0 and cells[switch] == "Y"), cells[code]) for code, switch in pairs if cells[code]]
        found["taxonomy"] = [code for _, code in sorted(codes, key=lambda each: each[0])]
        off, on = found.pop("deactivated", [""]), found.pop("reactivated", [""])
        row = _row(line.number, found, is_active=not off[0] or bool(on[0]), roles=roles)
        yield row._replace(raw=cells) if row.refused else row


def _row(number: int, found: Mapping[str, Sequence[str]], *, is_active: bool, roles: Roles) -> Row:
    """The row of a provider: names in capitals become names, `--` is nothing, the first taxonomy counts."""
    given = {key: [text for text in texts if text.strip(" -")] for key, texts in found.items()}
    npi = next(iter(given.get("npi", ())), "")
    if given.get("first") or given.get("last"):
        given.pop("organization", None)
    for key in ("first", "middle", "last", "organization", "street", "city"):
        given[key] = [_short(text, key) if len(text) < 3 else proper(text) for text in given.get(key, ())]
    given["taxonomy"] = given.get("taxonomy", [])[:1]
    row = row_of(number, given, source=_SOURCE, roles=roles)
    if not is_active:
        return row._replace(refused="its NPI is deactivated", left=())
    if not is_npi(npi) or not has_check_digit(npi):
        return row._replace(refused=f'"{npi}" is not an NPI: the check digit is wrong', left=())
    return row._replace(client_like="")


def _short(text: str, key: str) -> str:
    """A name of two letters: `BO` is Bo and `NG`, as a last name, Ng; `JT` are initials."""
    is_name = key == "last" or (key == "first" and re.search("[AEIOUY]", text))
    return text.capitalize() if is_name else text
