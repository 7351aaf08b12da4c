"""Payment for referrals: money, gifts, or favors for sending clients, in either direction."""

import re
from typing import NamedTuple

from .text import read

_CLIENTS = (
    r"(?:clients?|patients?|pts?|referrals?|people|famil(?:y|ies)|teens|couples|intakes?|leads?|head|paciente?s?|"
    r"clientes?|derivacion(?:es)?|referid[oa]s?|new ones?)"
)

_MONEY = (
    r"(?:\$ ?\d|\b\d[\d,.]{0,9} ?(?:dollars|dolares|bucks|usd|euros?)|\d{1,3} ?(?:%|percent|por ciento)|(?:five|"
    r"ten|fifteen|twenty|cinco|diez|quince|veinte) ?(?:percent|por ciento|dollars))"
)

_SURE = re.compile(
    r"(?:%|\bpercent) of (?:each|every|your|my) fee\b|\bkick-?backs?\b|\bfinder'?s'? fees?\b|"
    r"\breferral (?:fee|bonus|reward|commission|payment)s?\b|"
    r"\bquid pro quo\b|\b(?:pay|paid)[ -]per[ -](?:lead|referral|patient|client)\b|"
    r"\bfee[ -]?split(?:ting)?\b|\bscratch my back\b|\breciprocal (?:deal|arrangement|agreement)\b|"
    r"\bone for one\b|\bone of mine for one of (?:hers|his|theirs)\b"
)
_FOR = re.compile(
    rf"\b(?:for|per|on) (?:each|every|any|all|the|an?|your|his|her|whoever|anybody|anyone|those|(?:completed|"
    rf"new|every \w+|\w+)) ?(?:new |completed |first )?{_CLIENTS}\b"
    rf"|\bper (?:new )?{_CLIENTS}\b|\bfor (?:people|clients|patients|referrals)\b|\ba head\b|"
    rf"\bpor cada {_CLIENTS}|\bfor every \w+ referral|\bfor (?:whoever|anybody who|anyone who) sends\b"
    r"|\bfor each (?:one|person)\b|\bfor steering\b"
)
_SENDING = re.compile(
    r"\b(?:i|you|we|she|he|they|que le|who|anybody who|whoever) ?(?:'ll |will |would |can |keep |'d )?(?:send|"
    r"sends|sent|sending|refer|refers|referred|passed on|book|books|mando|derivo|envio)\b|\bsteering\b|"
    r"\breferrals?\b|\bderivaciones\b|\bgo to his\b|\bgo to her\b|\brefer with\b"
)
_REWARD = re.compile(
    r"\b(?:commissions?|bonus(?:es)?|rewards?|percentage|cut of|discount|raffle|prize|gift ?cards?|"
    r"gift certificates?|vouchers?|cash|tickets?|dinner on|lower your rent|"
    r"free office|free rent|something for|split the fee|share of|compensate[sd]?|thank-you money|pays?|paid|"
    r"paga|pagan|comision|gratis|cover my|owe|offered|sent (?:her|him|them) \$)(?!\w)"
)
_EXCHANGE = re.compile(
    rf"\b(?:in (?:return|exchange) for|a cambio de) (?:\w+ )?{_CLIENTS}|\bif you (?:refer|"
    rf"send)\b.{{0,60}}\bi(?:'ll| will| would| can|'d) (?:refer|send you (?:some|clients|mine)|pay|give|lower|"
    rf"cover)\b"
    r"|\bsend me (?:referrals|clients|patients|people)\b.{0,30}\bi(?:'ll| will| would| can) send you\b|"
    r"\bonly refers? to me if\b|\bas long as all (?:her|his|their|my) (?:clients|patients)\b"
    r"|\bif i keep (?:sending|referring)\b|\bi fill your\b.{0,40}\byou fill\b"
)
_NOT = re.compile(
    r"\b(?:no|not|never|don't|doesn't|nobody|without|neither|nor|forbids?|forbidden|prohibits?|why|illegal|"
    r"rule|policy|against|declined?|refused|turned down|se paga por derivaciones, lo)\b|\bno se\b"
)
_OTHER = re.compile(
    r"\b(?:joint commission|human rights commission|commission(?:er|ers|ed|ing)|fee schedule|sliding|session|"
    r"sessions|sesion|visit|visits|copay|deductible|insurance|medicaid|medicare|"
    r"testing|evaluation|hour|out of pocket|dues|invoice|room|county|comp|grant|scholarship|fund|parking|"
    r"no-cost|uninsured|graduate|chart|school|caseload|rent for)\b"
)
_FEES = re.compile(
    r"\b(?:first session|assessment fee|first month|what they pay|my billing|the fee|each fee|every fee)\b"
)

_STRONG = re.compile(
    r"\b(?:commission|bonus|rewards?|percentage|cut of|raffle|gift ?card|voucher|tickets?|discount|"
    r"split the fee|compensate|lower your rent|cover my|comision|gratis)\b|%"
)


class Payment(NamedTuple):
    """Words about payment for referrals, with their place in the line as typed."""

    start: int
    end: int
    text: str


_SIGNS = (
    "$", "%", "pay", "paid", "paga", "fee", "kick", "quid", "split", "scratch", "recipro", "one for one", "one of mine",
    "cent", "ciento", "dollar", "lares", "euro", "usd", "buck", "comm", "comi", "bonus", "reward", "cut", "discount",
    "raffle", "prize", "gift", "voucher", "cash", "ticket", "dinner", "rent", "free", "something", "share", "compensat",
    "money", "gratis", "cover", "owe", "offered", "sent ", "return", "exchange", "cambio", "refer", "send", "as long",
    "fill",
)  # fmt: skip
"""Parts of words; a line without any of them is never about payment."""


def find_payment(typed: str) -> Payment | None:
    """The first words in a line that speak of payment, gifts, or favors for referrals; None without any.

    Args:
        typed: one line of a note, or one sentence of a message.
    """
    low = typed.lower()
    if typed.isascii() and not any(sign in low for sign in _SIGNS):
        return None
    text = read(typed)
    plain = text.plain
    if _NOT.search(plain):
        return None
    if sure := _SURE.search(plain) or _EXCHANGE.search(plain):
        begin, end = sure.span()
    elif _OTHER.search(plain) and not _FEES.search(plain):
        return None
    else:
        reward = _REWARD.search(plain) or re.search(_MONEY, plain)
        target = _FOR.search(plain)
        sent = _SENDING.search(plain) and (_FEES.search(plain) or _STRONG.search(plain))
        if reward is None or not (target or sent):
            return None
        begin, end = reward.span()
        if target and target.start() >= begin:
            end = max(end, target.end())
    start, stop = text.span(begin, end)
    return Payment(start, stop, typed[start:stop])
