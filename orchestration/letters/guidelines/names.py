"""How letters print the names of guidelines: patterns that find them in a text in small letters.

They say where a name begins and ends, so that it can be cut from its topic. Which family a name belongs to is decided
by the vocabulary of the warehouse, not here. Every repeat is bounded.
"""

from __future__ import annotations

import re

AND = r"(?: ?& ?| and )"
_BODY = (
    r"(?:neck|upper|lower|low|back|shoulder|elbow|forearm|wrist|hand|knee|leg|ankle|foot|hip|groin|pelvis"
    r"|cervical|thoracic|lumbar|spine|eye)s?"
)
_BODY_LIST = rf"(?:{_BODY}[\s,/&-]{{1,3}}(?:and )?){{1,6}}"
_ABBREVIATED = r"(?: ?\([a-z. -]{2,12}\))?"

# Titles of the ACOEM guidelines: the chapters of the 2nd edition, and the newer ones that are cited by title and year.
_ACOEM_TITLES = (
    _BODY_LIST + r"(?:complaints?|disorders?)",
    r"stress[- ]related conditions?",
    r"workplace mental health(?:[:;,]? ?(?:post-? ?traumatic stress|ptsd|acute stress|depressive|anxiety)"
    r"(?: disorders?)?(?: and (?:acute stress disorders?|asd\b))?)?",
    r"traumatic brain injur(?:y|ies)",
    r"(?:occupational |work-related )?interstitial lung diseases?",
    r"(?:occupational|work-related)(?:/work-related)? asthma",
    r"initial approach(?:es)? to treatment",
    r"general approach(?:es)?(?: to initial assessment" + AND + r"documentation)?",
    r"cornerstones of disability prevention(?:" + AND + r"management)?",
    r"independent medical examinations?" + AND + r"consultations?",
    r"work[- ]relatedness",
    r"pain, suffering,?" + AND + r"(?:the )?restoration of function",
)
ACOEM_TITLE = rf"(?:{'|'.join(_ACOEM_TITLES)})(?: chapter)?"

