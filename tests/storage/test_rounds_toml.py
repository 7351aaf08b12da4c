from pathlib import Path
from time import process_time

import pytest

from rounds.domain.periods import Interval
from rounds.domain.settings import DEFAULT_RULES, FeedSettings, Settings
from rounds.errors import Level, Problem, RoundsError, SettingsError
from rounds.notes.schema import FOLDERS
from rounds.storage.rounds_toml import read_settings
from rounds.storage.user_config import Config, add_table, config_path, publish_settings, read_config

TEMPLATE = Path(__file__).parents[2] / "vault-template" / "rounds.toml"


def read(folder: Path, text: str | bytes) -> tuple[Settings, tuple[Problem, ...]]:
    (folder / "rounds.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return read_settings(str(folder))


def only(folder: Path, text: str) -> Problem:
    _, (problem,) = read(folder, text)
    return problem


def test_an_empty_file_means_every_default(tmp_path: Path) -> None:
    """The numbers are those of the guide's table."""
    settings, problems = read(tmp_path, "")
    assert problems == ()
    assert (settings.vault, settings.timezone, settings.goal, settings.cap) == ("", "", 3, 5)
    assert settings.folders == FOLDERS
    assert settings.rules == DEFAULT_RULES
    (feed,) = settings.feeds.items()
    assert feed == ("reminders", FeedSettings())
    assert feed[1][:8] == ("", "full", "", 120, 2, "{n} waiting", 14, 20)
    assert feed[1][8:] == (6, "", {}, 0, "obsidian", "teal", False)
    thanks, check_in = settings.rules["thanks"], settings.rules["check-in"]
    assert (thanks.on, thanks.days, thanks.overdue) == (True, 1, 2)
    assert check_in.every == Interval(months=6)


def test_the_template_shows_every_default_as_it_is(tmp_path: Path) -> None:
    """Deleting a line of it changes nothing."""
    assert read(tmp_path, TEMPLATE.read_bytes()) == read(tmp_path, "")


def test_every_key_is_read(tmp_path: Path) -> None:
    """Top level, each table, tables by rule and by feed."""
    settings, problems = read(
        tmp_path,
        """
        vault = "k3q9"
        timezone = "America/New_York"
        folders.partners = "Network"
        [reminders.thanks]
        on = false
        days = 2
        overdue = 4
        [reminders.nudge]
        times = 1
        [reminders.check-in]
        every = "4 months"
        roles = { Pediatrician = "3 months", "family lawyer" = "1 year" }
        [month]
        goal = 2
        [today]
        cap = 7
        [holidays]
        country = "US"
        subdivision = "OR"
        card = "12-10"
        [feeds.kim]
        query = "owner:kim"
        level = "discreet"
        name = "Kim's reminders"
        window = 30
        gentle = 1
        waiting = "{n} more"
        done = 7
        minutes = 15
        refresh = 12
        alarm = "9:00"
        alarms = { Coffee = 60, other = 0 }
        travel = 15
        link = "none"
        color = "navy"
        tasks = true
        """,
    )
    assert problems == ()
    assert (settings.vault, settings.timezone, settings.goal, settings.cap) == ("k3q9", "America/New_York", 2, 7)
    assert settings.folders["partners"] == "Network"
    assert settings.folders["releases"] == "Releases"
    thanks = settings.rules["thanks"]
    assert (thanks.on, thanks.days, thanks.overdue, settings.rules["nudge"].times) == (False, 2, 4, 1)
    assert settings.rules["check-in"].every == Interval(months=4)
    assert settings.rules["check-in"].roles == {
        "pediatrician": Interval(months=3),
        "family lawyer": Interval(months=12),
    }
    assert (settings.country, settings.subdivision, settings.card) == ("US", "OR", "12-10")
    assert settings.feeds == {
        "kim": FeedSettings(
            "owner:kim",
            "discreet",
            "Kim's reminders",
            30,
            1,
            "{n} more",
            7,
            15,
            12,
            "9:00",
            {"coffee": 60, "other": 0},
            15,
            "none",
            "navy",
            True,
        )
    }


@pytest.mark.parametrize(
    ("text", "message", "hint", "line"),
    [
        ('timezon = "x"', 'unknown key "timezon"', 'Did you mean "timezone"?', 1),
        ("\n[remindres]\nx = 1", 'unknown key "remindres"', 'Did you mean "reminders"?', 2),
        ("[reminders.thank]\ndays = 1", 'unknown key "thank" in [reminders]', 'Did you mean "thanks"?', 1),
        (
            "[reminders.nudge]\ndays = 10\n\n[reminders.thanks]\non = true\n  dayz = 1",
            'unknown key "dayz" in [reminders.thanks]', 'Did you mean "days"?', 6,
        ),
        ("[feeds.kim]\nprivat = true", 'unknown key "privat" in [feeds.kim]', 'Did you mean "privacy"?', 2),
        ("[month]\nzzz = 1", 'unknown key "zzz" in [month]', "Known here: goal.", 2),
    ],
)  # fmt: skip
def test_an_unknown_key_is_a_problem_with_a_suggestion_and_its_line(
    tmp_path: Path, text: str, message: str, hint: str, line: int
) -> None:
    """Never silently ignored; the line is that of the key in its own table."""
    problem = only(tmp_path, text)
    assert (problem.message, problem.hint, problem.line, problem.path) == (message, hint, line, "rounds.toml")
    assert problem.level is Level.WARNING


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("vault = 3", "vault should be a text in quotes", 1),
        ("reminders = 3", "reminders should be a table", 1),
        ("[reminders]\nthanks = true", "thanks should be a table", 2),
        ("[reminders.meeting]\non = true\n[reminders.thanks]\non = 1", "on should be true or false", 4),
        ("[today]\ncap = true", "cap should be a whole number", 2),
        ("[today]\ncap = 5.0", "cap should be a whole number", 2),
        ("[today]\ncap = -1", "cap should be from 0 to 36500", 2),
        ("[reminders.thanks]\ndays = 99999999999", "days should be from 0 to 36500", 2),
        ('[reminders.check-in]\nevery = "often"', 'every: "often" is not a duration', 2),
        ('[reminders.check-in]\nevery = "0 months"', 'every: "0 months" is not a duration', 2),
        ("[reminders.check-in.roles]\ndoula = 3", 'doula: "3" is not a duration', 2),
        ('[reminders.check-in]\nroles = { doula = "soon" }', 'doula: "soon" is not a duration', 2),
        ('[week]\nfree = ["Fri 9:00-12:00", "lunch"]', 'free: "lunch" isn\'t a time of the week', 2),
        ('timezone = "Portland"', 'timezone: "Portland" isn\'t a time zone', 1),
        ('timezone = "America"', 'timezone: "America" isn\'t a time zone', 1),
        ('timezone = "../etc/passwd"', 'timezone: "../etc/passwd" isn\'t a time zone', 1),
        ('[holidays]\ncard = "02-30"', 'card: "02-30" isn\'t a day of the year', 2),
        ('[holidays]\ncountry = "Utopia"', 'country: "Utopia" isn\'t a country', 2),
        ('[feeds.x]\nalarm = "25:00"', 'alarm: "25:00" isn\'t a time of day', 2),
        ("[feeds.x]\nalarms = 10", "alarms should be a table", 2),
        ('[feeds.x]\nalarms = { call = "10" }', "call should be a whole number", 2),
        ("[feeds.x]\nalarms = { call = true }", "call should be a whole number", 2),
        ("[feeds.x.alarms]\ncall = -5", "call should be from 0 to 36500", 2),
        ('[feeds.x]\nlink = "vim"', 'link: "vim" isn\'t a known target', 2),
        ('[feeds.x]\ncolor = "#123456"', 'color: "#123456" isn\'t a color', 2),
        ("[feeds.x]\ngentle = -1", "gentle should be from 0 to 36500", 2),
        ('[folders]\npartners = "../out"', 'partners: "../out" isn\'t a folder of the vault', 2),
        ('[tasks]\nfolders = ["Daily", "../Clients"]', 'folders: "../Clients" isn\'t a folder of the vault', 2),
        ('[tasks]\nfolders = [""]', 'folders: "" isn\'t a folder of the vault', 2),
        ('[tasks]\nfolders = "Daily"', "folders should be a list of texts", 2),
        ('[folders]\npartners = "/home"', 'partners: "/home" isn\'t a folder of the vault', 2),
    ],
)
def test_a_value_that_makes_no_sense_is_a_problem_and_the_default_stands(
    tmp_path: Path, text: str, message: str, line: int
) -> None:
    """The rest of the file counts as it is written."""
    settings, problems = read(tmp_path, text)
    assert [(problem.message, problem.line) for problem in problems] == [(message, line)]
    defaults = Settings(folders=FOLDERS)
    assert (settings.cap, settings.timezone, settings.card, settings.folders) == (5, "", "", defaults.folders)
    assert {name: rule for name, rule in settings.rules.items() if rule.roles} == {}
    assert {n: (r.days, r.every) for n, r in settings.rules.items()} == {
        n: (r.days, r.every) for n, r in DEFAULT_RULES.items()
    }


