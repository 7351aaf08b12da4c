"""Payment for referrals: money, gifts, or favors for sending clients, in either direction."""

from typing import NamedTuple

from rounds.domain.patterns import Pattern

from .text import Text, read
from .weights import probability

_CLIENTS = (
    r"(?:clients?|patients?|pts?|referrals?|people|famil(?:y|ies)|teens?|couples?|intakes?|leads?|heads?|admissions?|"
    r"paciente?s?|clientes?|familias?|derivacion(?:es)?|referid[oa]s?|new ones?|kids?|cases|urine cups?|beds?)"
)
_SIGNS = {
    "sure": Pattern(
        r"(?:%|\bpercent) of (?:each|every|your|my|whatever) (?:\w+ )?(?:fee|referrals?)\b|"
        r"(?<!anti-)(?<!no )\bkick-?backs?\b|"
        r"\bfinder'?s'? fees?\b|\breferral (?:fee|bonus|reward|commission|payment|cut|deal)s?\b|\bquid pro quo\b|"
        r"\b(?:pay|paid)[ -]per[ -](?:lead|referral|patient|client|head)\b|\bfee[ -]?split(?:ting)?\b|"
        r"\bscratch my back\b|"
        r"\breciprocal (?:deal|arrangement|agreement)\b|\bone for one\b|\bone of mine for one of (?:hers|his|theirs)\b|"
        r"\b(?:body|patient) broker\w*\b|\bpercentage deal\b|\bcut (?:me|us|you) in\b"
    ),
    "exchange": Pattern(
        rf"\b(?:in (?:return|exchange) for|a cambio de) (?:\w+ )?{_CLIENTS}|\bif (?:you|i|we|she|"
        rf"he) (?:keep )?(?:refer|send|list|bring|"
        r"fill)\w*\b(?! (?:the|a|an|it|this) (?!most)).{0,60}\b(?:i|you|he|she|they|we)(?:'ll| will| would| can|"
        r"'d) (?:refer|send|pay|give|lower|cover|"
        r"get|buy|take)\b"
        r"|\bsend me (?:\w+ )?(?:\w+ )?(?:referrals|clients|patients|people|cases|couples)\b.{0,40}\bi(?:'ll| will|"
        r" would| can) send"
        r"|\b(?:only )?refers? (?:to me )?(?:only )?if\b|\bas long as all (?:her|his|their|my) (?:clients|patients)\b"
        r"|\bif i keep (?:sending|referring)\b|\bi fill your\b.{0,40}\byou fill\b|\bswap: |\b(?:my|your|"
        r"our) [\w ]{0,24}"
        r"(?:clients|cases|patients) for (?:my|your|her|his|their)\b|\bso (?:that )?(?:she|he|they|"
        r"we)(?:'ll)? (?:keeps? )?(?:refer|send)"
    ),
    "for each": Pattern(
        rf"\b(?:for|per|on|with|to) (?:each|every|any|all|the|an?|your|his|her|whoever|anybody|anyone|those|\w+)? ?"
        rf"(?:new |completed |first |extra |enrolled |fifth |tenth )?{_CLIENTS}\b|\bper (?:\w+ )?{_CLIENTS}\b|"
        rf"\ba (?:head|patient|client)\b|"
        rf"\bpor (?:cada )?{_CLIENTS}\b|\bfor (?:each|every) (?:one|person|\w+)\b|\bfor steering\b|\beach time (?:i|"
        rf"you|we|she|he)\b"
    ),
    "most": Pattern(
        r"\b(?:whoever|whomever|anybody who|anyone who|the most|most (?:clients|referrals|admissions|patients)|"
        r"(?:three|four|five|ten|\d+) or more|number of (?:clients|referrals|patients)|tied to|top referr\w+|quota|"
        r"tally|how many (?:clients|patients|referrals)|gets? (?:my|our|your) (?:referrals|clients|patients))\b"
    ),
    "sending": Pattern(
        r"\b(?:i|you|we|she|he|they|le|que|who|whoever) ?(?:'ll |will |would |can |keep |'d )?(?:sends?|sent|sending|"
        r"refers?|"
        r"referred|passed on|books?|mando|mande|derivo|derive|envio)\b|\bsteering\b|\bgo to (?:his|her|their)\b|"
        r"\bkeep (?:sending|"
        r"referring|those)\b|\bmade the referral\b|\blist (?:him|her|them) first\b|\bmy side\b|\bsend (?:more|us|me|"
        r"him|her|them)\b"
    ),
    "referral": Pattern(r"\b(?:referrals?|referrers?|refers?|refer|derivacion(?:es)?|referid[oa]s?|admissions?)\b"),
    "money": Pattern(
        r"\$ ?\d|\b\d[\d,.]{0,9} ?(?:dollars|dolares|bucks|usd|euros?|pesos)\b|\b(?:five|ten|fifteen|twenty|fifty|"
        r"hundred|cinco|"
        r"diez|quince|veinte|cien) ?(?:dollars|dolares|bucks|pesos)\b"
    ),
    "percent": Pattern(
        r"\b\d{1,3} ?(?:%|percent|por ciento)|\b(?:five|ten|fifteen|twenty|cinco|diez|quince|veinte) (?:percent|"
        r"por ciento)"
    ),
    "share": Pattern(
        r"\b(?:first session|assessment fee|first month|what they pay|whatever|my billing|intake fee|each fee|"
        r"every fee|the fee|"
        r"a cut|cut of|percentage of|percentage|share of|split|commissions?|comision)\b(?! (?:on|of (?:sliding|the|"
        r"health|public)|hearing))"
    ),
    "reward": Pattern(
        r"\b(?:bonus(?:es)?|rewards?|rebates?|stipend|perks?|incentives?|discount|raffle|prize|gift ?cards?|"
        r"gift certificates?|"
        r"(?:starbucks|amazon|visa|target|gas|coffee) (?:gift )?cards?|vouchers?|cash|tickets?|dinner on|"
        r"lower your rent|lower my rent|"
        r"(?:off|from) (?:your|my|the|his|her) (?:rent|supervision|bill)|(?:hour|month|week) off|free (?:office|rent|"
        r"ceus?|ces?|room|space|"
        r"supervision|parking|lunch|desk)|something (?:for|extra|nice)|compensate[sd]?|thank-you money|cover (?:my|"
        r"our|your)|owe|"
        r"week(?:end)? at|cabin|ipad|cruise|spa|bottle of|hamper|take care of you|worth (?:your|my|our) while|"
        r"waives?|donation|refer a friend|gratis|regalo|"
        r"rent (?:on|for)|"
        r"pays?|paid|paga|pagan|offered|offers|wants|gets)\b|\bsent (?:her|him|them) \$|\blittle (?:something|thank)"
    ),
    "thing": Pattern(
        r"\b(?:gift ?cards?|(?:starbucks|amazon|visa|target|gas|coffee) (?:gift )?cards?|vouchers?|tickets?|cabin|"
        r"ipad|cruise|spa|"
        r"rebates?|bonus(?:es)?|raffle|free (?:office|rent|ceus?|room|supervision)|gratis|weekend)\b"
    ),
    "refused": Pattern(
        r"\b(?:no|not|never|don't|doesn't|nobody|without|neither|nor|forbids?|forbidden|prohibits?|why|illegal|rule|"
        r"rules|policy|"
        r"against|declined?|refused|turned down|statute|law|ethics|anti-kickback|said no|returned|sent back|nunca)\b|"
        r"\bno se\b"
    ),
    "institution": Pattern(
        r"\b(?:joint commission|(?:human rights|state|county|city|carf|accreditation) commission|commission (?:on|"
        r"for|of|hearing)|"
        r"commission(?:er|ers|ed|ing)|referral to)\b"
    ),
    "price": Pattern(
        r"\b(?:fee schedule|sliding|sessions?|sesion|visits?|copay|deductible|insurance|insurers?|medicaid|medicare|"
        r"testing|evaluations?|"
        r"hour|out of pocket|dues|invoice|county|comp|grant|scholarship|fund|fundraiser|no-cost|uninsured|students?|"
        r"becas|chart|school|"
        r"caseload|consult|retainer|waivers?|reduced|lower fee|leave|collections|drop out|show up|on ohp|price|check|"
        r"course|training|"
        r"assistant|evaluacion|estudiantes|seguro|9\d{4})\b"
    ),
    "thanks": Pattern(r"\b(?:thank-you (?:note|card)|handwritten note|thanked|thank you note|"
    "tarjeta de agradecimiento|note after)\b"),
}  # fmt: skip
"""What speaks for or against payment, each with a weight in `weights.tsv`."""
_TOGETHER = (
    ("money", "for each"), ("percent", "for each"), ("percent", "share"), ("reward", "for each"), ("reward", "sending"),
    ("reward", "referral"), ("thing", "referral"), ("money", "sending"), ("money", "referral"), ("share", "sending"),
    ("share", "referral"), ("reward", "most"), ("thing", "for each"), ("thing", "sending"), ("share", "for each"),
    ("money", "price"), ("percent", "price"), ("reward", "price"), ("thanks", "referral"),
)  # fmt: skip
"""Pairs of signs that mean more together than alone."""
_MAY_PAY = (
    "refer", "send", "sent", "sends", "client", "patient", "pts", "admission", "intake", " head", "deriv", "mand",
    "envi", "enroll", "fill", "lead", "kick", "quid", "finder", "split", "recipro", "scratch", "one for one", "pacient",
    "famil", "couple", "teen", "passed on", "book", "broker", "percentage", "case",
    "rehab", "most", "whoever", "finders", "percent of", "% of",
)  # fmt: skip
"""Parts of words; a line without any of them is never about payment."""
_LEAST = 0.5


