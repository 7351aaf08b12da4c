import unicodedata
from datetime import date
from pathlib import Path

import pytest

from rounds.errors import EditRefusedError, NotFoundError, RoundsError, UsageError
from rounds.index.ids_last_contact import derived_id
from rounds.vault.history_undo import undo
from rounds.vault.note_files import add, trash
from rounds.vault.problems import all_problems
from rounds.vault.set_properties import Setting, change_all, parse_setting, planned, set_properties
from rounds.vault.tidy import tidy, untidy
from rounds.vault.vault import Vault
from vault.notes import SAM, rows, text, write

HEAD = "---\ntype: partner\nrole: therapist\nid: abc\n---\n"


def change(vault: Vault, *settings: str) -> list[str]:
    return set_properties(vault, SAM, map(parse_setting, settings))


def added(vault: Vault, name: str, *settings: str, kind: str = "partner") -> str:
    path = add(vault, name, map(parse_setting, settings), kind=kind)
    vault.sync()
    return path


# Set ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("stage=met", Setting("stage", "=", "met")),
        (" stage = met ", Setting("stage", "=", "met")),
        ("insurance+=Aetna", Setting("insurance", "+=", "Aetna")),
        ("insurance -= Aetna", Setting("insurance", "-=", "Aetna")),
        ("connection=a=b+=c", Setting("connection", "=", "a=b+=c")),
        ("my own-key=x", Setting("my own-key", "=", "x")),
        ("stage=", Setting("stage", "=", "")),
    ],
)
def test_a_setting_is_a_key_an_operator_and_a_value(typed: str, wanted: Setting) -> None:
    """`=` sets, `+=` adds, `-=` takes out; the value may hold anything."""
    assert parse_setting(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("email=Front desk <desk@x.org>", "- 2026-11-23 note: email: Front desk <desk@x.org>"),
        ("Email=a@x.org, Kim  Ott <desk@x.org>", "- 2026-11-23 note: email: a@x.org, Kim Ott <desk@x.org>"),
        ("email+=Front desk <desk@x.org>;a@x.org", "- 2026-11-23 note: email: Front desk <desk@x.org>;a@x.org"),
        ("email=Lee, Sam <desk@x.org>", ""),
        ("email=mailto:desk@x.org", ""),
    ],
)
def test_a_name_typed_with_an_address_is_kept(empty: Vault, typed: str, line: str) -> None:
    """In the log, unless it is the partner's own; typing it once more writes nothing, and undo takes back both."""
    write(empty, HEAD)
    assert change(empty, typed) == ["email"]
    assert change(empty, typed) == []
    assert "desk@x.org" in empty.read(SAM).document.items("email")
    assert text(empty).partition("## Log\n\n")[2] == (f"{line}\n" if line else "")
    undo(empty)
    assert text(empty) == HEAD
    path = added(empty, "Kim Lee", typed)
    said = typed.partition("=")[2] if "Lee" in typed else line[26:]
    assert [entry.text for entry in empty.read(path).note.log] == ([f"email: {said}"] if said else [])


def test_a_note_without_a_log_takes_a_bare_address(empty: Vault) -> None:
    """The error says which."""
    write(empty, "---\ntype: practice\nname: Kim Ott\n---\n", "Practice.md")
    with pytest.raises(UsageError) as caught:
        set_properties(empty, "Practice.md", [parse_setting("email=Front desk <desk@x.org>")])
    assert caught.value.hint == "Write only the address: desk@x.org"
    assert set_properties(empty, "Practice.md", [parse_setting("email=Kim Ott <kim@x.org>")]) == ["email"]


