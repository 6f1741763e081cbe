"""Measures that an item prints with its service: how many units, how strong, at which levels of the spine.

Pure functions over a service text as printed. Rules of grammar only; which drug or service it is, is not known here.
Every pattern is bounded and tries no position twice: item texts come from strangers.
"""

from __future__ import annotations

import re
from itertools import pairwise

# Item headings are short; a longer text is a misread paragraph, whose head is enough.
_LONGEST = 600

_PLAIN = str.maketrans({"×": "x", "–": "-", "—": "-", "‐": "-", "‑": "-", "\u00a0": " ", "’": "'"})

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
)
_TENTHS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for n, word in enumerate((_UNITS + "eighteen nineteen").split())}
_TENS = {word: 10 * n for n, word in enumerate(_TENTHS.split(), start=2)}
_WORDS |= _TENS | {"once": 1, "twice": 2, "thrice": 3}
_WORD = re.compile(
    rf"\b(?=[efhnostz])(?:({'|'.join(_TENS)})[- ](one|two|three|four|five|six|seven|eight|nine)"
    rf"|({'|'.join(_WORDS)})|(hundred))\b"
)
_DIGIT = re.compile("[0-9]")
_NUMBER_APART = re.compile(r"[0-9](?<![a-wz0-9][0-9])")  # not the 2 of 'HMPHCC2', but those of 'x2' and 'qty2'
_WRITTEN_TWICE = re.compile(r"\b([0-9]{1,3}) ?\( ?([0-9]{1,3})(?:\.0{1,2})? ?\)")  # 'Eight (8)', after 'Eight' became 8

# '#90', '# 120', '#1,000', '#60.00', '#(30)'; not 'claim #12345', not 'tooth #14'.
_HASH = re.compile(r"# ?\(?([0-9]{1,3}(?:,[0-9]{3})?|[0-9]{4})(?![0-9])")
_NOT_A_COUNT = re.compile(r"\b(?:claim|case|file|rx|order|item|code|tooth|teeth)(?: no\.?| number)? ?$")
# 'Crown #3' is a tooth.
_TOOTH = re.compile(
    r"\b(?:dental|dentures?|tooth|teeth|crowns?|implants?|root canal|filling|extractions?|abutments?|molar)\b"
)
_TEETH = 32
_LABEL_WORDS = ("qty", "quantity", "count", "disp", "total", "number", "no.")
_LABEL = re.compile(
    r"\b(?:qty|quantity|count|dispensed?|disp|total|number|no\.)\.?,?(?: of)? ?[:=#-]? ?\(?"
    r"([0-9]{1,3})(?:\.0{1,2})?(?![0-9%/.])"
)

# The digit comes before what may not stand in front of it: a pattern that begins with a digit is found much faster.
_RANGE = r"([0-9](?<![\w.,/#%$-][0-9])[0-9]{0,2})(?: ?(?:-|to|or) ?([0-9]{1,3}))?(?:\.0{1,2})?"
_TIME = r"(?:day|week|wk|month|mo\b|year|yr|night|min\b|minute)"
_DOSED = r"(?:tab|tablet|cap|capsule|pill|patch|puff|spray|drop|dose|lozenge)(?:s|es)?"

