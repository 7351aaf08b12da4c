"""What a message may say about a client: the release, its scope, and the referral (guide, lines 19, 20 and 25)."""

from datetime import date
from typing import NamedTuple

from rounds.domain.partner_referral_release import SCOPES, Release, ReleaseState, is_code
from rounds.errors import RoundsError, UsageError
from rounds.index import queries
from rounds.notes.links import first_target, stem
from rounds.notes.properties import release_of, text_of
from rounds.vault.vault import NoteRecord, Vault


class AboutClient(NamedTuple):
    """What a message about a client goes by.

    Attributes:
        code: the client's random code.
        release: the valid release; None without one.
        why_not: why there is no valid release.
        options_given: how many names the client was given, by the latest referral; 0 if unknown.
    """

    code: str
    release: Release | None
    why_not: str = ""
    options_given: int = 0

    def values(self) -> dict[str, dict[str, str]]:
        """The values of `release` and `referral` for messages: each scope by name is `yes` or empty."""
        return {"release": release_values(self.release), "referral": _referral_values(self.options_given)}

    def refusal(self, name: str) -> RoundsError:
        """The error for a message that needs a release, to the partner of that name."""
        return RoundsError(
            f"nothing about {self.code} can be shared with {name}: a valid release is missing ({self.why_not})",
            hint="It is signed before anything about a client is shared. See: rounds release list",
        )


def release_values(release: Release | None) -> dict[str, str]:
    """The values of `release` for messages."""
    covered = release.scope if release else ()
    return {
        "valid": "yes" if release else "",
        "scope": ", ".join(covered) or "[what may be shared]",
        "until": str(release.expires or release.expires_event if release else "") or "[date or event]",
        **{scope.replace(" ", "_"): "yes" if scope in covered else "" for scope in SCOPES},
    }


def _referral_values(options: int) -> dict[str, str]:
    return {"options_given": str(options or ""), "several": "yes" if options > 1 else ""}


NOBODY = {"release": release_values(None), "referral": _referral_values(0)}
"""The values for a message that isn't about a client."""


def about_client(vault: Vault, entry: NoteRecord, client: str) -> AboutClient:
    """What may be said to a partner about a client.

    Args:
        client: the random code.

    Raises:
        UsageError: not a valid code; the message doesn't repeat it, since it may be a name.
    """
    code = client.strip().upper()
    if not is_code(code):
        raise UsageError(
            "a client is named by a random code only" if code else "which client is it about?",
            hint="Say it with --client, for example: --client R-7K3QXM. The key to the codes stays in the chart.",
        )
    today = vault.today()
    found = [each for each in _releases(vault, entry) if each.client.upper() == code]
    valid = [each for each in found if each.covers(today)]
    options = _options_given(vault, entry, code)
    if valid:
        return AboutClient(code, max(valid, key=lambda each: str(each.expires or "~")), options_given=options)
    why = "; ".join(_why_not(each, each.state(today, 0)) for each in found) or "none is on file"
    return AboutClient(code, None, why, options)


def _options_given(vault: Vault, entry: NoteRecord, code: str) -> int:
    """How many names the client was given, by the latest referral to the partner."""
    found = [
        each for each in _filed(vault, entry, "referral")
        if text_of(each.properties.get("client")).upper() == code and text_of(each.properties.get("direction")) == "out"
    ]  # fmt: skip
    latest = max(found, key=lambda each: text_of(each.properties.get("date")), default=None)
    given = text_of(latest.properties.get("options_given")) if latest else ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0


def _why_not(release: Release, state: ReleaseState) -> str:
    name = release.path.rpartition("/")[2].removesuffix(".md")
    if state is ReleaseState.REVOKED:
        day = f" on {release.revoked}" if release.revoked != date.min else ""  # date.min: the text there isn't a date
        return f"{name} was revoked{day}"
    if state is ReleaseState.EXPIRED:
        return f"{name} expired on {release.expires}"
    return f"{name} does not say in dates when it was signed and ends"


def _filed(vault: Vault, entry: NoteRecord, kind: str) -> list[NoteRecord]:
    """The releases or referrals of a partner. If a link could mean another partner of that name, only the id counts."""
    alone = len(vault.ask(queries.paths_named, stem(entry.path), "partner")) == 1
    found = []
    for each in vault.ask(queries.notes_of_type, kind):
        id_ = text_of(each.properties.get("partner_id"))
        named = alone and stem(first_target(each.properties.get("partner"))) == stem(entry.path)
        if each.readable and (id_ == entry.id or (named and not id_)):
            found.append(each)
    return found


def _releases(vault: Vault, entry: NoteRecord) -> list[Release]:
    return [_certain(release_of(each.path, each.id, each.properties), each) for each in _filed(vault, entry, "release")]


def _certain(release: Release, entry: NoteRecord) -> Release:
    """Drop the release's end if an end date is unreadable, since that date may be long past."""
    unread = [key for key in ("expires", "revoked") if entry.properties.get(key) and getattr(release, key) is None]
    return release._replace(expires=None, expires_event="") if unread else release