@pytest.mark.parametrize("typed", ["stage", "=met", "", " += x"])
def test_a_setting_without_key_or_sign_is_refused(typed: str) -> None:
    """With an example of how to write it."""
    with pytest.raises(UsageError) as caught:
        parse_setting(typed)
    assert "stage=met" in caught.value.hint


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("stage=Met", "stage: met"),
        ("accepting=yes", "accepting: open"),
        ("accepting=no", "accepting: full"),
        ("rest_until=in 2 weeks", "rest_until: 2026-12-07"),
        ("accepting_checked=friday", "accepting_checked: 2026-11-20"),
        ("check_in=3 Months", "check_in: 3 months"),
        ("Check-in=never", "check_in: never"),
        ("telehealth=yes", "telehealth: true"),
        ("phone=+1 503 555 0100", 'phone: "+1 503 555 0100"'),
        ("organization=Rose City", 'organization: "[[Rose City]]"'),
        ("organization=[[Rose City|RC]]", 'organization: "[[Rose City|RC]]"'),
        ("organization=[[Clinics/Rose City]]", 'organization: "[[Clinics/Rose City]]"'),
        ("insurance=Aetna, Cigna", "insurance:\n  - Aetna\n  - Cigna"),
        ("specialties+=EMDR", "specialties:\n  - EMDR"),
        ("tags+=#kids", "tags:\n  - kids"),
        ("tags=kids, east-side", "tags:\n  - kids\n  - east-side"),
        ("aliases=Joe", "aliases:\n  - Joe"),
        ("options_given=3", "options_given: 3"),
        ("address=2nd floor", "address: 2nd floor"),
        ("knows+=Ana Silva", 'knows:\n  - "[[Ana Silva]]"'),
        ("her dog=no", 'her dog: "no"'),
    ],
)
def test_values_are_written_as_the_format_has_them(empty: Vault, setting: str, line: str) -> None:
    """Dates in words, choices in any case, links by name, checkboxes, quotes where YAML needs them, own properties."""
    write(empty, "---\ntype: partner\nid: abc\n---\n")
    change(empty, setting)
    assert f"\n{line}\n" in text(empty)


def test_the_type_of_a_note_can_be_set_to_another_one_and_its_clinician(empty: Vault) -> None:
    """Types that the format knows; a handle is a text, of a referral as of a note that has none."""
    write(empty, "---\ntype: partner\nid: abc\n---\n")
    assert change(empty, "type=organization", "clinician=kim") == ["type", "clinician"]
    assert text(empty) == "---\ntype: organization\nid: abc\nclinician: kim\n---\n"
    write(empty, "---\ntype: referral\nid: r1\n---\n", "Referrals/R.md")
    set_properties(empty, "Referrals/R.md", [parse_setting("clinician=kim")])
    assert text(empty, "Referrals/R.md") == "---\ntype: referral\nclinician: kim\nid: r1\n---\n"


def test_several_addresses_are_a_list_and_one_that_can_not_be_is_told(empty: Vault) -> None:
    """`emails` is no property; nobody is left with two."""
    write(empty, "---\ntype: partner\nid: abc\n---\n")
    assert change(empty, "email=a@x.example, b@x.example") == ["email"]
    assert text(empty) == "---\ntype: partner\nemail:\n  - a@x.example\n  - b@x.example\nid: abc\n---\n"
    before = text(empty)
    for setting, words in (("emails=c@x.example", "did you mean email"), ("email=c@x.example, nobody", "nobody")):
        with pytest.raises(UsageError, match=words):
            change(empty, setting)
    assert text(empty) == before


def test_what_is_to_be_taken_out_must_be_a_value_that_can_be_there(empty: Vault) -> None:
    """A slip would take out nothing, without a word. A tag may be one that Obsidian does not take."""
    write(empty, HEAD)
    with pytest.raises(UsageError, match="is not one of its values"):
        change(empty, "stage-=actve")
    assert change(empty, "tags-=new client") == []


def test_an_empty_property_that_no_new_note_shows_can_be_taken_out(empty: Vault) -> None:
    """Its value does not change, but its line goes."""
    write(empty, "---\ntype: partner\nnpi:\nid: abc\n---\n")
    assert change(empty, "npi=") == ["npi"]
    assert text(empty) == "---\ntype: partner\nid: abc\n---\n"


def test_a_list_gains_and_loses_members_whatever_the_case(empty: Vault) -> None:
    """`aetna` is Aetna, a link is who it leads to, and nothing is twice."""
    write(empty, '---\ninsurance:\n  - Aetna # since May\n  - Cigna\nknows:\n  - "[[Ana Silva|Ana]]"\nid: abc\n---\n')
    assert change(empty, "insurance+=aetna", "knows+=ana silva") == []
    assert change(empty, "insurance-=CIGNA", "knows-=Ana Silva") == ["insurance", "knows"]
    assert text(empty) == "---\ninsurance:\n  - Aetna # since May\nknows: []\nid: abc\n---\n"


