"""The card, its QR code, and the one-page summary."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from browser import browser
from conftest import PATIENCE, tool
from rounds.errors import UsageError
from rounds.exports.card import Listed, codes, folded, names_page, referral_form, summary, vcard

PRACTICE = {
    "name": "Kim Ana Doe", "credentials": "LCSW, PMH-C", "practice_name": "Doe; Roe & Co", "phone": "+1 503-555-0100",
    "email": "kim@doe.example", "website": "https://doe.example/a", "address": "1 Elm St, Suite 4", "city": "Portland",
    "ideal_client": "adults with panic\nBEGIN:VCARD", "fees": "$175", "how_to_refer": "a call <script>",
    "niches": "Panic", "pronouns": "she/her",
}  # fmt: skip


def test_the_card_of_a_practice() -> None:
    """RFC 6350: commas, semicolons and line ends of the texts are marked, so nothing can break out of its line."""
    assert vcard(PRACTICE, "4.0").split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "FN:Kim Ana Doe\\, LCSW\\, PMH-C",
        "N:Doe;Kim Ana;;;LCSW\\, PMH-C",
        "ORG:Doe\\; Roe & Co",
        "TEL;TYPE=WORK:+1 503-555-0100",
        "EMAIL;TYPE=WORK:kim@doe.example",
        "URL:https://doe.example/a",
        "ADR;TYPE=WORK:;;1 Elm St\\, Suite 4;Portland;;;",
        "NOTE:adults with panic BEGIN:VCARD",
        "END:VCARD",
        "",
    ]


ODD = "a\x1b]0;x\x07\x00b\r\nTEL:1\u2028c\x85\u202ed\ud800; e, f\\" + "é" * 300


def test_nothing_in_a_value_ends_its_line() -> None:
    """No control character, line end or half a sign is in the card, the code or the page, whatever the practice says."""
    odd = dict.fromkeys(PRACTICE, ODD)
    card = vcard(odd)
    data = folded(card)
    lines = data.replace(b"\r\n ", b"").decode().split("\r\n")
    assert [line.partition(":")[0] for line in lines] == [
        "BEGIN", "VERSION", "FN", "N", "ORG", "TEL;TYPE=WORK", "EMAIL;TYPE=WORK", "URL", "ADR;TYPE=WORK", "NOTE", "END", "",
    ]  # fmt: skip
    assert all(line.isprintable() for line in lines)
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert [len(re.split(r"(?<!\\);", line)) for line in lines if line.startswith(("N:", "ADR"))] == [
        5,
        7 + 1,
    ]  # and that of its type
    page = summary(odd, "").encode().decode()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", page)


def test_an_address_that_could_be_more_is_no_link_of_the_page() -> None:
    page = summary({**PRACTICE, "email": "kim@doe.example?bcc=eve@x.example"}, "")
    assert not [link for link in _Page(page).links if link.startswith("mailto:")]
    assert "kim@doe.example?bcc=eve@x.example" in page


def test_what_is_not_written_is_left_out() -> None:
    """A practice with nothing but a name has a card of three lines; one without has its practice's name."""
    assert vcard({"name": "Kim"}).split("\r\n")[1:5] == ["VERSION:3.0", "FN:Kim", "N:Kim;;;;", "END:VCARD"]
    assert "FN:Doe Co\r\n" in vcard({"practice_name": "Doe Co"})


def test_long_lines_are_folded() -> None:
    """At 75 octets, never within a character; unfolded it is the same card."""
    card = vcard({"name": "Kim", "ideal_client": "é" * 120})
    data = folded(card)
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert data.replace(b"\r\n ", b"").decode() == card


def test_the_qr_code() -> None:
    """As SVG without a reference to anything, PNG, and for a terminal."""
    found = codes(vcard(PRACTICE))
    assert found.svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ')
    assert not re.search("href|url", found.svg)
    assert found.png.startswith(b"\x89PNG")
    assert found.terminal.count("\n") > 20
    with pytest.raises(UsageError):
        codes(vcard({"name": "Kim", "ideal_client": "x" * 5000}))


def test_the_qr_code_reads_as_the_card(tmp_path: Path) -> None:
    """A decoder finds the whole card in it, letters beyond ASCII too."""
    card = vcard({**PRACTICE, "name": "Zoë Muñoz"})
    (tmp_path / "code.png").write_bytes(codes(card).png)
    assert decoded(tmp_path / "code.png") == card


def decoded(picture: Path) -> str:
    """What zbarimg reads in a picture."""
    command = [tool("zbarimg"), "--quiet", "--raw", str(picture)]
    found = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True).stdout
    return found.decode().removesuffix("\n")


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for key, value in attrs:
            if key in {"src", "srcset", "data", "action", "background"} or (key == "href" and tag != "a"):
                self.loads.append(str(value))
            elif key == "href":
                self.links.append(str(value))


def test_the_summary_loads_nothing() -> None:
    """It is one page of its own: no script, no picture, font or style from elsewhere; texts of notes are escaped."""
    page = summary({**PRACTICE, "calendar_link": "javascript:alert(1)"}, codes(vcard(PRACTICE)).svg)
    found = _Page(page)
    assert found.loads == []
    assert not {"script", "img", "link", "iframe"} & set(found.tags)
    assert found.links == ["mailto:kim@doe.example", "https://doe.example/a"]
    assert "default-src 'none'" in page
    assert "url(" not in page
    assert "@import" not in page
    assert "@media print" in page


