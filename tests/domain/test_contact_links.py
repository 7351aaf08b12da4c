"""Links of contact details are harmless, whatever a note says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.contact_links import is_safe, link_of_value, links_in, mail_link, phone_link, web_link


@pytest.mark.parametrize(
    ("key", "text", "link"),
    [
        ("email", "kim@example.org", "mailto:kim@example.org"),
        ("email", "Kim Doe <kim+a@example.org>", "mailto:kim%2Ba@example.org"),
        ("email", "kim@example.org?bcc=a@b.org", ""),
        ("email", "kim@example.org,a@b.org", ""),
        ("phone", "503-555-0142", "tel:5035550142"),
        ("phone", "+1 (503) 555-0142 ext. 3", "tel:+15035550142;ext=3"),
        ("phone", "503-555-0142;phone-context=evil", ""),
        ("phone", "911", ""),
        ("fax", "503-555-0142", ""),
        ("website", "example.org/a", "https://example.org/a"),
        ("website", "HTTP://example.org", "http://example.org"),
        ("website", "https://müller.example", "https://xn--mller-kva.example"),
        (
            "website",
            "https://example.org/a\x1b]8;;https://evil.example",
            "https://example.org/a%1B]8;;https://evil.example",
        ),
        ("website", "https://bank.example@evil.example", ""),
        ("website", "javascript:alert(1)", ""),
        ("website", "file:///etc/passwd", ""),
    ],
)
def test_a_value_has_the_link_of_its_kind_or_none(key: str, text: str, link: str) -> None:
    """Only mail, phone and web; a value with more in it than one address has none."""
    assert link_of_value(key, text) == link


def test_links_are_found_in_a_text() -> None:
    """Without the punctuation behind them; numbers only in a property of numbers."""
    text = "write to kim@example.org, or see (https://example.org/a_(b)). 503-555-0142"
    assert [(text[start:end], link) for start, end, link in links_in(text)] == [
        ("kim@example.org", "mailto:kim@example.org"),
        ("https://example.org/a_(b)", "https://example.org/a_(b)"),
    ]
    assert [link for *_, link in links_in("503-555-0142, 503-555-0143 x 4", "phone")] == [
        "tel:5035550142",
        "tel:5035550143;ext=4",
    ]


@given(st.text(max_size=80), st.sampled_from(["kim@example.org", "https://example.org/", "503-555-0142", ""]))
def test_no_text_makes_an_unsafe_link(text: str, start: str) -> None:
    """Whatever is typed around an address: known schemes, printable ASCII."""
    for value in (start + text, text + start):
        for link in (mail_link(value), phone_link(value), web_link(value)):
            assert not link or is_safe(link)
        for begin, end, link in links_in(value, "phone"):
            assert is_safe(link)
            assert 0 <= begin < end <= len(value)
