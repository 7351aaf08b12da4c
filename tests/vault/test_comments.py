"""Comments of notes in what people do: nothing in them counts, nothing of ours lands in them, and none is lost."""

from datetime import date
from pathlib import Path

import pytest

from rounds.errors import RoundsError, UsageError
from rounds.vault import log_actions
from rounds.vault.drafting import compose, messages
from rounds.vault.inbox import file_thought, take_out, thoughts
from rounds.vault.list_search import keys
from rounds.vault.organizations import front_desk
from rounds.vault.prep_sheet import sheet
from rounds.vault.problems import all_problems
from rounds.vault.reminders import reminders
from rounds.vault.vault import Vault
from vault.notes import SAM, put, rows, text, write

HEAD = "---\ntype: partner\nstage: met\nid: abc\nlast_contact: 2026-11-23\n---\n"
TEMPLATE = "%%\n## Follow-ups\n- [ ] thanks: example 📅 2026-01-05\n## Log\n- 2026-11-22 coffee: example\n%%\n"


def test_an_example_in_a_comment_is_no_touch_and_asks_for_nothing(empty: Vault) -> None:
    write(empty, f"---\ntype: partner\nstage: found\n---\n{TEMPLATE}")
    assert (reminders(empty), rows(empty, "SELECT last_contact FROM notes")) == ([], [(None,)])


def test_new_lines_go_below_a_heading_that_is_seen(empty: Vault) -> None:
    write(empty, f"{HEAD}{TEMPLATE}")
    log_actions.log_touch(empty, SAM, "call", "hi")
    log_actions.plan(empty, SAM, "fax", due=date(2026, 12, 1))
    assert text(empty).startswith(
        f"{HEAD}{TEMPLATE}\n## Log\n\n- 2026-11-23 call: hi\n\n## Follow-ups\n\n- [ ] fax 📅 2026-12-01 ^f-"
    )
    assert len(empty.read(SAM).note.log) == len(empty.read(SAM).note.followups) == 1


@pytest.mark.parametrize("words", ["a\n%% b", "50%% off", "<!-- a", "a\n<!--"])
def test_words_that_would_hide_what_follows_are_refused_and_nothing_is_written(empty: Vault, words: str) -> None:
    write(empty, f"{HEAD}\n- 2026-11-20 call: 30%% off\n")
    before = text(empty)
    with pytest.raises(RoundsError, match="open a comment"):
        log_actions.log_touch(empty, SAM, "call", words)
    with pytest.raises(RoundsError, match="open a comment"):
        log_actions.plan(empty, SAM, words, due=None)
    assert text(empty) == before
    log_actions.log_touch(empty, SAM, "call", "hi %% private %% and `%%`")
    assert [entry.text for entry in empty.read(SAM).note.log] == ["30%% off", "hi and `%%`"]


def test_a_line_with_a_comment_is_done_put_off_and_skipped_as_any_other(empty: Vault) -> None:
    write(empty, f"{HEAD}- [ ] one 📅 2026-11-23 %% rounds: ok phi %%\n- [ ] two %% b\nc %%\n")
    one, two = [each for each in reminders(empty) if each.line]
    assert (one.title, two.title) == ("one", "two")
    log_actions.done(empty, one)
    log_actions.later(empty, two, date(2026, 12, 1))
    assert text(empty) == (
        f"{HEAD}- [x] one 📅 2026-11-23 ✅ 2026-11-23 %% rounds: ok phi %%\n- [ ] two 📅 2026-12-01 %% b\nc %%\n"
    )


def test_a_declined_rule_is_noted_beside_an_entry_that_has_a_comment(empty: Vault) -> None:
    body = "\n## Log\n\n- 2026-11-22 coffee: x\n- 2026-11-23 skip thanks: no %% mine %%\n"
    write(empty, f"{HEAD}{body}".replace("skip thanks", "later thanks: 2026-11-23"))
    before = text(empty)
    (found,) = [each for each in reminders(empty) if each.rule == "thanks"]
    log_actions.later(empty, found, date(2026, 11, 24))
    assert text(empty) == f"{before}- 2026-11-23 later thanks: 2026-11-24\n"


def test_the_guard_reads_comments_and_is_answered_in_one(empty: Vault) -> None:
    note = f"{HEAD}\n- 2026-11-20 gift: cash %% rounds: ok gift %%\n- 2026-11-20 gift: %% cash %% a plant\n%% SSN 123-45-6789 %%\n"
    write(empty, note)
    assert [(problem.line, problem.message) for problem in all_problems(empty)] == [
        (9, 'a gift that is money: "cash"'),
        (10, 'this looks like a social security number (because of SSN): "123-45-6789"'),
    ]


def test_an_unclosed_comment_is_a_problem_at_its_line(empty: Vault) -> None:
    write(empty, f"{HEAD}a\n<!-- b\n- 2026-11-20 call: c\n")
    assert [(problem.line, problem.column) for problem in all_problems(empty)] == [(8, 1)]


