"""Job titles and taxonomy codes of providers, as roles of the playbook."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rounds.domain.folding import fold, spaced

_CODES: Mapping[str, str] = {
    "pediatrician": "208000000X 2080A0000X 2080S0010X",
    "family physician": "207Q00000X 207QA0000X 207QA0505X 208D00000X",
    "internist": "207R00000X 207RA0000X",
    "endocrinologist": "207RE0101X 2080P0205X",
    "oncologist": "207RX0202X 207RH0003X 207RH0000X 2080P0207X 207VX0201X 2085R0001X",
    "psychiatrist": "2084P0800X 2084P0804X 2084P0802X 2084P0805X 2084P0015X 2084A0401X 2084F0202X",
    "neurologist": "2084N0400X 2084N0402X 2084B0040X",
    "ob-gyn": "207V00000X 207VX0000X 207VG0400X 207VM0101X",
    "nurse practitioner": "363L00000X 363LF0000X 363LA2200X 363LP0200X 363LP2300X 363LW0102X 363LG0600X 363LX0001X",
    "psychiatric nurse practitioner": "363LP0808X 364SP0808X 364SP0807X 364SP0809X",
    "physician assistant": "363A00000X 363AM0700X 363AS0400X",
    "therapist": (
        "101Y00000X 101YM0800X 101YP2500X 106H00000X 104100000X 1041C0700X 103T00000X 103TC0700X "
        "103TC2200X 103TC1900X 103TF0000X 103TH0004X 103TB0200X 103TA0400X 103TP2701X 103TP0814X"
    ),
    "testing psychologist": "103G00000X",
    "educational psychologist": "103TS0200X",
    "school counselor": "101YS0200X 1041S0200X",
    "occupational therapist": "225X00000X 225XP0200X 225XM0800X",
    "physical therapist": "225100000X 2251P0200X 2251X0800X",
    "speech therapist": "235Z00000X",
    "dietitian": "133V00000X 133VN1004X 133N00000X",
    "doula": "374J00000X",
    "lactation consultant": "174N00000X 163WL0100X",
    "midwife": "176B00000X 367A00000X 175M00000X",
    "case manager": "171M00000X 163WC0400X",
    "intensive treatment program": "323P00000X 324500000X 261QR0405X",
    "addiction counselor": "101YA0400X",
    "addiction medicine physician": "207QA0401X 207RA0401X 2083A0300X",
    "pain physician": "208VP0000X 208VP0014X 207LP2900X 2081P2900X 2084P2900X",
    "sleep specialist": "207RS0012X 207QS1201X 2084S0012X 2080S0012X",
    "gastroenterologist": "207RG0100X 2080P0206X",
    "fertility specialist": "207VE0102X",
    "developmental pediatrician": "2080P0006X 2080P0008X",
    "geriatrician": "207RG0300X 207QG0300X",
    "hospice": "251G00000X 315D00000X 207RH0002X 207QH0002X",
    "vet center": "261QV0200X",
    "chiropractor": "111N00000X",
    "massage therapist": "225700000X",
}
"""Codes of the Health Care Provider Taxonomy by role; the definitions aren't ours to bundle."""