def test_a_text_with_commas_becomes_a_list_when_it_gains_a_member(empty: Vault) -> None:
    """As Obsidian reads lists alone; a tag that it does not take can be taken out."""
    write(empty, "---\ntype: partner\ninsurance: Aetna, Cigna\ntags: [new client, kids]\nid: abc\n---\n")
    assert change(empty, "insurance+=Regence", "insurance-=cigna", "tags-=new client") == ["insurance", "tags"]
    assert text(empty) == "---\ntype: partner\ninsurance:\n  - Aetna\n  - Regence\ntags: [kids]\nid: abc\n---\n"


def test_clearing_keeps_what_a_new_note_shows_and_takes_out_the_rest(empty: Vault) -> None:
    """The first eight stay to be filled; clearing what is not there changes nothing."""
    write(empty, "---\ntype: partner\nrole: therapist\ncity: Portland\nid: abc\n---\n")
    assert change(empty, "role=", "city=", "phone=", "npi=") == ["role", "city"]
    assert text(empty) == "---\ntype: partner\nrole:\nid: abc\n---\n"


@pytest.mark.parametrize(
    ("setting", "message", "hint"),
    [
        ("stage=actve", 'stage: "actve" is not one of its values', "Did you mean active? Known: found"),
        ("accepting=perhaps", 'accepting: "perhaps" is not', "Known: open, waitlist, full."),
        ("check_in=often", 'check_in: "often" is not a duration', "Write 3 months"),
        ("rest_until=when it rains", "", "For example: today"),
        ("organization=Rose [City", "a link can't hold", "Leave out"),
        ("tags=new client", 'tags: Obsidian takes no tag "new client"', "Write new-client."),
        ("tags+=2026", 'tags: Obsidian takes no tag "2026"', "Write y2026."),
        ("options_given=a few", 'options_given: "a few" is not a number', "Write digits"),
    ],
)
def test_a_value_the_format_does_not_know_is_refused_with_a_suggestion(
    empty: Vault, setting: str, message: str, hint: str
) -> None:
    """And none of the settings beside it is written."""
    write(empty, HEAD)
    with pytest.raises(UsageError) as caught:
        change(empty, "city=Portland", setting)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert text(empty) == HEAD


def test_set_mends_an_invalid_value(empty: Vault) -> None:
    """Only that value's bytes change."""
    write(empty, "---\ntype: partner\nstage: 'actve' # hm\nid: abc\n---\nbody\r\n")
    change(empty, "stage=active")
    assert text(empty) == "---\ntype: partner\nstage: active # hm\nid: abc\n---\nbody\r\n"
    empty.sync()
    assert all_problems(empty) == []


def test_an_unreadable_note_is_not_set(empty: Vault) -> None:
    """Not a byte of it."""
    write(empty, "---\nstage: [\n---\n")
    with pytest.raises(EditRefusedError):
        change(empty, "stage=met")
    assert text(empty) == "---\nstage: [\n---\n"


def test_a_change_of_many_notes_skips_those_that_it_can_not_change(empty: Vault) -> None:
    """One can't be read, one has another value than the preview showed; both are named, and the rest is written."""
    paths = [f"Partners/{name}.md" for name in ("Ana", "Ben", "Cy")]
    for path in paths:
        write(empty, "---\ntype: partner\nid: x\nstage: met\n---\n".replace("x", path[9:-3].lower()), path)
    write(empty, "---\nstage: [\n---\n", "Partners/Dee.md")
    settings = [parse_setting("stage=active")]
    plans = planned(empty, [(path, path[9:-3]) for path in (*paths, "Partners/Dee.md")], settings)
    assert [(plan.name, plan.after, bool(plan.refused)) for plan in plans] == [
        *((name, {"stage": "active"}, False) for name in ("Ana", "Ben", "Cy")), ("Dee", {}, True),
    ]  # fmt: skip
    set_properties(empty, "Partners/Ben.md", [parse_setting("stage=resting")])
    assert change_all(empty, plans, settings) == (2, [("Ben", "stage was changed by another program meanwhile")])
    assert ["stage: active" in text(empty, path) for path in paths] == [True, False, True]