# Names that open a citation wherever they stand. Group = kind of guideline.
_HEADS = {
    "odg": (
        r"off?ici?al disab[il]{1,4}t(?:y|ies) guid(?:elines?|es?|lines?)" + _ABBREVIATED + r"(?: by mcg\b)?",
        r"o\.?d\.?g\.?(?![\w.])(?:[ -]?twc\b)?(?: by mcg\b)?(?: (?:treatment )?guidelines?\b)?",
        r"work loss data institute" + _ABBREVIATED,
    ),
    "acoem": (
        r"(?:american college of )?occupational"
        + AND
        + r"environmental medicine(?:.s\b)?"
        + _ABBREVIATED
        + r"(?: occupational medicine)?(?: practice)?(?: guidelines?\b)?",
        r"acoem(?:.s)?\b(?: occupational medicine| ompg\b)?(?: practice| treatment)?(?: guidelines?\b)?",
        r"occupational medicine practice guidelines?" + _ABBREVIATED,
    ),
    "chronic_pain": (
        r"chronic pain (?:medical )?(?:treatment )?guidelines?",
        r"chronic pain medical treatment(?: utili[sz]ation schedule)?",
        r"chronic pain treatment(?= \d{4}|[.,]|$)",
        r"chronic pain(?= (?:19|20)\d\d)",
    ),
    "postsurgical": (
        r"post-? ?(?:surgical|operative) (?:physical medicine )?(?:medical )?(?:treatment "
        r"|rehabilitation )?guidelines?",
        r"post-? ?surgical (?:medical )?treatment(?=,? \(?(?:19|20)\d\d|[.]|$| pages?\b)",
    ),
    "acupuncture": (r"acupuncture (?:medical )?(?:treatment )?guidelines?", r"acupuncture medical treatment"),
    "opioids": (r"opioids? (?:medical )?(?:treatment )?guidelines?", r"opioids?(?= (?:19|20)\d\d)"),
    "formulary": (r"mtus (?:drug )?formulary(?: drug list)?", r"mtus drug list"),
    "title": (ACOEM_TITLE,),
}
# An issuing body: 'American Academy of Orthopaedic Surgeons', 'Centers for Medicare and Medicaid Services'
ORGANISATION = (
    r"(?:american|national|international|north american|european|british|canadian) (?:[a-z-]{2,20} ){0,3}"
    r"(?:academy|association|college|society|institutes?|foundation|board|council)\b(?: (?:of|for|on) [a-z]{3,20}"
    r"(?:(?:,? and|,| of| in| for) [a-z]{3,20}| [a-z]{3,20}){0,4}?)?(?=[,:;.]| position| guideline| practice| \()"
    r"|centers? for medicare" + AND + r"medicaid services" + _ABBREVIATED
)
# Publishers whose name opens a citation of its own after another guideline: 'ODG, Pain Chapter; FDA: Ambien'
PUBLISHERS = (
    r"(?:u\.?s\.? |united states )?(?:food" + AND + r"drug administration)" + _ABBREVIATED,
    r"(?:u\.?s\.? )?fda\b",
    r"physician.{0,2} desk reference" + _ABBREVIATED,
    r"pdr\b",
    r"(?:american medical association|ama)\b" + _ABBREVIATED + r"(?= guides?\b|,)",
    r"cochrane (?:database of systematic reviews?|reviews?|library|collaboration|database)",
    r"pub ?med\b(?: central)?",
    r"medscape\b(?: reference)?",
    r"medline ?plus\b",
    r"up ?to ?date\b(?=[,:;. ]|$)",
    r"drugs\.com",
    r"rx ?list(?:\.com)?\b",
    r"web ?md\b",
    r"epocrates\b",
    r"mayo clinic\b",
    r"(?:aetna|cigna|anthem|blue (?:cross|shield)(?:[ /]{0,3}blue shield)?(?: of [a-z]{4,20})?|united ?healthcare"
    r"|humana)\b",
    r"acr appropriateness criteria",
    r"national guidelines? clearing ?house" + _ABBREVIATED,
    r"national institutes? for (?:health" + AND + r"(?:care|clinical)|clinical|care) excellence" + _ABBREVIATED,
    r"national institutes? (?:of|for) health" + _ABBREVIATED,
    r"national heart, lung,?" + AND + r"blood institute" + _ABBREVIATED,
    r"(?:centers? for disease control(?:" + AND + r"prevention)?|cdc\b)" + _ABBREVIATED,
    r"(?:milliman|mcg|interqual)\b",
    r"goodman" + AND + r"gilman.{0,2}",
    r"merck manual",
    r"dailymed\b",
    r"(?:california |ca )?labor code",
    r"(?:u\.?s\.? )?drug enforcement (?:administration|agency)" + _ABBREVIATED + r"(?:,? diversion control division)?",
    ORGANISATION,
    r"(?:california |ca )?business" + AND + r"professions code",
)
_MARKS = {
    "chapter": (r"(?:chapters?|ch\.) ?#?\d{1,2}(?![\d]|\.\d)",),
    "page": (r"(?:pages?(?: ?\(?s\))?|pgs?|pp?)(?=[\s.:#]{0,3}\d)[\s.:#]{0,3}", r"page ?\(s\)[\s.:#]{0,3}(?=\d)"),
}
# What these patterns can begin with: most words of a text are passed over by their first letters alone.
_BEGINNINGS = (
    r"(?=a(?:co|cr|cu|et|m[ae]|nk|nt)|b(?:ac|lu|us)|c(?:a |al|dc|en|er|h[ .ar]|ig|oc|or)|d(?:ai|ru)|e(?:lb|po|ye)"
    r"|f(?:da|oo|or)|g(?:en|oo|ro)|h(?:an|ip|um)|i(?:n[dit])|kne|l(?:ab|eg|ow|um)|m(?:ay|cg|ed|er|il|tu)|n(?:at|ec)"
    r"|o(?:cc|dg|f[fi]|pi|\.d)|p(?:ag|ai|dr|el|g|hy|os|p|ub|[\s.:#\d])|rx|s(?:ho|pi|tr)|t(?:ho|ra)|u(?:\.|ni|p|s )"
    r"|w(?:eb|or|ri))"
)
ELEMENT = re.compile(
    rf"(?<![\w.]){_BEGINNINGS}(?:"
    + "|".join(
        f"(?P<{kind}>{'|'.join(patterns)})" for kind, patterns in {**_HEADS, **_MARKS, "other": PUBLISHERS}.items()
    )
    + ")"
)
CHAPTER = re.compile(r"\b(?:chapters?|ch\.) ?#?(\d{1,2})(?![\d]|\.\d)")
# Only at the front of an MTUS statement: 'MTUS Opioids 2017', 'MTUS Chronic Pain 2017', 'MTUS Drug Formulary 2019'.
MTUS_FRONT = re.compile(
    r"(?:(?P<chronic_pain>chronic pain(?: treatment)?)|(?P<postsurgical>post-? ?surgical(?: treatment)?)"
    r"|(?P<acupuncture>acupuncture(?: treatment)?)|(?P<opioids>opioids?(?: medical)?(?: treatment)?)"
    r"|(?P<formulary>(?:drug )?formulary(?: drug list)?|drug list))"
    r"(?=[\s,]{0,2}(?:\(?(?:19|20)\d\d|sections?\b|pages?\b|chapter)|[.;]|$)"
)
# 'MTUS Traumatic Brain Injury 2018', 'Cervical and Thoracic Spine Disorders 2018, Section(s): ...'
TITLE_AND_YEAR = re.compile(
    r"[a-z](?:[^.;\d]|(?<!\d)\d{1,2}(?!\d)){2,90}?,? \(?(?=(?:19|20)\d\d\)?(?:[.,;]|$| section))"
)

