"""An NPI registry on this machine, made from the public description of the API, version 2.1."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from rounds.domain.contact_checks import has_check_digit

Provider = dict[str, Any]
Given = Mapping[str, str]
Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""

_ALONE = {"first_name", "last_name", "organization_name", "taxonomy_description", "city", "postal_code", "number"}
PSYCHIATRY = ("2084P0800X", "Psychiatry & Neurology, Psychiatry")
COUNSELOR = ("101YM0800X", "Counselor, Mental Health")


def npi(number: int) -> str:
    """A valid NPI with nine given digits."""
    return next(f"{number:09}{last}" for last in range(10) if has_check_digit(f"{number:09}{last}"))


def address(city: str = "PORTLAND", purpose: str = "LOCATION", **more: str) -> dict[str, str]:
    return {
        "address_1": "12 OAK ST", "address_2": "STE 4", "address_purpose": purpose, "address_type": "DOM", "city": city,
        "country_code": "US", "country_name": "United States", "fax_number": "503-555-0143", "postal_code": "972011234",
        "state": "OR", "telephone_number": "503-555-0142", **more,
    }  # fmt: skip


def person(number: int, first: str, last: str, taxonomy: tuple[str, str] = PSYCHIATRY, **more: Any) -> Provider:
    """An answer's provider, as the registry writes it: in capitals, blanks as `--`."""
    return {
        "created_epoch": "1393416364000", "enumeration_type": "NPI-1", "last_updated_epoch": "1619378753000",
        "number": npi(number),
        "basic": {"first_name": first.upper(), "last_name": last.upper(), "middle_name": "--", "credential": "M.D.",
                  "sole_proprietor": "NO", "status": "A", "enumeration_date": "2014-02-26"},
        "addresses": [address("SALEM", "MAILING", telephone_number="503-555-9999"), address()],
        "practiceLocations": [], "identifiers": [], "endpoints": [], "other_names": [],
        "taxonomies": [{"code": taxonomy[0], "desc": taxonomy[1], "primary": True, "state": "OR", "license": "MD1",
                        "taxonomy_group": ""}],
        **more,
    }  # fmt: skip


def clinic(number: int, name: str) -> Provider:
    made = person(number, "", "", ("261QM0801X", "Clinic/Center, Mental Health"), enumeration_type="NPI-2")
    return {**made, "basic": {"organization_name": name.upper(), "status": "A", "organizational_subpart": "NO"}}


def _refusal(description: str, field: str = "", number: str = "07") -> Answer:
    errors = [{"description": description, "field": field, "number": number}]
    return 200, {}, json.dumps({"Errors": errors}).encode()


def answered(providers: list[Provider], given: Given) -> Answer:
    """As the registry answers: errors come with status 200, a larger limit is 200."""
    if given.get("version") != "2.1":
        return _refusal("Unsupported Version", "version", "17")
    if not _ALONE & given.keys():
        return _refusal("Field state requires additional search criteria", "state")
    if any("*" in text.rstrip("*") or (text.endswith("*") and len(text) < 3) for text in given.values()):
        return _refusal("Wildcards require at least two leading characters", "last_name", "03")
    found = [each for each in providers if _fits(each, given)]
    skip, limit = min(int(given.get("skip", "0")), 1000), min(int(given.get("limit", "10")), 200)
    page = found[skip : skip + limit]
    return 200, {}, json.dumps({"result_count": len(page), "results": page}).encode()


def _fits(provider: Provider, given: Given) -> bool:
    basic = provider["basic"]
    places = [*provider["addresses"], *provider["practiceLocations"]]
    if given.get("address_purpose") == "LOCATION":
        places = [each for each in places if each["address_purpose"] != "MAILING"]
    return (
        given.get("number", provider["number"]) == provider["number"]
        and given.get("enumeration_type", provider["enumeration_type"]) == provider["enumeration_type"]
        and all(_is(given.get(key), basic.get(key, "")) for key in ("first_name", "last_name", "organization_name"))
        and any(all(_is(given.get(key), each[key]) for key in ("city", "state")) for each in places)
        and any(
            given.get("taxonomy_description", "").upper() in each["desc"].upper() for each in provider["taxonomies"]
        )
    )


def _is(wanted: str | None, text: str) -> bool:
    if wanted is None:
        return True
    return text.startswith(wanted[:-1].upper()) if wanted.endswith("*") else text == wanted.upper()


class Registry:
    """What was asked, and who is known.

    Attributes:
        first: answers to the first requests, before it answers as it should; None drops the connection.
    """

    def __init__(self, *providers: Provider) -> None:
        self.providers = [*providers]
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.first: list[Answer | None] = []
        self.always: Callable[[Given], Answer] | None = None
        self.url = ""


@contextmanager
def running(registry: Registry) -> Iterator[Registry]:
    """Serve it on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            given = dict(parse_qsl(urlsplit(self.path).query))
            registry.asked.append(given)
            registry.headers.append({key.lower(): text for key, text in self.headers.items()})
            answer: Answer | None = registry.first.pop(0) if registry.first else None
            if answer is None:
                answer = registry.always(given) if registry.always else answered(registry.providers, given)
            status, headers, body = answer
            self.send_response(status)
            for key, text in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
                self.send_header(key, text)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        registry.url = f"http://127.0.0.1:{server.server_address[1]}/api/"
        try:
            yield registry
        finally:
            server.shutdown()
    thread.join(10)