# Add ----------------------------------------------------------------------------------------------------------


def test_a_new_partner_shows_the_first_properties_and_the_sections(empty: Vault) -> None:
    """Type, stage, and room for the others (vault format, Partner)."""
    path = added(empty, "Sam Lee", "role=therapist", "insurance+=Aetna", "insurance+=Cigna")
    assert path == SAM
    assert text(empty).replace('"', "") == (
        "---\ntype: partner\nrole: therapist\norganization:\nstage: found\ncheck_in:\nemail:\nphone:\nreferral_method:\n"
        f"insurance:\n  - Aetna\n  - Cigna\nid: {derived_id('test', SAM)}\n---\n\n## About\n\n\n## Follow-ups\n\n\n## Log\n"
    )
    assert empty.entry(SAM).name == "Sam Lee"
    assert all_problems(empty) == []


@pytest.mark.parametrize("name", ["Dr: Sam?", "x" * 300, "王" * 300, "con"])
def test_a_name_that_no_file_can_hold_is_kept_as_a_property(empty: Vault, name: str) -> None:
    """And shown; the file name fits every system, also with a namesake's organization behind it."""
    path = added(empty, name)
    assert empty.entry(path).name == name
    again = added(empty, name, f"organization={name.strip('?').replace(':', '')}")
    assert again != path
    assert all(len(part.rpartition("/")[2].encode()) <= 255 for part in (path, again))


def test_a_note_that_a_link_has_made_is_filled_in(empty: Vault) -> None:
    """Obsidian makes it empty, somebody has written a line: the line stays. With front matter it is another note."""
    write(empty, "Met at the fair.\n")
    assert added(empty, "Sam Lee", "city=Bend") == SAM
    assert text(empty).startswith("---\ntype: partner\n")
    assert "city: Bend\n" in text(empty)
    assert text(empty).endswith("---\nMet at the fair.\n")
    write(empty, "---\nmine: 1\n---\n", "Partners/Ana.md")
    with pytest.raises(RoundsError, match="is there already"):
        add(empty, "Ana", [])
    write(empty, "Hello\n", "Notes/Kim.md")
    with pytest.raises(RoundsError, match="is there already"):
        add(empty, "Kim", [])


def test_a_namesake_is_told_apart_by_where_they_work(empty: Vault) -> None:
    """And is still shown by the name alone."""
    added(empty, "Sam Lee")
    path = added(empty, "Sam Lee", "organization=[[Organizations/Rose City.md|RC]]")
    assert path == "Partners/Sam Lee (Rose City).md"
    assert empty.entry(path).name == "Sam Lee"
    with pytest.raises(RoundsError, match="is there already"):
        add(empty, "Sam Lee", [parse_setting("organization=Rose City")])


@pytest.mark.parametrize("name", ["Núñez", "NÚÑEZ", unicodedata.normalize("NFD", "núñez")])
def test_the_same_name_is_refused_whatever_case_or_form(empty: Vault, name: str) -> None:
    """Two files whose links can't be told apart would be one on a Mac; in any folder, of any kind."""
    write(empty, "hello\n", "Notes/Núñez.md")
    with pytest.raises(RoundsError, match=r"is there already: Notes/Núñez\.md") as caught:
        add(empty, name, [])
    assert "where they work (organization)" in caught.value.hint
    assert not Path(empty.root, "Partners").exists()


def test_a_value_that_is_refused_adds_nobody(empty: Vault) -> None:
    """No half note."""
    with pytest.raises(UsageError):
        add(empty, "Sam Lee", [parse_setting("stage=actve")])
    assert not Path(empty.root, SAM).exists()


def test_an_organization_goes_into_its_folder(empty: Vault) -> None:
    """Without a stage."""
    assert added(empty, "Rose City", kind="organization") == "Organizations/Rose City.md"
    assert "stage" not in text(empty, "Organizations/Rose City.md")


# Trash and tidy -----------------------------------------------------------------------------------------------


