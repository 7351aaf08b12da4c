"""A mail signature as the properties of a new partner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.job_titles import Roles
from rounds.domain.signature import is_signature, read_signature
from rounds.vault.paste_signature import Pasted, from_signature
from rounds.vault.vault import Vault

SIGNATURES: dict[str, tuple[str, dict[str, str]]] = {
    "a doctor's, on lines": ("""
Yuki Tanaka, MD
Pediatrician
Larch Street Pediatrics
1200 NW Larch St, Suite 4
Portland, OR 97209
P: (503) 555-0142 | F: (503) 555-0143
yuki@larchstreet.example.org
www.larchstreet.com
""", {
        "name": "Yuki Tanaka", "role": "pediatrician", "organization": "Larch Street Pediatrics", "credentials": "MD",
        "email": "yuki@larchstreet.example.org", "phone": "(503) 555-0142", "fax": "(503) 555-0143",
        "website": "https://www.larchstreet.com", "address": "1200 NW Larch St, Suite 4, Portland, OR 97209",
    }),
    "title and place on one line, notice below": ("""
Best regards,

Dana Whitlock, LCSW (she/her)
Clinical Director, Whitlock Counseling LLC
503.555.0199 ext. 12
dana@whitlock.org

CONFIDENTIALITY NOTICE: This email is intended only for the named recipient. If you have received it in error,
please call 503-555-9999.
""", {
        "name": "Dana Whitlock", "organization": "Whitlock Counseling LLC", "credentials": "LCSW",
        "email": "dana@whitlock.org", "phone": "503.555.0199 ext. 12", "pronouns": "she/her",
        "about": "Title: Clinical Director",
    }),
    "bars, a delimiter, and an earlier mail": ("""
See you then.

--
Sam Lee | School Counselor | Lincoln High School
slee@pps.net | 503-555-0123

On Mon, Nov 2, 2026 at 3:00 PM Juniper Hale <j@x.org> wrote:
> Hi Sam
> Jane Doe, MD
> 503-555-9999
""", {
        "name": "Sam Lee", "role": "school counselor", "organization": "Lincoln High School", "email": "slee@pps.net",
        "phone": "503-555-0123",
    }),
    "several numbers": ("""
Dr. Omar Haddad
Child & Adolescent Psychiatrist
OHSU Department of Psychiatry
Office: 503-555-0100  Fax: 503-555-0101  Cell: 971-555-0102
Sent from my iPhone
""", {
        "name": "Omar Haddad", "role": "psychiatrist", "organization": "OHSU Department of Psychiatry",
        "phone": "503-555-0100, 971-555-0102", "fax": "503-555-0101", "about": "Title: Child & Adolescent Psychiatrist",
    }),
    "capitals": ("MARIA ALVAREZ, PMHNP-BC\nmaria@alvarezpsych.com\n(971) 555-0111", {
        "name": "Maria Alvarez", "role": "psychiatric nurse practitioner", "credentials": "PMHNP-BC",
        "email": "maria@alvarezpsych.com", "phone": "(971) 555-0111",
    }),
    "only a mail header": ("Robin Hale <robin@hale.com>", {"name": "Robin Hale", "email": "robin@hale.com"}),
    "degrees with points, an NPI, a network": ("""
Jane Q. Smith, Ph.D., ABPP
Licensed Psychologist
Smith Psychological Services, P.C.
Tel +1 503 555 0177
https://smithpsych.com/about
NPI 1234567893
linkedin.com/in/janeqsmith
""", {
        "name": "Jane Q. Smith", "role": "therapist", "organization": "Smith Psychological Services, P.C.",
        "credentials": "PhD, ABPP", "phone": "+1 503 555 0177", "website": "https://smithpsych.com/about",
        "npi": "1234567893", "about": "Title: Licensed Psychologist",
    }),
    "a license says the role": ("Priya Natarajan (she/they)\nOT, OTR/L\nSensory Steps\no 503-555-0131", {
        "name": "Priya Natarajan", "role": "occupational therapist", "organization": "Sensory Steps",
        "credentials": "OT, OTR/L", "phone": "503-555-0131", "pronouns": "she/they",
    }),
    "a lawyer": ("""