# What stands between a name and its topic and is neither.
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
YEAR = r"(?:19|20)\d\d(?![\d/])"
DATE = (
    r"(?:(?:last |most recently )?(?:updated?|revised|revision|effective|reviewed|accessed|dated|as of|version|edition"
    r"|published|adopted)[\s:]{1,2}(?:on |of )?)?"
    rf"(?:\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|\d{{1,2}}/\d{{2,4}}|{_MONTH} \d{{1,2}}(?!\d)(?:,? {YEAR})?"
    rf"|{_MONTH},? {YEAR}|{YEAR})"
)
EDITION = (
    r"(?:(?:19|20)\d\d (?:updates?|edition)\b|(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|current|latest"
    r"|most recent|web|on-?line|internet|revised|updated|electronic)"
    r" ?-?(?:edition|ed\b\.?|version|update|print)(?: edition| version)?)"
)
_REGULATION = (
    r"(?:(?:title )?8,? )?(?:ccr\b|c\.c\.r\.?|cal(?:ifornia)?\.? code(?: of)? reg(?:ulation)?s?\.?),?(?: title 8,?)?"
    r"|(?:§{1,2}|sections?|sec\.) ?97\d\d[\d.]{0,8}|97\d\d\.[\d.]{1,8}(?:\([a-z\d]{1,2}\))?|et seq\.?|title 8\b"
)
_MTUS = (
    r"(?:ca(?:lifornia)?[ /-]{1,3})?(?:mtus|medical treatment utili[sz]ation schedule)"
    + _ABBREVIATED
    + r"(?: guidelines?\b)?"
    r"(?=[\s,:;.()/-]|$)"
)
# '(no page cited)'
_NOT_GIVEN = (
    r"no (?:specific )?(?:pages?|sections?|chapters?|topics?) (?:numbers? )?"
    r"(?:cited|given|provided|specified|listed|noted|stated)"
)
_ODG_WORDS = (
    r"treatment index|treatment in worker.{0,2} comp(?:ensation)?(?: \(?twc\)?)?|(?:odg[ -]?)?twc\b"
    r"|procedures? summary"
    r"|treatment guidelines?\b|integrated treatment ?/ ?disability duration guidelines?"
    r"|worker.{0,2} comp(?:ensation)?\b"
    r"|(?:web|on-?line|internet)(?: ?-?based)?(?=[\s,:;.()]|$)|last updated?\b|updated\b(?=[\s,:;)])"
)
DETAIL = re.compile(
    rf"(?:(?P<chapter>(?:chapters?|ch\.?) ?#?\d{{1,2}}(?: (?:and|&) \d{{1,2}}\b)?(?!\d|\.\d))"
    rf"|(?P<section>sections?(?: ?\(s\))? ?:|section\(s\))"
    rf"|{_REGULATION}|{EDITION}|{DATE}|{_ODG_WORDS}|{_MTUS}|{_NOT_GIVEN}|dwc\b|ompg\b|the (?=[a-z]))"
)