def test_trash_moves_and_never_overwrites(empty: Vault) -> None:
    """As Obsidian does; nothing is deleted."""
    found = []
    for content in ("one", "two", "three"):
        write(empty, content)
        found.append(trash(empty, SAM))
    assert found == [".trash/Sam Lee.md", ".trash/Sam Lee (2).md", ".trash/Sam Lee (3).md"]
    assert [text(empty, path) for path in found] == ["one", "two", "three"]
    empty.sync()
    with pytest.raises(NotFoundError):
        empty.entry(SAM)
    with pytest.raises(RoundsError):
        trash(empty, SAM)


def test_tidy_writes_what_is_missing_once(empty: Vault) -> None:
    """Ids, and `last_contact` where it lags; the second time there is nothing left."""
    write(empty, "---\ntype: partner # x\n---\n## Log\n\n- 2026-11-20 call: x\n")
    write(empty, "---\ntype: organization\n---\n- 2026-11-22 event: [[Sam Lee]] was there\n", "Organizations/R.md")
    before = empty.entry(SAM).id
    wanted = untidy(empty)
    assert [(t.path, t.key, str(t.value)) for t in wanted] == [
        ("Organizations/R.md", "id", derived_id("test", "Organizations/R.md")),
        (SAM, "id", before),
        (SAM, "last_contact", "2026-11-22"),
    ]
    assert tidy(empty, wanted) == []
    assert text(empty).replace('"', "") == (
        f"---\ntype: partner # x\nlast_contact: 2026-11-22\nid: {before}\n---\n## Log\n\n- 2026-11-20 call: x\n"
    )
    empty.sync()
    assert untidy(empty) == []


def test_tidy_never_lowers_and_never_replaces_an_id(empty: Vault) -> None:
    """Somebody else wrote both since the list was made."""
    write(empty, "---\ntype: partner\n---\n- 2026-11-20 call: x\n")
    wanted = untidy(empty)
    newer = "---\ntype: partner\nlast_contact: 2026-11-23\nid: theirs\n---\n- 2026-11-20 call: x\n"
    write(empty, newer)
    assert tidy(empty, wanted) == []
    assert text(empty) == newer


def test_tidy_goes_on_after_a_note_that_can_t_be_edited(empty: Vault) -> None:
    """And tells which."""
    write(empty, '{"type": "partner"}\n', "Partners/Ana.md")
    write(empty, "---\n{type: partner}\n---\n", "Partners/Kim.md")
    write(empty, "---\ntype: partner\n---\n")
    wanted = untidy(empty)
    Path(empty.root, "Partners/Kim.md").unlink()
    refused = tidy(empty, wanted)
    assert [path for path, _ in refused] == ["Partners/Kim.md"]
    assert "\nid: " in text(empty)


def test_tidy_mends_the_link_of_a_partner_who_was_renamed(empty: Vault) -> None:
    """By partner_id, with the folder where the name alone would mean two; what somebody mended meanwhile stays."""
    write(empty, "---\nid: s1\n---\n", "Partners/Samuel.md")
    write(empty, "---\n---\n", "Notes/Samuel.md")
    start = "---\ntype: referral\npartner: '[[Sam|him]]' # x\npartner_id: s1\n"
    write(empty, f"{start}id: r1\n---\n", "Referrals/a.md")
    write(empty, f"{start}id: r2\n---\n", "Referrals/b.md")
    wanted = untidy(empty)
    assert [(t.path, t.key, t.value) for t in wanted] == [
        ("Referrals/a.md", "partner", "[[Partners/Samuel]]"), ("Referrals/b.md", "partner", "[[Partners/Samuel]]"),
    ]  # fmt: skip
    theirs = "---\ntype: referral\npartner: '[[Kim]]'\npartner_id: s1\nid: r2\n---\n"
    write(empty, theirs, "Referrals/b.md")
    assert tidy(empty, wanted) == []
    mended = '---\ntype: referral\npartner: "[[Partners/Samuel]]" # x\npartner_id: s1\nid: r1\n---\n'
    assert text(empty, "Referrals/a.md").replace("'", '"') == mended
    assert text(empty, "Referrals/b.md") == theirs


def test_tidy_leaves_the_sample_without_anything_to_do(vault: Vault) -> None:
    """Idempotent on a whole network, and the broken note is not touched."""
    broken = [problem.path for problem in all_problems(vault) if not vault.entry(problem.path).readable]
    before = {path: text(vault, path) for path in broken}
    assert before
    assert tidy(vault, untidy(vault)) == []
    vault.sync()
    assert untidy(vault) == []
    assert {path: text(vault, path) for path in broken} == before
    assert vault.today() == date(2026, 11, 23)