_TITLES: Mapping[str, str] = {
    "pediatrician": "pediatrician, paediatrician, pediatrics, pediatric physician, pediatric doctor",
    "family physician": (
        "family physician, family medicine, family doctor, family practice, general practitioner, "
        "primary care physician"
    ),
    "internist": "internist, internal medicine",
    "endocrinologist": "endocrinologist, endocrinology",
    "oncologist": "oncologist, oncology",
    "psychiatrist": "psychiatrist, psychiatry, psychiatric physician",
    "neurologist": "neurologist, neurology",
    "ob-gyn": "ob gyn, obgyn, obstetrician, gynecologist, obstetrics, gynecology, maternal fetal medicine",
    "nurse practitioner": "nurse practitioner, fnp, fnp c, fnp bc, arnp, aprn",
    "psychiatric nurse practitioner": (
        "psychiatric nurse practitioner, psychiatric mental health nurse practitioner, pmhnp, pmhnp bc, psych np, "
        "mental health nurse practitioner"
    ),
    "physician assistant": "physician assistant, physician associate",
    "therapist": (
        "therapist, psychotherapist, counselor, counsellor, psychologist, clinical social worker, social worker, "
        "family therapist, mental health counselor, lcsw, licsw, lmft, lpc, lmhc, lcpc, lpcc"
    ),
    "testing psychologist": "neuropsychologist, neuropsychology, testing psychologist, psychological testing",
    "educational psychologist": "educational psychologist, school psychologist",
    "school counselor": "school counselor, school counsellor, guidance counselor, school social worker",
    "occupational therapist": "occupational therapist, occupational therapy",
    "physical therapist": "physical therapist, physiotherapist, physical therapy",
    "speech therapist": "speech therapist, speech language pathologist, speech pathologist, slp",
    "dietitian": "dietitian, dietician, nutritionist, registered dietitian nutritionist",
    "doula": "doula",
    "lactation consultant": "lactation consultant, ibclc",
    "midwife": "midwife, nurse midwife",
    "family lawyer": "family lawyer, family law attorney, family attorney, family law",
    "mediator": "mediator, divorce mediator",
    "coach": "coach, life coach, adhd coach, parent coach",
    "hospital social worker": "hospital social worker, medical social worker, clinic social worker, discharge planner",
    "case manager": "case manager, care manager, care coordinator, nurse case manager",
    "intensive treatment program": "intensive outpatient program, partial hospitalization, residential treatment",
    "addiction counselor": "addiction counselor, substance use counselor, substance abuse counselor, cadc, ladc, lcdc",
    "addiction medicine physician": "addiction medicine, addictionologist",
    "pain physician": "pain medicine, pain management, pain management physician, pain specialist, interventional pain",
    "sleep specialist": "sleep medicine, sleep physician, sleep medicine physician",
    "gastroenterologist": "gastroenterology",
    "fertility specialist": "reproductive endocrinologist, reproductive endocrinology, fertility clinic",
    "gender clinic": "gender health program, gender affirming care",
    "developmental pediatrician": "developmental behavioral pediatrician, developmental pediatrics",
    "pelvic floor physical therapist": "pelvic floor pt, pelvic health physical therapist, pelvic floor therapist",
    "geriatrician": "geriatrics, geriatric medicine",
    "hospice": "hospice nurse, palliative care, palliative medicine, bereavement coordinator",
    "funeral director": "funeral home, mortician",
    "clergy": "pastor, rabbi, imam, chaplain",
    "employee assistance program": "eap, eap counselor",
    "campus counseling center": "college counseling center, university counseling center, college counselor",
    "vet center": "va clinic, veterans affairs, readjustment counselor",
    "estate lawyer": "estate attorney, estate planning attorney, elder law attorney",
    "guardian ad litem": "custody evaluator, parenting coordinator",
    "referral coordinator": "front desk, intake coordinator, patient navigator",
    "chiropractor": "chiropractic",
    "massage therapist": "lmt, bodyworker",
    "sex therapist": "certified sex therapist, sexologist",
    "consultation group": "clinical supervisor, peer consultation",
}
_SEARCHES: Mapping[str, tuple[str, ...]] = {
    "pediatrician": ("Pediatrics",),
    "family physician": ("Family Medicine", "General Practice"),
    "internist": ("Internal Medicine",),
    "endocrinologist": ("Endocrinology, Diabetes & Metabolism", "Pediatric Endocrinology"),
    "oncologist": ("Medical Oncology", "Hematology & Oncology", "Pediatric Hematology-Oncology"),
    "psychiatrist": ("Psychiatry", "Child & Adolescent Psychiatry"),
    "neurologist": ("Neurology", "Neurology with Special Qualifications in Child Neurology"),
    "ob-gyn": ("Obstetrics & Gynecology",),
    "nurse practitioner": ("Nurse Practitioner",),
    "psychiatric nurse practitioner": ("Psychiatric/Mental Health", "Nurse Practitioner"),
    "physician assistant": ("Physician Assistant",),
    "therapist": ("Counselor", "Marriage & Family Therapist", "Social Worker", "Psychologist"),
    "testing psychologist": ("Clinical Neuropsychologist", "Psychologist"),
    "educational psychologist": ("School", "Psychologist"),
    "school counselor": ("School", "Counselor"),
    "occupational therapist": ("Occupational Therapist",),
    "physical therapist": ("Physical Therapist",),
    "speech therapist": ("Speech-Language Pathologist",),
    "dietitian": ("Dietitian, Registered", "Nutritionist"),
    "doula": ("Doula",),
    "lactation consultant": ("Lactation Consultant", "Lactation Consultant, Non-RN"),
    "midwife": ("Midwife", "Advanced Practice Midwife"),
    "case manager": ("Case Manager/Care Coordinator", "Case Management"),
    "intensive treatment program": (
        "Psychiatric Residential Treatment Facility",
        "Substance Abuse Rehabilitation Facility",
    ),
    "addiction counselor": ("Addiction (Substance Use Disorder)",),
    "addiction medicine physician": ("Addiction Medicine",),
    "pain physician": ("Pain Medicine", "Interventional Pain Medicine"),
    "sleep specialist": ("Sleep Medicine",),
    "gastroenterologist": ("Gastroenterology", "Pediatric Gastroenterology"),
    "fertility specialist": ("Reproductive Endocrinology",),
    "developmental pediatrician": ("Developmental - Behavioral Pediatrics", "Neurodevelopmental Disabilities"),
    "geriatrician": ("Geriatric Medicine",),
    "hospice": ("Hospice and Palliative Medicine", "Hospice Care, Community Based"),
    "vet center": ("VA",),
    "chiropractor": ("Chiropractor",),
    "massage therapist": ("Massage Therapist",),
}
"""What to search for in the NPI registry by role: names of the taxonomy."""