class Payment(NamedTuple):
    """Words about payment for referrals, with their place in the line as typed."""

    start: int
    end: int
    text: str


def find_payment(typed: str) -> Payment | None:
    """The first words in a line that speak of payment, gifts, or favors for referrals; None without any.

    Args:
        typed: one line of a note, or one sentence of a message.
    """
    if not any(map((typed.lower() if typed.isascii() else read(typed).plain).__contains__, _MAY_PAY)):
        return None
    text = read(typed)
    signs = of_payment(text)
    if not signs or probability("payment", signs) < _LEAST:
        return None
    start, stop = text.span(*_place(text.plain))
    return Payment(start, stop, typed[start:stop])


def _place(plain: str) -> tuple[int, int]:
    """Where the line speaks of payment: the deal itself, or the reward and what it is for."""
    for name in ("sure", "exchange"):
        if match := _SIGNS[name].search(plain):
            return match.span()
    rewards = [match.span() for name in _REWARDS if (match := _SIGNS[name].search(plain))]
    begin, end = min(rewards)
    target = _SIGNS["for each"].search(plain)
    return begin, max(end, target.end()) if target and target.start() >= begin else end


_REWARDS = ("money", "percent", "share", "reward")
_SHOWN = ("sure", "exchange", "money", "percent", "share", "reward", "for each")


def of_payment(text: Text) -> set[str]:
    """Signs of payment in a line; empty without money, a favor, or a deal."""
    plain = text.plain
    signs = {name for name in _SHOWN if _SIGNS[name].search(plain)}
    if not signs - {"for each"}:
        return set()
    signs |= {name for name, pattern in _SIGNS.items() if name not in _SHOWN and pattern.search(plain)}
    return signs | {f"{one}, {two}" for one, two in _TOGETHER if one in signs and two in signs}