def test_front_desk_sheet_and_mail_have_no_comments(empty: Vault) -> None:
    put(empty, {
        SAM: HEAD,
        "Practice.md": "---\ntype: practice\n---\n",
        "Organizations/Heart.md": "---\ntype: organization\n---\n## People\n- Ann %% left? %%\n%%\n- Bob\n%%\n<!-- - Cy -->\n",
        "Playbook/Coffee chat.md": "## Ask\n%%\n- no\n%%\n- what %% no %% helps\n",
        "Playbook/Messages/m.md": "---\ntype: message\nkind: email\n---\nHi %% no %% {{ partner.first_name }}\n<!--\nno\n-->\nBye\n",
    })  # fmt: skip
    assert front_desk(empty, "Organizations/Heart.md") == ["Ann"]
    assert sheet(empty, empty.entry(SAM)).questions == [("Ask", ("what helps",))]
    (message,) = messages(empty)
    assert compose(empty, empty.entry(SAM), message).draft.body == "Hi Sam\nBye"


def test_the_inbox_has_no_thoughts_in_comments_and_keeps_what_is_hidden_in_one(empty: Vault) -> None:
    write(empty, HEAD)
    inbox = Path(empty.root, "Inbox.md")
    inbox.write_text(
        "%%\ncall Sam Lee\n%%\n<!-- Sam Lee -->\nSam Lee called: hi %% private %%\nSam Lee wrote %% a\nb %%\n"
    )
    first, second = thoughts(empty)
    assert (first.line, first.text, second.text) == (5, "Sam Lee called: hi", "Sam Lee wrote")
    file_thought(empty, first)
    assert text(empty).endswith("hi %% private %%\n")
    assert [entry.kind for entry in empty.read(SAM).note.log] == ["call"]
    take_out(empty, second)
    assert inbox.read_text() == "%%\ncall Sam Lee\n%%\n<!-- Sam Lee -->\n%% a\nb %%\n"


@pytest.mark.parametrize("rule", ["🔁 every blue moon", "[repeat:: daily]", "🔁", "🔁 every week for 3 times"])
def test_a_follow_up_whose_next_one_can_not_be_written_is_not_ticked(empty: Vault, rule: str) -> None:
    write(empty, f"{HEAD}- [ ] meeting: fax {rule} 📅 2026-11-23\n")
    before = text(empty)
    (found,) = [each for each in reminders(empty) if each.line]
    with pytest.raises(UsageError, match="rule that is not known"):
        log_actions.done(empty, found)
    assert text(empty) == before
    assert [problem.line for problem in all_problems(empty)] == [7]


def test_a_meeting_that_happened_is_logged_and_leaves_such_a_plan_open(empty: Vault) -> None:
    write(empty, f"{HEAD}- [ ] meeting: x 🔁 every blue moon 📅 2026-11-23\n")
    assert log_actions.log_touch(empty, SAM, "meeting", "good").ticked == ""
    assert "- [ ] meeting: x 🔁 every blue moon 📅 2026-11-23\n" in text(empty)
    assert "- 2026-11-23 meeting: good\n" in text(empty)


def test_tags_of_the_body_count_in_queries(empty: Vault) -> None:
    write(empty, f"{HEAD.replace('stage', 'tags: [own]' + chr(10) + 'stage')}Sees #under-fives %% #no %%\n")
    for query, count in (("tags:under-fives", 1), ("tags:own", 1), ("tags:no", 0), ("-tags:under-fives", 0)):
        assert len(keys(empty, query)) == count, query
    assert empty.entry(SAM).properties["tags"] == ["own"]


def test_with_a_filter_of_the_tasks_plugin_its_tag_makes_a_follow_up_and_ours_carry_it(empty: Vault) -> None:
    write(empty, f"{HEAD}- [ ] groceries 📅 2026-11-23\n- [ ] #task 12:30 coffee: Heart 📅 2026-11-23\n")
    assert [each.title for each in reminders(empty) if each.line] == ["groceries", "#task 12:30 coffee: Heart"]
    settings = Path(empty.root, "rounds.toml")
    settings.write_text(settings.read_text() + '\n[tasks]\nfilter = "#task"\n')
    empty.sync()
    (found,) = [each for each in reminders(empty) if each.line]
    assert (found.kind, str(found.time)) == ("coffee", "12:30:00")
    log_actions.plan(empty, SAM, "fax", due=date(2026, 12, 1), kind="call")
    assert "\n- [ ] #task call: fax 📅 2026-12-01 ^f-" in text(empty)
    (moved,) = [each for each in reminders(empty) if each.kind == "coffee" and each.line]
    log_actions.later(empty, moved, date(2026, 12, 2), at=None)
    assert "- [ ] #task 12:30 coffee: Heart 📅 2026-12-02\n" in text(empty)
