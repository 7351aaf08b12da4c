"""Ethics in the open: what `check` finds in a vault's notes."""

import pytest

from rounds.vault.problems import all_problems
from rounds.vault.vault import Vault
from vault.notes import put


def said(vault: Vault) -> list[tuple[str, int, str]]:
    return [(problem.path, problem.line, problem.message) for problem in all_problems(vault)]


def test_the_sample_and_the_playbook_hold_nothing_of_concern(vault: Vault) -> None:
    """Only the two problems that the sample shows on purpose."""
    assert {path for path, *_ in said(vault)} == {"Partners/Ines Calloway.md", "Partners/Leopold Finch.md"}


def test_every_kind_is_found_in_its_note_and_line(empty: Vault) -> None:
    """Properties, log, body, gifts near a referral, messages."""
    put(empty, {
        "Partners/Ann.md": "---\ntype: partner\nconnection: client JD\n---\n\n- 2026-11-20 gift: cash\n- 2026-05-04 call: 123-45-6789\n",
        "Referrals/r.md": "---\ntype: referral\npartner: '[[Ann]]'\ndirection: in\ndate: 2026-11-01\nstatus: completed\n---\n",
        "Playbook/Messages/m.md": "---\ntype: message\nkind: email\n---\nDear colleague\n",
        "Notes.md": "we pay a referral fee\n",
    })  # fmt: skip
    assert sorted(said(empty)) == [
        ("Notes.md", 1, '"referral fee" mentions payment for referrals'),
        ("Partners/Ann.md", 3, 'this may be a client\'s initials (because of client): "JD"'),
        ("Partners/Ann.md", 6, 'a gift that is money: "cash"'),
        ("Partners/Ann.md", 6, "a gift within 30 days of the referral of 2026-11-01"),
        ("Partners/Ann.md", 7, 'this may be a social security number: "123-45-6789"'),
        ("Playbook/Messages/m.md", 5, "nothing in this message is personal"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "we pay for each referral", "he pays me per patient", "paid per referral", "a reward for every client",
        "compensated for referrals", "he pays 5 dollars per client", "in return for referrals", "in exchange for a referral",
        "If you send families, I will refer mine", "if you refer to me I'll give you mine", "10 percent of each fee",
    ],
)  # fmt: skip
def test_no_word_of_payment_is_left_out_by_the_search(empty: Vault, line: str) -> None:
    """A note is read where it holds any of the words, and every such line holds one."""
    put(empty, {"Notes.md": f"{line}\n"})
    assert ["mentions payment" in message for *_, message in said(empty)] == [True]