# What holds numbers that count nothing: dates, codes, refills, and how to take it.
# Each starts with what makes it cheap to find: a digit, or a word worth looking for.
_ASIDE = re.compile(
    r"[0-9](?<!\w[0-9])(?:[0-9]?/[0-9]{1,2}/[0-9]{2,4}\b|[0-9]?-[0-9]{1,2}-[0-9]{4}\b|[0-9]{3,8}\b"
    r"|[0-9]? (?:additional )?refills?\b"
    rf"|(?<![.,/][0-9])(?: ?(?:-|to|or) ?[0-9])?(?: ?{_DOSED})?,? "
    r"(?:po|p\.o\.|by mouth|oral(?:ly)?|sl|bid|b\.i\.d\.|tid|t\.i\.d\.|qid|qd|qhs|qam|qpm|qday|hs|prn|daily|nightly|"
    r"a day|per day|at bedtime|at night|as needed|[0-9] (?:times|x)|in the (?:morning|evening)|"
    r"(?:q|every|each)(?: ?[0-9]{1,2}(?: ?(?:-|to) ?[0-9]{1,2})? ?(?:hours?|hrs?|h|days?|weeks?))?)\b)"
)
_MEASURED = re.compile(r"[0-9][0-9.,/]{0,12} ?(?=%|mg|mcg|ml|gm|gram|oz\b|g\b|cc\b)")
_REFILLS = re.compile(r"\brefills?\b ?[:=x(#-]{0,2} ?[0-9]{1,2}\b")
_HOW_TAKEN = re.compile(
    r"\b(?:(?:every|within|q\.?) ?[0-9]{1,2}(?: ?(?:-|to) ?[0-9]{1,2})? ?(?:hours?|hrs?|h|days?|weeks?|wks?|months?)\b"
    rf"|(?:take|apply|use|inject) [0-9](?: ?(?:-|to|or) ?[0-9])?\b(?: {_DOSED}\b)?)"
)
_HOW_TAKEN_WORDS = ("every", "within", "q", "take", "apply", "use", "inject")
_DAILY_DOSE = re.compile(r"\b[0-9](?: ?- ?[0-9])? ?(?:x|times?)? ?(?:a|per|each|/)? ?(?:day|daily)\b")
_CARE = re.compile(r"home|nurs|aide|care|visit|session|hour|hr")

# 'two times a week', '2x/wk', '1 x a week', '2xwk', '4 hours a day', '4 packs per month'
_RATE = re.compile(
    rf"{_RANGE} ?(?:(x|times?|sessions?|visits?|treatments?|hours?|hrs?|days?)"
    r"(?: ?(?:-|/|a|per|each|every|x|in a) ?| ?)|(?:[a-z-]{2,15} ){0,2}(?:a|per|each|every|/) ?)"
    r"(day|dai|week|wk|month|mo)(?:ly)?\b\.?"
)
_EVERY = re.compile(r"\b(?:(week|month)ly|(?:every|each|q) ?(week|month|wk))\b")
_SPAN = rf"{_RANGE} ?(?:more |additional |consecutive )?(day|week|wk|w\b|month|mo\b|year|yr)"
_FOR = re.compile(rf"[ ,;:(-]{{0,3}}(?:(?:for|over|during|times|x|@)(?: the next| a total of| up to)? ?)?{_SPAN}")
_FOR_BARE = re.compile(
    r"[ ,;:(-]{0,3}(?:for|times|x) ?(?<![\d.,/#%$-])([0-9]{1,3})(?: ?(?:-|to|or) ?([0-9]{1,3}))?(?:\.0{1,2})?(?![\d/])"
    r"(?! ?(?:mg|%|tab|hour|hr|min))"
)
_ANY_SPAN = re.compile(_SPAN)
# '3 x 4', '2x6', '3 times 4', '2 x 6 weeks', '2 times for 6 weeks'; not '4 x 4 inch'
_PRODUCT = re.compile(
    rf"{_RANGE} ?(?:x|times?)(?: for| per)? ?(?<![0-9])([0-9]{{1,2}})(?: ?(?:-|to) ?([0-9]{{1,2}}))?(?![0-9.%])"
    r"(?! ?(?:cm|mm|in\b|inch|\"|mg|ml|gm|g\b|x|day|month|mo\b|year|gauze|pad|hour|hr))"
)
# How many of the rate's unit make one of the duration's; a month of therapy is four weeks.
_SPELLS: dict[tuple[str, str], float] = {
    ("day", "week"): 7, ("day", "month"): 28, ("week", "day"): 1 / 7, ("week", "month"): 4, ("week", "year"): 52,
    ("month", "week"): 1 / 4, ("month", "year"): 12, ("month", "day"): 1 / 28, ("day", "year"): 365,
}  # fmt: skip
_SAME = {"dai": "day", "wk": "week", "w": "week", "mo": "month", "yr": "year"}

