"""Mail drafts: links and files that a mail program opens."""

import email
from datetime import date
from email.policy import SMTP
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.errors import UsageError
from rounds.exports.editor_clipboard_mail_obsidian import LONGEST_LINK, mailto, unsent
from rounds.notes.plain_text import escape_controls

DAY = date(2026, 11, 23)


def test_a_link_is_encoded_as_rfc_6068_has_it() -> None:
    """Line ends are %0D%0A, blanks %20, and nothing of the text ends a field."""
    link = mailto("kim+a@doe.example", "Hi & bye?", "One line\n\n#2 ünd 100%")
    assert link == (
        "mailto:kim%2Ba@doe.example?subject=Hi%20%26%20bye%3F&body=One%20line%0D%0A%0D%0A%232%20%C3%BCnd%20100%25"
    )


def test_an_address_adds_no_field() -> None:
    """What stands in a note as an address can't add recipients."""
    link = mailto("kim@doe.example?bcc=eve@x.example,ann@x.example\n", "s", "b")
    assert parse_qs(urlsplit(link).query).keys() == {"subject", "body"}
    assert "," not in link


@given(st.text(max_size=60).filter(str.isprintable), st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_a_link_gives_back_what_it_was_given(subject: str, body: str) -> None:
    """Subject and body survive, line ends as CRLF; a link that would be cut has no body."""
    link = mailto("kim@doe.example", subject, body)
    fields = dict(part.split("=", 1) for part in urlsplit(link).query.split("&"))
    assert unquote(fields["subject"]) == subject
    assert len(link) <= LONGEST_LINK
    if "body" in fields:
        assert unquote(fields["body"]) == "\r\n".join(map(escape_controls, body.splitlines()))


def test_a_long_text_is_left_out_of_the_link() -> None:
    """Systems cut links at about 2,000 characters, and half a mail is worse than none."""
    assert mailto("kim@doe.example", "s", "x" * 3000) == "mailto:kim@doe.example?subject=s"


def test_a_mail_file_opens_as_unsent() -> None:
    """RFC 5322, with X-Unsent: 1, CRLF, and no Bcc or Cc."""
    data = unsent(
        ("Kim Doe, LCSW", "kim@doe.example"), ("María", "maria@x.example"), "Über\nuns", "Dear María,\n\nhi", DAY
    )
    mail = email.message_from_bytes(data, policy=SMTP)
    assert mail["X-Unsent"] == "1"
    assert mail["From"] == '"Kim Doe, LCSW" <kim@doe.example>'
    assert mail["To"] == "María <maria@x.example>"
    assert mail["Subject"] == "Über uns"
    assert mail["Date"].datetime.date() == DAY
    assert set(mail.keys()) & {"Bcc", "Cc"} == set()
    assert mail.get_content() == "Dear María,\r\n\r\nhi\r\n"
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("address", ["", "kim", "kim@", "a@x.example, b@x.example", "kim@x.example\nBcc: e@x.example"])
def test_what_is_no_address(address: str) -> None:
    """An error that names it; nothing is added to a mail by it."""
    with pytest.raises(UsageError):
        unsent(("Kim", "kim@doe.example"), ("Maria", address), "s", "b", DAY)


@pytest.mark.parametrize(
    "address",
    [
        "kim@doe.example\r\nBcc: eve@x.example", "kim@doe.example\nbcc:eve@x.example", "kim@doe.example,eve@x.example",
        "kim@doe.example;eve@x.example", "kim@doe.example?bcc=eve@x.example", "kim@doe.example&bcc=eve@x.example",
        "kim@doe.example eve@x.example", "kim\x00@doe.example", "kim@doe.example\x1b[31m", "kim@doe.example\u2028eve",
        "Kim <kim@doe.example>, Eve <eve@x.example>", "kim@doe.example\udcff", "kim@a@b.example", "kim",
    ],
)  # fmt: skip
def test_an_address_that_could_be_read_as_more_is_left_out(address: str) -> None:
    """Some programs decode twice, or take a decoded line end for one."""
    link = mailto(address, "s", "b")
    assert link == "mailto:?subject=s&body=b"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("Kim Doe <kim@doe.example>", "kim@doe.example"), ("mailto:kim@doe.example", "kim@doe.example"),
        (" kim@intranet ", "kim@intranet"), ("o'hara%x@doe.example", "o%27hara%25x@doe.example"), ("", ""),
    ],
)  # fmt: skip
def test_other_addresses_are_in_the_link(address: str, written: str) -> None:
    assert mailto(address, "s", "b") == f"mailto:{written}?subject=s&body=b"


ODD = "a\r\nBcc: eve@x.example\r\n\r\nb\x1b]0;x\x07\x00\u2028\u202e\x85\ud800\udcffc"


def test_nothing_in_a_subject_or_name_begins_another_line() -> None:
    """Nor is a control character in any part of a link or a mail file, or half a sign that can't be written."""
    link = unquote(mailto("kim@doe.example", ODD, ODD))
    assert not any(ord(sign) < 32 and sign not in "\r\n" for sign in link)
    assert "\n" not in link.partition("&body=")[0]
    data = unsent((ODD, "kim@doe.example"), (ODD, "maria@x.example"), ODD, ODD, DAY)
    mail = email.message_from_bytes(data, policy=SMTP)
    assert set(mail.keys()) & {"Bcc", "Cc"} == set()
    texts = [mail["From"], mail["To"], mail["Subject"], mail.get_content().replace("\r\n", "")]
    assert all(str(text).replace("\t", "").isprintable() or "\ufffd" in str(text) for text in texts)
    assert not any(sign in f"{text}" for sign in "\x00\x1b\x07\x85\u2028\u202e" for text in texts)


def test_a_subject_that_is_too_long_is_left_out_of_the_link() -> None:
    assert mailto("kim@doe.example", "x" * 3000, "b") == "mailto:kim@doe.example"