@pytest.mark.parametrize("key", ["level", "privacy"])
@pytest.mark.parametrize("value", ['"discrete"', "true", "3"])
def test_a_feed_whose_level_can_t_be_read_says_as_little_as_it_can(tmp_path: Path, key: str, value: str) -> None:
    """A typing mistake must not put names into a calendar."""
    settings, problems = read(tmp_path, f"[feeds.kim]\n{key} = {value}")
    assert settings.feeds["kim"].level == "busy"
    assert problems[0].line == 2


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ('privacy = "discreet"', "discreet"),
        ('level = "full"\nprivacy = "busy"', "busy"),
        ('privacy = "full"\nlevel = "discreet"', "discreet"),
    ],
)
def test_the_older_word_for_the_level_of_a_feed_still_counts(tmp_path: Path, text: str, level: str) -> None:
    """Of two the one that tells less (docs/decisions/0012-feeds.md)."""
    settings, problems = read(tmp_path, f"[feeds.kim]\n{text}")
    assert (settings.feeds["kim"].level, problems) == (level, ())


@pytest.mark.parametrize("name", ["../../evil", "a/b", ".hidden", "", "con", "LPT1"])
def test_a_feed_whose_name_is_no_file_name_is_not_written(tmp_path: Path, name: str) -> None:
    """And the default feed, which tells more, does not take its place."""
    settings, problems = read(tmp_path, f'[feeds."{name}"]\nprivacy = "busy"')
    assert settings.feeds == {}
    assert [problem.message for problem in problems] == [f'the name "{name}" can\'t be that of a file']


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'vault = "x\n', "rounds.toml:1:11: "),
        (b"[today]\ncap = \n", "rounds.toml:2:7: "),
        (b"[today]\r\ncap = \r\n", "rounds.toml:2:7: "),
        (b"a = 1\na = 2\n", "rounds.toml:2:"),
        (b"[today]\ncap = [1,\n", "rounds.toml:2:"),
        (b'vault = "x"\n# caf\xe9\n', "rounds.toml:2:6: a character here is not UTF-8"),
    ],
)
def test_a_file_that_can_t_be_read_says_where(tmp_path: Path, data: bytes, place: str) -> None:
    """Line and column, also where the fault is that the file ends."""
    settings, (problem,) = read(tmp_path, data)
    assert str(problem).startswith(place)
    assert (problem.level, bool(problem.hint)) == (Level.ERROR, True)
    assert settings._replace(vault="") == read(tmp_path, "")[0]