_COUNTED = (
    r"(?:session|visit|treatment|appointment|consultation|evaluation|follow[- ]up|injection|block|tablet|tab|capsule"
    r"|cap|pill|patche?|pack|packet|boxe?|bottle|tube|vial|syringe|pen|kit|pair|set|film|suppository|suppositorie|lozenge"
    r"|hr|prescription|bag|roll|jar|can|ampule|dose|inhaler|cartridge|strip|electrode|pad|procedure|trip|screen|unit|pump"
    r"|autoinjector|count|ct|each|ea|batterie|lead wire|x-ray|test|class|classe)s?\b|hours\b|hour(?= of)"
)
# Words that make the number a property: '10 panel urine drug screen', 'two level fusion', '6 mg/0.5 ml'.
_PROPERTY = (
    rf"(?:{_TIME}|mg|mcg|ml|gm|gram|g\b|oz|ounce|cc\b|iu\b|%|percent|meq|inch|cm\b|mm\b|lb|tesla|t\b|d\b|view|panel"
    r"|level|wheel|phase|lead\b|point|part\b|slice|channel|hour\b|hr\b|stage|strength"
    r"|x\b|in\b|to\b|or\b|and\b|refill|times? (?:a|per)\b)"
)
_COUNT = re.compile(
    rf"{_RANGE} ?(?!{_PROPERTY})(?:(?!mg|for |at |in |over |with |of )[a-z][a-z/&'.-]{{0,24}} ){{0,4}}?(?:{_COUNTED})"
    r"(?! ?(?:per|/|a|each) ?(?:visit|session))"
)
_NOUN_FIRST = re.compile(rf"\b(?:{_COUNTED}) ?[:=,-]? ?\(?([0-9]{{1,3}})\)?(?:\.0{{1,2}})?\.?$")
_DOSE_UNIT = re.compile(r"bot(?:ox|ul)|dysport|xeomin|myobloc|insulin|heparin|toxin")
_UNIT_DOSE = re.compile(r"\b[0-9]{1,4} ?units?\b")

_TIMES = re.compile(
    rf"(?:x(?<![a-z0-9]x)|times(?<![a-z0-9]times)) ?\(?([0-9]{{1,3}})\)?(?:\.0{{1,2}})?(?![0-9.%/])(?! ?-?{_TIME})"
    r"(?! ?(?:mg|ml|gm|mcg|hour\b|cm\b|inch|refill))"
)
_TIMES_AFTER = re.compile(r"([0-9](?<![\w.,/#%-][0-9])[0-9]?) ?(?:x|times)\b(?! ?[0-9])")
_SERIES = re.compile(rf"\b(?:series|set|total|course|pack|package) of {_RANGE}(?! ?{_PROPERTY})")
_ASKED = (
    r"(?:retro(?:spective)?(?:ly)?|prospective|concurrent|additional|continued?|ongoing|requests?|requested|for|of|the|"
    r"purchase|rental|trial|repeat|prescription|associated|surgical|services?|item|post-?op(?:erative)?|pharmacy|new|"
    r"initial|another|up to|outpatient|inpatient|dme|rx)"
)
_FIRST = re.compile(
    rf"(?:{_ASKED}[ :;,-]{{1,3}}){{0,6}}([0-9]{{1,3}})(?: ?(?:-|to|or) ?([0-9]{{1,3}}))?(?:\.0{{1,2}})? "
    rf"(?!{_PROPERTY})[a-z(]"
)
_INNER = re.compile(rf"(?:\b(?:of|for|rental|purchase)|:) ([0-9]{{1,3}}) (?!{_PROPERTY})[a-z]")
_ALONE = re.compile(rf"\(x? ?([0-9]{{1,3}})\)(?! ?{_TIME})")
_LAST = re.compile(r"(?:(?:mg|mcg|%|mcg/hr|mg/ml)[,:;]?|[a-z]{5}[)]?,) ([0-9]{1,3})$")  # '..., one'; not 'L4, 5'