Warmly,
Annika Rowe
Family Law Attorney
Rowe & Finch Law Group, LLP
621 SW Morrison Street, 14th Floor, Portland, OR 97205
D: 503.555.0118
annika.rowe@rowefinch.com | rowefinch.com
This message may be privileged.
""", {
        "name": "Annika Rowe", "role": "family lawyer", "organization": "Rowe & Finch Law Group, LLP",
        "email": "annika.rowe@rowefinch.com", "phone": "503.555.0118", "website": "https://rowefinch.com",
        "address": "621 SW Morrison Street, 14th Floor, Portland, OR 97205", "about": "Title: Family Law Attorney",
    }),
    "dots between": ("Keiko Marlowe, IBCLC • Marlowe Lactation • 503-555-0166 • keiko@marlowelactation.com", {
        "name": "Keiko Marlowe", "role": "lactation consultant", "organization": "Marlowe Lactation",
        "credentials": "IBCLC", "email": "keiko@marlowelactation.com", "phone": "503-555-0166",
    }),
    "name and title with a dash": ("Tamsin Achebe - Speech-Language Pathologist\nAchebe Speech Therapy\n(503) 555-0188", {
        "name": "Tamsin Achebe", "role": "speech therapist", "organization": "Achebe Speech Therapy",
        "phone": "(503) 555-0188", "about": "Title: Speech-Language Pathologist",
    }),
    "an accent and a particle": ("José de la Cruz, LMFT\nTerapia Familiar Counseling\njose@delacruz.org", {
        "name": "José de la Cruz", "role": "therapist", "organization": "Terapia Familiar Counseling",
        "credentials": "LMFT", "email": "jose@delacruz.org",
    }),
    "a nickname": ('Elizabeth "Liz" Moreno\nSchool Social Worker\nParkrose School District\nliz_moreno@parkrose.k12.or.us', {
        "name": 'Elizabeth "Liz" Moreno', "role": "school counselor", "organization": "Parkrose School District",
        "email": "liz_moreno@parkrose.k12.or.us", "about": "Title: School Social Worker",
    }),
    "an extension and a box": ("""
Arlo Winterbourne, DNP
Nurse Practitioner
Cascade Family Medicine
PO Box 1182
Bend, OR 97709
Phone: 541-555-0120 x204
Fax: 541-555-0121
""", {
        "name": "Arlo Winterbourne", "role": "nurse practitioner", "organization": "Cascade Family Medicine",
        "credentials": "DNP", "phone": "541-555-0120 x204", "fax": "541-555-0121",
        "address": "PO Box 1182, Bend, OR 97709",
    }),
    "abroad": ("Ingrid Solheim\nPsychotherapist\n+47 22 12 34 56\ningrid@solheim.info", {
        "name": "Ingrid Solheim", "role": "therapist", "phone": "+47 22 12 34 56", "email": "ingrid@solheim.info",
        "about": "Title: Psychotherapist",
    }),
    "bold and a picture": ("*Bao Fennimore*\n[cid:image001.png@01D]\n*Case Manager*\nNorthside Clinic\n503 555 0149", {
        "name": "Bao Fennimore", "role": "case manager", "organization": "Northside Clinic", "phone": "503 555 0149",
    }),
    "labels on their own lines": ("Colette Umar\nDoula\nPhone: 503-555-0177\nEmail: colette@umar.org\nWeb: umar.org", {
        "name": "Colette Umar", "role": "doula", "phone": "503-555-0177", "email": "colette@umar.org",
        "website": "https://umar.org",
    }),
    "letters for numbers": ("Marcus Tilley, DPT\nTilley Physical Therapy\nt 503-555-0101 f 503-555-0102 m 503-555-0103", {
        "name": "Marcus Tilley", "organization": "Tilley Physical Therapy", "credentials": "DPT",
        "phone": "503-555-0101, 503-555-0103", "fax": "503-555-0102",
    }),
    "the kind behind the number": ("Rosalind Pike\nMediator\n503-555-0104 (cell)\n503-555-0105 (fax)", {
        "name": "Rosalind Pike", "role": "mediator", "phone": "503-555-0104", "fax": "503-555-0105",
    }),
    "a team's": ("Front Desk\nJuniper Clinic\n503-555-0106\nfrontdesk@juniper.org", {
        "organization": "Juniper Clinic", "phone": "503-555-0106", "email": "frontdesk@juniper.org",
        "about": "Title: Front Desk",
    }),
    "at a place": ("Svetlana Birchwood\nDischarge Planner at Providence Hospital\nsb@providence.org", {
        "name": "Svetlana Birchwood", "role": "hospital social worker", "organization": "Providence Hospital",
        "email": "sb@providence.org", "about": "Title: Discharge Planner",
    }),
    "Outlook's header above": ("""