@pytest.mark.parametrize(
    ("data", "vault"),
    [
        (b'# Rounds\nvault = "k3q9"     # its id\n[today\n', "k3q9"),
        (b'vault = "k3q9"\r\ntimezone = "\r\n', "k3q9"),
        (b'vault = "k3q9"\n# caf\xe9\n', "k3q9"),
        (b'vault = "k3q9\n', ""),
        (b'# vault = "k3q9"\n[today\n', ""),
        (b"", ""),
    ],
)
def test_the_id_of_a_vault_is_known_while_its_settings_are_broken(tmp_path: Path, data: bytes, vault: str) -> None:
    """From its own line, so that index, feeds and identities stay those of the vault."""
    assert read(tmp_path, data)[0].vault == vault


def test_a_broken_config_says_where() -> None:
    """With the whole path, since it lies in no vault."""
    write_config('vault = "x')
    with pytest.raises(SettingsError, match=rf"^{config_path()}:1:\d+: ") as caught:
        read_config()
    assert caught.value.hint


@pytest.mark.parametrize("data", [b'\xef\xbb\xbfvault = "k3q9"\n', b'vault = "k3q9"\r\n[today]\r\ncap = 5\r\n'])
def test_windows_files_are_read(tmp_path: Path, data: bytes) -> None:
    """With a byte order mark, with CRLF."""
    settings, problems = read(tmp_path, data)
    assert (settings.vault, problems) == ("k3q9", ())


def write_config(text: str) -> None:
    path = Path(config_path())
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_without_a_config_everything_is_default() -> None:
    """A machine needs no config.toml."""
    assert read_config() == Config()


def test_config_is_what_belongs_to_one_machine() -> None:
    """Each of its keys."""
    write_config('vault = "~/R"\nme = "kim"\nfeeds = "/f"\neditor = "vim"\ntheme = "dark"\n[keys]\nq = "quit"\n')
    assert read_config() == Config("~/R", "kim", "/f", "vim", "dark", {"q": "quit"})