# Chapters of the Official Disability Guidelines. A bare body part is one only where the topic is set apart from it.
_ODG_NAMES = (
    r"ankle" + AND + "foot", r"burns", r"carpal tunnel syndrome(?: \(cts\))?", r"diabetes", r"elbow", r"eye",
    r"fitness for duty", r"forearm[,/ ]{1,2}wrist[,/ ]{0,2}" + AND + "? ?hand", r"head", r"hernia",
    r"hip" + AND + "pelvis", r"infectious diseases?", r"knee" + AND + "leg", r"low(?:er)? back",
    r"lumbar" + AND + "thoracic", r"mental illness(?:" + AND + "stress)?", r"mental ?/ ?stress",
    r"stress ?/ ?mental", r"neck" + AND + "upper back", r"pain", r"pulmonary", r"shoulder", r"neck", r"back", r"knee",
    r"hip", r"ankle", r"foot", r"wrist", r"hand", r"stress", r"cervical(?: spine)?", r"lumbar(?: spine)?",
)  # fmt: skip
_ODG_NAME = rf"(?:{'|'.join(_ODG_NAMES)})(?![a-z])"
_ODG_SUFFIX = r"(?:[ ,/–-]{1,3}lumbar" + AND + r"thoracic)?"
_ODG_SURE = (
    rf"chapter(?: on)?:? {_ODG_NAME}{_ODG_SUFFIX}|{_ODG_NAME}{_ODG_SUFFIX}(?: ?\((?:acute|chronic"
    rf"|trauma)[^()]{{0,40}}\)(?: (?:chapters?|procedures? summary)\b)?"
    rf"| (?:chapters?|sections?|procedures? summary)\b)|{_BODY_LIST}chapters?\b"
)
_ODG_SET_APART = rf"{_ODG_NAME}{_ODG_SUFFIX}(?: complaints?| disorders?)?"
ODG_CHAPTER = re.compile(
    rf"(?P<sure>{_ODG_SURE})|(?P<bare>{_ODG_SET_APART})(?= ?[,:;/.)(]| [–-] ?|$| pages?\b|{AND}(?:{_ODG_SURE}))"
)
# A further chapter behind a topic: 'Oral corticosteroids, Low Back-Lumbar & Thoracic: Corticosteroids'
ODG_NEXT = re.compile(
    rf"(?:[,;.]|\band|\bor)\s(?:and |or |also )?(?:in )?(?:the )?(?P<next>{_ODG_SURE})"
    rf"|(?:;|,? and|,? or)\s(?:the )?(?P<bare>{_ODG_SET_APART})(?= ?[,:/])|,\s(?P<colon>{_ODG_SET_APART})(?= ?[:/])"
)
# At the very front without 'ODG': 'Non-MTUS Citation Pain (Chronic), CRPS, Sympathetic Blocks (therapeutic)'
ODG_FRONT = re.compile(rf"(?:{_ODG_SURE}|(?:{'|'.join(n for n in _ODG_NAMES if AND in n)}))(?=[\s,:;/.-]|$)")
# The same short titles behind 'ACOEM, Chapter 12': 'Low Back', 'Forearm, Wrist & Hand'
ACOEM_SHORT = re.compile(
    rf"{ACOEM_TITLE}|(?:{_BODY}[\s,/&-]{{1,3}}(?:and )?){{0,5}}{_BODY}(?: chapter)?(?= ?[,:;)(.]| pages?\b| pp?\.| ?$)"
    r"|(?:stress|prevention|chronic pain|opioids)(?= ?[,:;)(.]| pages?\b| ?$)"
)