Thanks,
Gideon

Gideon Stark-Moreno, JD
Mediator & Parenting Coordinator
Stark Mediation
503-555-0107

From: Juniper Hale <j@hale.org>
Sent: Monday
To: Gideon
Subject: hello
Juniper Hale
503-555-9999
""", {
        "name": "Gideon Stark-Moreno", "role": "guardian ad litem", "organization": "Stark Mediation",
        "credentials": "JD", "phone": "503-555-0107", "about": "Title: Mediator & Parenting Coordinator",
    }),
    "a forwarded mail below": ("Esme Ward\nPastor\nGrace Church\n\n---------- Forwarded message ---------\nJane Doe\n503-555-9999", {
        "name": "Esme Ward", "role": "clergy", "organization": "Grace Church", "about": "Title: Pastor",
    }),
    "tabs": ("Owen Farraday\tPhysician Assistant\tCascade Dermatology\t503-555-0108", {
        "name": "Owen Farraday", "role": "physician assistant", "organization": "Cascade Dermatology",
        "phone": "503-555-0108",
    }),
    "a middle initial and two degrees": ("Lena M. Ortiz, MD, FAAP\nlena@ortiz.org\nOrtiz Pediatrics", {
        "name": "Lena M. Ortiz", "organization": "Ortiz Pediatrics", "credentials": "MD, FAAP", "email": "lena@ortiz.org",
    }),
    "degrees without commas": ("Harriet Bloom LCSW\nBloom Therapy\n(503)555-0109", {
        "name": "Harriet Bloom", "role": "therapist", "organization": "Bloom Therapy", "credentials": "LCSW",
        "phone": "(503)555-0109",
    }),
    "two emails": ("Ines Calloway\nDietitian\nines@calloway.org, office@calloway.org", {
        "name": "Ines Calloway", "role": "dietitian", "email": "ines@calloway.org, office@calloway.org",
    }),
    "an office that isn't watched at night": ("""
Raymond Oxley, MD
Internal Medicine
Oxley Medical
503-555-0110
If this is an emergency, call 911 or 988.
Please consider the environment before printing.
""", {
        "name": "Raymond Oxley", "role": "internist", "organization": "Oxley Medical", "credentials": "MD",
        "phone": "503-555-0110", "about": "Title: Internal Medicine",
    }),
    "a signature of quotes only": ("> Jane Doe\n> 503-555-9999", {}),
    "words": ("see you on friday\nthen we talk", {}),
    "an organization with a name below": ("Sleep Center of Oregon\nNoor Haddad, MD\nSleep Medicine\nnoor@sleep.org", {
        "name": "Noor Haddad", "role": "sleep specialist", "organization": "Sleep Center of Oregon", "credentials": "MD",
        "email": "noor@sleep.org", "about": "Title: Sleep Medicine",
    }),
    "a coach with a link": ("Zoe Ito\nADHD Coach\nzoeito.com/hello\nhttps://calendly.com/zoe\n971.555.0112", {
        "name": "Zoe Ito", "role": "coach", "phone": "971.555.0112", "website": "https://zoeito.com/hello",
        "about": "Title: ADHD Coach",
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_is_read(vault: Vault, name: str) -> None:
    """Name, role, workplace and contacts; an earlier mail, notices, closings and social networks are left out."""
    text, wanted = SIGNATURES[name]
    assert said(from_signature(vault, text)) == wanted


def said(pasted: Pasted) -> dict[str, str]:
    found = {"name": pasted.name, **pasted.values, "about": pasted.about}
    return {key: text for key, text in found.items() if text}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Yuki Tanaka", False),
        ("Yuki Tanaka, MD", False),
        ("", False),
        ("Yuki Tanaka\nMD", True),
        ("Robin Hale <robin@hale.com>", True),
        ("Yuki Tanaka\n\n", False),
    ],
)
def test_what_is_more_than_a_name(text: str, is_one: bool) -> None:
    """A name alone is pasted as it is."""
    assert is_signature(text) is is_one


@given(st.text(max_size=400) | st.lists(st.sampled_from([each for each, _ in SIGNATURES.values()])).map("\n".join))
def test_any_text_can_be_pasted(text: str) -> None:
    """No text is an error, and what is found was in it."""
    found = read_signature(text, Roles())
    for key in ("email", "phone", "fax"):
        assert all(each in text.replace("\xa0", " ").replace("\u200b", "") for each in found.get(key, ()))