def quantity(text: str) -> int | None:
    """Units asked for where the item prints them, else None: '#90', 'x 12', '6 sessions', '2 times a week for 4 weeks'.

    Frequency times duration is the product, the upper bound where a range is printed; hours asked for are a quantity.
    Strengths, sizes, refills, doses ('1 tab PO TID') and time of rental, stay or membership are none.
    """
    plain = " ".join(_plain(text).split())
    if "#" in plain and (found := _by_hash(plain)) is not None:
        return found
    plain = _WORD.sub(_digits, plain)
    if not _DIGIT.search(plain):
        return None
    single = _without_asides(_WRITTEN_TWICE.sub(r"\2", plain) if "(" in plain else plain)
    if not _NUMBER_APART.search(single):
        return _by_repetition(plain)
    if _holds(single, _LABEL_WORDS) and (label := _LABEL.search(single)):
        return int(label[1])
    if (found := _by_rate(single)) is not None:
        return found
    for pattern in (_COUNT, _TIMES, _SERIES):
        if match := pattern.search(single):
            return _upper(match)
    if match := _FIRST.match(single.lstrip(" ;")):
        return _upper(match)
    for pattern in (_TIMES_AFTER, _INNER, _ALONE, _LAST):
        if match := pattern.search(single):
            return int(match[1])
    if single.rstrip(").")[-1:].isdigit() and (match := _NOUN_FIRST.search(single)):
        return int(match[1])
    return _by_repetition(plain)


def _plain(text: str) -> str:
    """The head of a service text in small letters, with one kind of dash and quote."""
    text = text[:_LONGEST]
    return (text if text.isascii() else text.translate(_PLAIN)).lower()


def _holds(plain: str, words: tuple[str, ...]) -> bool:
    """Whether one of the words is there that a pattern needs: most texts are passed over by them alone."""
    return any(word in plain for word in words)


def _without_asides(plain: str) -> str:
    """The text without numbers that count nothing: strengths, sizes, dates, codes, refills, how a drug is taken."""
    plain = _MEASURED.sub("", plain)
    if not _NUMBER_APART.search(plain):
        return plain
    if "refill" in plain:
        plain = _REFILLS.sub(" ; ", plain)
    plain = _ASIDE.sub(" ; ", plain)
    if _holds(plain, _HOW_TAKEN_WORDS):
        plain = _HOW_TAKEN.sub(" ; ", plain)
    if "da" in plain and not _CARE.search(plain):
        plain = _DAILY_DOSE.sub(" ; ", plain)
    return _UNIT_DOSE.sub(" ; ", plain) if _DOSE_UNIT.search(plain) else plain


def _by_hash(plain: str) -> int | None:
    """The first '#' that counts. Tylenol with codeine is called #2, #3 or #4 after its strength."""
    for match in _HASH.finditer(plain):
        count = int(match[1].replace(",", ""))
        if count in (2, 3, 4) and ("codeine" in plain or "tylenol" in plain):
            continue
        if count <= _TEETH and _TOOTH.search(plain):
            continue
        if not _NOT_A_COUNT.search(plain[max(0, match.start() - 20) : match.start()]):
            return count
    return None


def _by_rate(plain: str) -> int | None:
    rates = list(_RATE.finditer(plain))
    if not rates:
        return _by_product(plain) if "x" in plain or "time" in plain or "ly" in plain or "week" in plain else None
    each, last, unit = 1, rates[0], ""
    for rate in rates:  # '4 hours a day, 5 days a week': a rate in days spreads the one before; others start anew
        if unit and not (unit == "day" and (rate[3] or "").startswith("day")):
            break
        each, last, unit = each * _upper(rate), rate, _SAME.get(rate[4], rate[4])
    rest = _RATE.sub(" ; ", plain)
    found, end = _duration(plain, last.end(), unit)
    if end > last.end():
        rest = _RATE.sub(" ; ", plain[: last.start()] + " ; " + plain[end:])
    # A total in so many words wins: '3 times per week for 4 weeks (12 visits)'.
    total = _COUNT.search(rest)
    if total and _upper(total) > 1:
        return _upper(total)
    return max(1, round(each * found))