def test_the_summary_in_a_browser(tmp_path: Path) -> None:
    """On the screen of a phone and on one sheet of paper, and the code on that paper is the whole card."""
    card = vcard(PRACTICE)
    page = tmp_path / "summary.html"
    page.write_text(
        summary({**PRACTICE, "calendar_link": "https://doe.example/meet"}, codes(card).svg), encoding="utf-8"
    )
    tool("pdftoppm")
    with browser(tmp_path) as chromium:
        assert chromium.look(page, "document_.documentElement.scrollWidth", width=360) <= 360
        (text,) = chromium.pages(page)
        assert chromium.asked == []
    assert "A time to talk: https://doe.example/meet" in text
    picture = [
        tool("pdftoppm"),
        "-r",
        "150",
        "-png",
        "-singlefile",
        str(page.with_suffix(".pdf")),
        str(tmp_path / "print"),
    ]
    subprocess.run(picture, timeout=PATIENCE, check=True)
    assert decoded(tmp_path / "print.png") == card


def test_the_summary_says_what_practice_says() -> None:
    """Every property of the practice that a colleague can use, and nothing that is written nowhere."""
    page = summary(PRACTICE, "")
    for key, value in PRACTICE.items():
        assert re.sub(r"&", "&amp;", value).replace("<script>", "&lt;script&gt;") in page, key
    assert "Insurance" not in page


# Pages for other people's hands ---------------------------------------------------------------------------------------

LONG = Listed(
    "Maria Alvarez-Montgomery, MD, FAAP",
    "pediatrician, Rose City Pediatrics",
    [
        ("Specialties", "ADHD, anxiety, depression, developmental delays, sleep, eating disorders, chronic illness"),
        ("Works with", "children, teens, families"), ("Insurance", "Aetna, Moda, Providence, Regence, OHP, Kaiser, Cigna"),
        ("Languages", "English, Spanish"), ("Phone", "503-555-0142"), ("Website", "https://rosecitypeds.example/patients"),
        ("Address", "1200 NW Lovejoy St, Suite 400, Portland, OR 97209"), ("Openings", "takes new clients (checked on May 1, 2026)"),
    ],
)  # fmt: skip
FULL = {
    **PRACTICE, "fax": "503-555-0101", "address": "1 Elm St, Suite 4, Portland, OR 97201",
    "how_to_refer": "by secure email or fax; I answer within one working day, and say so if there is no opening",
}  # fmt: skip


def sized(folder: Path, page: str, size: str) -> Path:
    """The page for paper of a size; by itself it takes the printer's."""
    path = folder / f"{size}.html"
    path.write_text(page.replace("@page {", f"@page {{ size: {size};", 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("size", ["letter", "A4"])
@pytest.mark.parametrize("practice", [FULL, {"practice_name": "Doe Counseling"}], ids=["full", "name"])
def test_the_referral_form_fits_one_page(tmp_path: Path, size: str, practice: dict[str, str]) -> None:
    """Blank, on either paper, and on the screen of a phone; it loads nothing."""
    page = sized(tmp_path, referral_form(practice), size)
    with browser(tmp_path) as chromium:
        (text,) = chromium.pages(page)
        assert chromium.look(page, "document_.documentElement.scrollWidth", width=360) <= 360
        assert chromium.asked == []
    for label in ("Referral", "From", "Who is referred", "Insurance, or how they will pay", "Reason for the referral"):
        assert label in text
    assert practice["practice_name"] in text
    assert ("Fax: 503-555-0101" in text) is ("fax" in practice)
    assert ("call 988" in " ".join(text.split())) or ("text 988" in " ".join(text.split()))


@pytest.mark.parametrize("size", ["letter", "A4"])
def test_three_names_for_a_client_fit_one_page(tmp_path: Path, size: str) -> None:
    """Even with long entries, each with lines for notes; of more, none is torn apart."""
    sender = "Kim Doe, LCSW · Doe Counseling · 503-555-0100"
    with browser(tmp_path) as chromium:
        page = sized(tmp_path, names_page([LONG] * 3, sender, "November 23, 2026"), size)
        (text,) = chromium.pages(page)
        assert chromium.look(page, "document_.documentElement.scrollWidth", width=360) <= 360
        pages = chromium.pages(sized(tmp_path, names_page([LONG] * 5, sender, "November 23, 2026"), size))
        assert chromium.asked == []
    assert text.count("Maria Alvarez-Montgomery") == text.count("Notes") == 3
    assert sender in text
    assert all(each.count("Maria") == each.count("Notes") for each in pages)
    assert sum(each.count("Maria") for each in pages) == 5


def test_the_pages_run_and_load_nothing() -> None:
    """Texts of notes are escaped."""
    odd = "<script>alert(1)</script><img src=https://x.example/a.png>\x1b[2J"
    listed = Listed(odd, odd, [("Phone", odd)])
    for page in (referral_form(dict.fromkeys(FULL, odd)), names_page([listed], odd, odd)):
        found = _Page(page)
        assert found.loads == []
        assert not {"script", "img", "link", "iframe"} & set(found.tags)
        assert "default-src 'none'" in page
        assert "\x1b" not in page


def test_the_form_names_the_city_once() -> None:
    assert referral_form(FULL).count("Portland") == 1
    assert "Address: 1 Elm St, Suite 4, Portland" in " ".join(re.sub("<[^>]*>", "", referral_form(PRACTICE)).split())