_SHORT: Mapping[str, str] = {
    "ot": "occupational therapist", "pt": "physical therapist", "slp": "speech therapist", "np": "nurse practitioner",
    "pa": "physician assistant", "pmhnp": "psychiatric nurse practitioner",
    "psych np": "psychiatric nurse practitioner",
    "pcp": "family physician", "gp": "family physician", "primary care": "family physician", "peds": "pediatrician",
    "mft": "therapist", "lmft": "therapist", "lcsw": "therapist", "licsw": "therapist", "lpc": "therapist",
    "lmhc": "therapist", "rd": "dietitian", "rdn": "dietitian", "ob": "ob-gyn", "obgyn": "ob-gyn", "cnm": "midwife",
    "ibclc": "lactation consultant", "neuropsych": "testing psychologist", "gi": "gastroenterologist",
    "rei": "fertility specialist", "eap": "employee assistance program", "iop": "intensive treatment program",
    "php": "intensive treatment program", "cadc": "addiction counselor", "gal": "guardian ad litem", "va": "vet center",
    "lmt": "massage therapist",
}  # fmt: skip
"""Abbreviations that people type for a role. `VA` and the like aren't looked for in job titles."""

TREATING = frozenset({
    "therapist", "psychiatrist", "psychiatric nurse practitioner", "addiction counselor", "sex therapist",
    "intensive treatment program", "campus counseling center", "vet center", "employee assistance program",
})  # fmt: skip
"""Roles that offer therapy or other treatment of the mind, where the role's own note doesn't say."""

_LONGEST = 6
"""Words of the longest title."""


class Roles:
    """Roles of the playbook, found by job title or taxonomy code.

    What the playbook says comes first. A code that two of its roles have is decided by the bundled table.
    """

    def __init__(self, playbook: Iterable[tuple[str, Sequence[str], Sequence[str]]] = ()) -> None:
        """`playbook`: each role with its other names and its codes."""
        self._titles = {
            spaced(fold(title)): role for role, titles in _TITLES.items() for title in (role, *titles.split(", "))
        }
        self._codes = {code: role for role, codes in _CODES.items() for code in codes.split()}
        self._names = dict(_SHORT)
        claims: dict[str, set[str]] = {}
        for role, names, codes in playbook:
            self._names |= {spaced(fold(name)): role for name in (*names, role)}
            self._titles |= {spaced(fold(name)): role for name in (role, *names) if fold(name)}
            for code in codes:
                claims.setdefault(code.strip().upper(), set()).add(role)
        self._of_title = lru_cache(4096)(self._found)  # files repeat their titles
        self._bundled = dict(self._codes)
        self._claims = claims
        self._codes |= {code: next(iter(roles)) for code, roles in claims.items() if len(roles) == 1}

    def spelled_out(self, text: str) -> str:
        """The role that an abbreviation stands for, such as OT or SLP; any other text as it is."""
        short = spaced(fold(text))
        return self._names[short] if short in _SHORT else text

    def same_as(self, text: str) -> tuple[str, ...]:
        """All names of a role, folded, the role's own first. The text is one of them, or an abbreviation."""
        typed = spaced(fold(text))
        role = self._names.get(typed, typed)
        others = [name for name, of in self._names.items() if of == role]
        return tuple(dict.fromkeys([spaced(fold(role)), typed, *others]))

    def codes_of(self, role: str) -> set[str]:
        """All taxonomy codes of a role, also those that it shares with another."""
        return {code for code, found in self._codes.items() if found == role} | {
            code for code, roles in self._claims.items() if role in roles
        }

    def searches(self, role: str) -> tuple[str, ...]:
        """What to search for in the NPI registry to find a role; empty if the registry doesn't have it."""
        if role in _SEARCHES:
            return _SEARCHES[role]
        names = dict.fromkeys(self._bundled.get(code, "") for code in sorted(self.codes_of(role)))
        return tuple(dict.fromkeys(text for name in names for text in _SEARCHES.get(name, (role,))))

    def of_code(self, code: str) -> str:
        """The role of a taxonomy code; empty for none."""
        return self._codes.get(code.strip().upper(), "")

    def of_title(self, title: str) -> str:
        """The role in a job title: of several, the one with the most words, then the first; empty for none.

        `Child & Adolescent Psychiatrist` is a psychiatrist, `Psychiatric Nurse Practitioner` isn't.
        """
        return self._of_title(title)

    def _found(self, title: str) -> str:
        words = spaced(fold(re.sub(r"[.']", "", title)[:300])).split()
        for length in range(min(_LONGEST, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                if role := self._titles.get(" ".join(words[start : start + length])):
                    return role
        return ""