def _by_product(plain: str) -> int | None:
    match = _PRODUCT.search(plain)
    if match and 0 < int(match[1]) <= 12:
        return _upper(match) * int(match[4] or match[3])
    if every := _EVERY.search(plain):  # 'weekly x 8 weeks', 'monthly x 6'
        found, end = _duration(plain, every.end(), _SAME.get(every[2], every[2]) if every[2] else every[1])
        return max(1, round(found)) if end > every.end() else None
    return None


def _duration(plain: str, start: int, unit: str) -> tuple[float, int]:
    """How many of `unit` it lasts, and where that is printed; 1 where nothing is said."""
    match = _FOR.match(plain, start)
    if match is None and (bare := _FOR_BARE.match(plain, start)):
        return _upper(bare), bare.end()
    match = match or _ANY_SPAN.search(_RATE.sub(_blank, plain))  # not the '5 days' of '5 days a week'
    if match is None:
        return 1, start
    spell = _SAME.get(match[3], match[3])
    return _upper(match) * _SPELLS.get((unit, spell), 1), max(start + 1, match.end())


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _by_repetition(plain: str) -> int | None:
    """'tablets, sixty (60)': a number given twice is meant, unless it is a time or a dose."""
    for match in _WRITTEN_TWICE.finditer(plain):
        if match[1] == match[2] and not re.match(rf" ?(?:{_PROPERTY}|{_DOSED}|every|po\b)", plain[match.end() :]):
            return int(match[2])
    return None


def _digits(match: re.Match[str]) -> str:
    tens, unit, word, _ = match.groups()
    if tens:
        return str(_TENS[tens] + _WORDS[unit])
    if word in ("once", "twice", "thrice"):  # 'twice weekly'
        return f"{_WORDS[word]} times"
    return str(_WORDS[word]) if word else "100"


def _upper(match: re.Match[str]) -> int:
    """The upper bound of a range in the first two groups, or its only number."""
    numbers = match.groups()
    return int(numbers[1] or numbers[0]) if len(numbers) > 1 else int(numbers[0])


_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})?(?:\.[0-9]{1,4})?|\.[0-9]{1,4}|[0-9]{4,6}"
_WEIGHT = r"mg|milligrams?|mgs|mcg|mcgs|micrograms?|ug|iu|meq"
_STRENGTH = re.compile(
    rf"(?<![\w.])((?:{_NUMBER}))(?: ?(?:{_WEIGHT}|%))?"
    rf"((?: ?[/-] ?(?:{_NUMBER})(?: ?(?:{_WEIGHT}))?(?![0-9])){{0,4}}) ?(?:(%|percent\b)|({_WEIGHT})(?![a-z])"
    r"(?: ?(?:/|per) ?([0-9]{1,2}(?:\.[0-9]{1,2})?)? ?(ml|hr|hour|h|actuation|spray)(?![a-z]))?)"
)
_PART = re.compile(rf"([/-]) ?({_NUMBER})")
_UNIT = {"mi": "mg", "mg": "mg", "mc": "mcg", "ug": "mcg", "iu": "IU", "me": "meq"}
_PER = {"ml": "mL", "hr": "hr", "hour": "hr", "h": "hr"}


def strength(text: str) -> str | None:
    """How strong the medicine is: '10/325 mg', '5%', '50 mcg/hr'; several of a compound joined with '; '."""
    plain = _plain(text)
    if not _DIGIT.search(plain):
        return None
    if "%" not in plain and "g" not in plain and "percent" not in plain and "iu" not in plain and "meq" not in plain:
        return None
    found = [_one_strength(match) for match in _STRENGTH.finditer(plain)]
    return "; ".join(found) or None