def test_a_typo_in_a_known_property_makes_no_new_one(vault: Vault) -> None:
    """`stgae=met` is far more likely a typo than a property of one's own; other names are welcome."""
    before = vault.read("Partners/Maria Alvarez.md").document
    with pytest.raises(UsageError, match="did you mean stage"):
        set_properties(vault, "Partners/Maria Alvarez.md", [parse_setting("stgae=met")])
    assert bytes(vault.read("Partners/Maria Alvarez.md").document) == bytes(before)
    assert set_properties(vault, "Partners/Maria Alvarez.md", [parse_setting("tea=green")])[0] == "tea"


def test_a_property_that_another_note_has_is_no_typo(empty: Vault) -> None:
    """Somebody has chosen that name."""
    write(empty, "---\ntype: partner\nid: abc\n---\n")
    write(empty, "---\ntype: partner\nid: other\nstages: 3\n---\n", "Partners/Kim.md")
    empty.sync()
    assert change(empty, "stages=4") == ["stages"]


@pytest.mark.parametrize("setting", ["id=1", "type=banana", "type="])
def test_what_a_note_is_can_t_be_set_away(vault: Vault, setting: str) -> None:
    """An id never changes, and a note of no known type would drop out of every list."""
    with pytest.raises(UsageError):
        set_properties(vault, "Partners/Maria Alvarez.md", [parse_setting(setting)])


def test_set_changes_the_property_that_is_read_whatever_its_case(empty: Vault) -> None:
    """No second line is written, and the query finds the new value; of two spellings the lower-case one changes."""
    write(empty, "---\nType: partner\nID: abc\nRole: doula\nInsurance: [Aetna]\n---\n")
    assert change(empty, "role=midwife", "Insurance+=Cigna") == ["role", "insurance"]
    assert text(empty) == "---\nType: partner\nID: abc\nRole: midwife\nInsurance: [Aetna, Cigna]\n---\n"
    write(empty, "---\ntype: partner\nid: abc\nRole: doula\nrole: midwife\n---\n")
    for typed in ("Role=therapist", "role=coach"):
        change(empty, typed)
        assert text(empty) == f"---\ntype: partner\nid: abc\nRole: doula\nrole: {typed.partition('=')[2]}\n---\n"
    empty.sync()
    assert rows(empty, "SELECT role FROM notes WHERE type = 'partner'") == [(" | coach | ",)]


def test_tidy_and_a_save_know_an_id_and_a_date_in_another_case(empty: Vault) -> None:
    """Neither is written a second time."""
    write(empty, "---\nType: partner\nId: abc\nLast_Contact: 2026-01-02\n---\n- 2026-11-20 call: hello\n")
    found = untidy(empty)
    assert [(each.key, str(each.value)) for each in found] == [("last_contact", "2026-11-20")]
    assert tidy(empty, found) == []
    assert text(empty).startswith("---\nType: partner\nId: abc\nLast_Contact: 2026-11-20\n---\n")


def test_a_link_in_the_form_of_markdown_is_set_as_obsidian_reads_it(empty: Vault) -> None:
    """Obsidian knows no other links in properties than wiki links."""
    write(empty, "---\ntype: partner\nid: abc\n---\n")
    change(
        empty,
        "organization=[RC](../Organizations/Rose%20City.md#Log)",
        "knows+=[](<Ana Ruiz.md>)",
        "introduced_by=[[Kim|K]]",
    )
    assert text(empty) == (
        '---\ntype: partner\norganization: "[[Rose City|RC]]"\nintroduced_by: "[[Kim|K]]"\nid: abc\nknows:\n  - "[[Ana Ruiz]]"\n---\n'
    )


def test_a_link_as_a_name_is_its_target(empty: Vault) -> None:
    """What is copied from a note can be pasted."""
    assert added(empty, "[[Partners/Dana Whitlock|Dee]]") == "Partners/Dana Whitlock.md"
    assert "name:" not in text(empty, "Partners/Dana Whitlock.md")