@pytest.mark.parametrize("text", ["vualt = 'x'", "vault = 3", "keys = 'x'", "__class__ = 'x'", "__doc__ = 'x'"])
def test_a_config_with_an_unknown_key_says_what_is_known(text: str) -> None:
    """It is an error: the machine's settings are one person's, who is sitting there."""
    write_config(text)
    with pytest.raises(SettingsError, match="is not known") as caught:
        read_config()
    assert "vault, me, feeds" in caught.value.hint


def test_the_network_has_settings(tmp_path: Path) -> None:
    """Which niches every practice has, how many are suggested and when again, how far introductions lead."""
    text = '[network]\nniches = ["Couples"]\nsuggest = 5\nagain = 90\nsteps = 2\n'
    settings, problems = read(tmp_path, text)
    assert problems == ()
    assert (settings.niches, settings.suggest, settings.again, settings.steps) == (("Couples",), 5, 90, 2)
    settings, problems = read(tmp_path, "[network]\nniches = [1]\n")
    assert settings.niches == Settings().niches
    assert [(problem.message, problem.line) for problem in problems] == [("niches should be a list of texts", 2)]


def test_a_table_is_added_at_the_end(home: Path) -> None:
    """No other byte changes; what could not be read afterwards is not written."""
    path = Path(config_path())
    add_table("serve", {"host": "127.0.0.1", "port": 8642})
    assert path.read_text() == '[serve]\nhost = "127.0.0.1"\nport = 8642\n'
    path.write_bytes(b'\xef\xbb\xbfme = "kim"\r\n[keys] # mine\r\nq = "x"')
    add_table("publish.my-phone", {"url": 'a"\\b', "tasks": True})
    assert path.read_bytes() == (
        b'\xef\xbb\xbfme = "kim"\r\n[keys] # mine\r\nq = "x"\r\n\r\n'
        b'[publish.my-phone]\r\nurl = "a\\"\\\\b"\r\ntasks = true\r\n'
    )
    before = path.read_bytes()
    with pytest.raises(RoundsError, match=r"\[publish\.my-phone\] can't be written"):
        add_table("publish.my-phone", {"url": "again"})
    assert path.read_bytes() == before
    assert publish_settings(read_config())["my-phone"].url == 'a"\\b'


def test_a_number_of_too_many_digits_is_a_problem_with_its_line(tmp_path: Path) -> None:
    """Python reads none of more than some thousand."""
    (tmp_path / "rounds.toml").write_text(f'vault = "test"\n[today]\ncap = {"1" * 5000}\n')
    settings, problems = read_settings(str(tmp_path))
    assert settings.vault == "test"
    assert [(each.line, each.column, each.message) for each in problems] == [(3, 1, "A number here is too large")]


def test_so_it_is_in_config_toml() -> None:
    """And in what is published, in words."""
    path = Path(config_path())
    path.parent.mkdir(parents=True)
    path.write_text(f"[serve]\nport = {'1' * 5000}\n")
    with pytest.raises(SettingsError, match=r"config\.toml:2:1: A number"):
        read_config()


def seconds_to_read(folder: Path, text: str) -> float:
    """How long it takes to read settings, which are never wrong enough to end it."""
    (folder / "rounds.toml").write_text(text)
    began = process_time()
    read_settings(str(folder))
    return process_time() - began


def test_thousands_of_unknown_keys_take_no_time_and_some_are_named(tmp_path: Path) -> None:
    """A received vault may hold them; the place of each was looked up in the whole text."""
    text = "".join(f"k{number} = 1\n" for number in range(8000)) + 'vault = "x"\n'
    assert seconds_to_read(tmp_path, text) < 2
    _, problems = read_settings(str(tmp_path))
    assert len([each for each in problems if "unknown key" in each.message]) == 50
    assert problems[49].message == "there are more unknown keys from here on"
    assert [each.line for each in problems if each.message.startswith("vault")] == [8001]


@pytest.mark.parametrize("key", [".".join("a" * 20_000), "[" + ".".join("a" * 20_000) + "]", "a . " * 20_000 + "a"])
def test_a_key_of_too_many_parts_is_a_problem_at_its_line(tmp_path: Path, key: str) -> None:
    """The parser's time grows with the square of its dots."""
    end = "" if key.startswith("[") else " = 1"
    assert seconds_to_read(tmp_path, f'vault = "test"\n{key}{end}\n') < 2
    settings, problems = read_settings(str(tmp_path))
    assert settings.vault == "test"
    assert [(each.line, each.message) for each in problems] == [(2, "a key here has too many parts")]