def _one_strength(match: re.Match[str]) -> str:
    first, others, percent, unit, volume, per = match.groups()
    number = _plain_number(first)
    for sign, other in _PART.findall(others):
        other = _plain_number(other)
        # 'Norco 10-325' names two ingredients, '5-10 mg' a range of one: ingredients differ by far more.
        apart = max(float(number.split("/")[-1]), float(other)) >= 5 * min(float(number.split("/")[-1]), float(other))
        number += ("/" if sign == "/" or apart else "-") + other
    if percent:
        return f"{number}%"
    measure = _UNIT["mc" if unit.startswith("micro") else unit[:2]]
    if per:
        measure += f"/{volume + ' ' if volume else ''}{_PER.get(per, per)}"
    return f"{number} {measure}"


def _plain_number(printed: str) -> str:
    """'02' is 2, '.5' is 0.5, '1,000' is 1000; other digits stay as printed."""
    whole, dot, part = printed.replace(",", "").partition(".")
    return f"{whole.lstrip('0') or '0'}{dot}{part}"


_LIKE_LEVEL = re.compile(r"[ctls][- ]?[0-9]")
_LEVEL = re.compile(
    r"(?<![a-z0-9])([ctls])-?([0-9]{1,2})(?![0-9]|\.[0-9]| ?mg|[- ](?:weighted|mapping))"
    r"|(?<![a-z0-9(])([ctls]) ([0-9]{1,2})(?= ?[-/] ?[ctls]?[0-9])"
)
_TO = re.compile(r" ?(?:[-/]|\bto\b|\bthrough\b|\bthru\b) ?([ctls])?-?([0-9]{1,2})(?![0-9]|\.[0-9]| ?mg| ?%)")
_NEXT = re.compile(
    r"(?: ?, ?(?:and |& ?)?| and | ?& ?)([0-9]{1,2})"
    r"(?![0-9/.%]| ?x\b| ?(?:mg|session|visit|injection|block|time|view|level|unit|day|week|month|total))"
)
_HIGHEST = {"c": 8, "t": 12, "l": 6, "s": 5}
_BELOW = {"c": "t", "t": "l", "l": "s", "s": "s"}


def spine_levels(text: str) -> str | None:
    """Levels of the spine in printed order, each once: 'L4-5' is 'L4-L5', 'L3, L4 and L5' is 'L3; L4; L5'."""
    plain = _plain(text)
    if not _LIKE_LEVEL.search(plain):
        return None
    found: dict[str, None] = {}
    at = 0
    while match := _LEVEL.search(plain, at):
        at = match.end()
        here = (match[1] or match[3], int(match[2] or match[4]))
        if not 0 < here[1] <= _HIGHEST[here[0]]:
            continue
        chain = [here]
        while step := _TO.match(plain, at):
            there = _below(chain[-1], step[1], int(step[2]))
            if there is None:
                break
            chain.append(there)
            at = step.end()
        if len(chain) > 1:
            found |= dict.fromkeys(f"{_name(a)}-{_name(b)}" for a, b in pairwise(chain))
            continue
        found[_name(here)] = None
        while (step := _NEXT.match(plain, at)) and int(step[1]) == here[1] + 1 <= _HIGHEST[here[0]]:  # 'C3, 4 and 5'
            here = (here[0], here[1] + 1)
            found[_name(here)] = None
            at = step.end()
    if not found or (found.keys() <= {"T3", "T4", "T3-T4"} and re.search(r"tsh|thyroid", plain)):
        return None  # 'TSH, T3, T4' are hormones
    return "; ".join(found)


def _below(above: tuple[str, int], letter: str | None, number: int) -> tuple[str, int] | None:
    """The level that ends a span. Without its letter it is the same region's, or the next one's: 'L5-1' is L5-S1."""
    letter = letter or (above[0] if number > above[1] else _BELOW[above[0]])
    return (letter, number) if 0 < number <= _HIGHEST[letter] else None


def _name(level: tuple[str, int]) -> str:
    return f"{level[0].upper()}{level[1]}"
