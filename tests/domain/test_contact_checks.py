"""Ways to reach somebody: what counts as one."""

import pytest

from rounds.domain.contact_checks import contact_problem, split_contacts

GOOD = {
    "phone": [
        "503-555-0142", "+1 (503) 555-0142", "503.555.0142 ext. 4", "503 555 0142 x12", "ext. 204", "x204", "911",
        "1-800-FLOWERS", "503-GET-HELP", "+44 (0)20 7946 0958", "503-555-0142, ext. 4", "tel:+15035550142",
        "5035550142 (front desk, ask for Kim)", "",
    ],
    "fax": ["503-555-0171"],
    "email": ["a@b.org", "kim.doe+x@sub.example.co.uk", "münch@exämple.de", "o'neil@x.org", "KIM@X.ORG", ""],
    "website": ["example.org", "https://example.org/x?y#z", "linkedin.com/in/kim", "HTTP://X.ORG", "x.org:8080/a"],
    "calendar_link": ["https://alderandfern.example/meet"],
    "npi": ["1234567893", "0000000000", "123 456 7893"],
    "city": ["anything"],
}  # fmt: skip
BAD = {
    "phone": ["abc", "12", "kim@x.org", "tomorrow 3pm", "12345 Oak Street", "https://x.org/5035550142", "n/a"],
    "fax": ["same"],
    "email": ["foo", "foo@", "@x.org", "foo@bar", "a b@c.org", "a@b..org", "a@b.org.", "kim@x.org ext", "a@@b.org",
              "Kim Doe <kim@x.org>"],
    "website": ["foo", "kim@x.org", "not a site", "ftp://x.org", "https://", "example..org"],
    "calendar_link": ["monday"],
    "npi": ["123", "12345678933", "abcdefghij"],
}  # fmt: skip


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in GOOD.items() for text in texts])
def test_what_can_be_one(key: str, text: str) -> None:
    """However it is written; nothing at all is fine too."""
    assert contact_problem(key, text) is None


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in BAD.items() for text in texts])
def test_what_can_not_be_one(key: str, text: str) -> None:
    """The value is shown, and what one looks like."""
    found = contact_problem(key, text)
    assert found is not None
    message, hint = found
    assert message.startswith(f'{key}: "{text}" is not a')
    assert hint.endswith(("or leave it empty.", "kim@x.org"))


@pytest.mark.parametrize(
    ("key", "text", "values"),
    [
        ("email", "Kim Doe <kim@x.org>", ["kim@x.org"]),
        ("email", "Doe, Kim <kim@x.org>", ["kim@x.org"]),
        ("email", "mailto:kim@x.org", ["kim@x.org"]),
        ("email", "a@b.org; Kim <c@d.org>", ["a@b.org", "c@d.org"]),
        ("email", "foo, bar", ["foo, bar"]),
        ("phone", "503-555-0142, 503-555-0143", ["503-555-0142", "503-555-0143"]),
        ("phone", "503-555-0142, ext. 204", ["503-555-0142, ext. 204"]),
        ("city", "Portland, Salem", ["Portland, Salem"]),
    ],
)
def test_several_in_one_text(key: str, text: str, values: list[str]) -> None:
    """Addresses and numbers with commas are a list; of a name with an address, the address is kept."""
    assert split_contacts(key, text) == values
