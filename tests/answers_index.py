"""A small corpus of invented inspection documents, and the real index that the tests of answering share.

Every document says of itself that it was invented for a test: the authorities are real names, nothing else is.
"""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

from conftest import entry_of
from reportlab.pdfgen import canvas

from assistant.ask import Assistant
from assistant.interpret.read import read_question
from assistant.records import Answer, Reading
from index.catalogue import Catalogue, CatalogueWriter, StoredDocument
from index.records import Entry, Interval

TODAY = date(2026, 11, 21)
INVENTED = "Invented test text: nothing here is about a real place or person."

# Names of the documents, by what they are.
SIF_2016 = "dudley/2016-sif.txt"
ILACS_2019 = "dudley/2019-ilacs.pdf"
NEWS_2019 = "dudley/2019-council-news.md"
PRESS = "dudley/undated-press.txt"
VISIT_2020 = "dudley/2020-focused-visit.txt"
ILACS_2022 = "dudley/2022-ilacs.pdf"
ILACS_2026 = "dudley/2026-ilacs.pdf"
OLDHAM_2021 = "oldham/2021-ilacs.txt"
SEND_2023 = "oldham/2023-area-send.txt"
NEWSLETTER = "oldham/2022-newsletter.txt"

SIF = f"""Dudley Metropolitan Borough Council

Inspection of services for children in need of help and protection, children looked after and care leavers

Inspection date: 11 January 2016 to 4 February 2016

Report published: 10 May 2016

Lead inspector: Testa Sampleton HMI

The overall judgement is that children's services require improvement to be good

1. Children who need help and protection
Requires improvement

2. Children looked after and achieving permanence
Requires improvement

2.1 Adoption performance
Good

2.2 Experiences and progress of care leavers
Inadequate

3. Leadership, management and governance
Requires improvement

The effectiveness of the Local Safeguarding Children Board (LSCB) is inadequate

{INVENTED}

Summary of key findings

1. Caseloads for newly qualified social workers are not well protected in the year after they qualify.

2. Adoption is timely, and adopters are prepared well for the task ahead of them.

3. Too few care leavers have a pathway plan that they understand.

Recommendations

4. Ensure that supervision of social workers is regular and is recorded in full.
"""

ILACS_2019_PAGES: tuple[tuple[str, ...], ...] = (
    (
        "Dudley Metropolitan Borough Council",
        "Inspection of children's social care services",
        "",
        "Inspection dates: 14 January 2019 to 25 January 2019",
        "Report published: 4 March 2019",
        "Lead inspector: Testa Sampleton, Her Majesty's Inspector",
        "",
        "Judgement Grade",
        "The impact of leaders on social work practice with",
        "children and families",
        "Inadequate",
        "The experiences and progress of children who",
        "need help and protection",
        "Inadequate",
        "The experiences and progress of children in care",
        "and care leavers",
        "Requires improvement to be good",
        "Overall effectiveness Inadequate",
        "",
        INVENTED,
    ),
    (
        "The impact of leaders on social work practice with children and families",
        "",
        "1. Caseloads are too high across the service, and 17 social workers hold more than",
        "30 children each, so that visits to children are late.",
        "",
        "2. Social workers told inspectors that they do not feel supported by their managers.",
        "",
        "3. Supervision is not regular, and it does not lead to better plans for children.",
        "",
        "4. The council has been slow to recruit permanent social workers, and staff turnover",
        "in the first response teams remains high and is unsettling for children who have to",
    ),
    (
        "get to know a new social worker again and again in the same short year.",
        "",
        "The experiences and progress of children in care and care leavers",
        "",
        "5. Children in care live in stable homes, and their foster carers know them well.",
        "",
        "6. Care leavers speak warmly of their personal advisers, who keep in touch with them.",
    ),
)

NEWS = f"""# Ofsted publishes its report on Dudley's children's services

Published: 4 March 2019

Publisher: Dudley Council

Audience: Everyone

{INVENTED}

Ofsted found that caseloads are too high across the service, and that visits to children are late.

Inspectors said that supervision is not regular and that too little of it is written down.

The council accepts that caseloads remain too high and is recruiting forty more social workers this spring.

Test Person, Cabinet Member for Children, said: “We accept every word about caseloads, and we will not rest until
families see a difference in the help that they get from us.”

Test Person added that the council had set aside two million pounds for more social workers.

Speaking of caseloads in the spring of this year, Test Person said:

“Caseloads come down with every social worker who joins us.”
"""

PRESS_TEXT = f"""Children's services in Dudley rated inadequate

By Sam Sampleton, local democracy reporter

{INVENTED}

Ofsted inspectors have rated children's services in Dudley inadequate after they came in January.

The council accepts that caseloads remain too high and is recruiting forty more social workers this spring, the
newspaper was told.

Test Person, Cabinet Member for Children, said: “We accept every word about caseloads, and we will not rest until
families see a difference in the help that they get from us.”
"""

VISIT = f"""Ofsted
Piccadilly Gate

6 November 2020

Director of Children's Services
Dudley Metropolitan Borough Council

Dear Director

Focused visit to Dudley children's services

{INVENTED}

This letter summarises the findings of a focused visit to Dudley children's services on 13 and 14 October 2020. The
visit was carried out by two of Her Majesty's Inspectors.

Headline findings

Caseloads have fallen since the last inspection, and most social workers now have the time to see children often.

Managers keep a closer eye on practice in the front door, although their grip on drift is not yet firm enough.

What needs to improve in this area of social work practice

The timeliness of return home interviews when children go missing.

Yours sincerely

Exampla Testwright
Her Majesty's Inspector
"""

ILACS_2022_PAGES: tuple[tuple[str, ...], ...] = (
    (
        "Inspection of Dudley local authority children's services",
        "",
        "Inspection dates: 31 October to 11 November 2022",
        "Report published: 21 December 2022",
        "Lead inspector: Exampla Testwright, His Majesty's Inspector",
        "",
        "Judgement Grade",
        "The impact of leaders on social work practice with",
        "children and families",
        "Good",
        "The experiences and progress of children who",
        "need help and protection",
        "Requires improvement to be good",
        "The experiences and progress of children in care",
        "Good",
        "The experiences and progress of care leavers",
        "Outstanding",
        "Overall effectiveness Good",
        "",
        INVENTED,
    ),
    (
        "What needs to improve",
        "",
        "The quality of child protection plans, so that families know what must change.",
        "",
        "The impact of leaders on social work practice with children and families",
        "",
        "1. Caseloads are manageable in every team, and social workers know their children well.",
        "",
        "2. Staff turnover has fallen, and social workers enjoy working in Dudley.",
        "",
        "3. The approach to children at risk of exploitation is strong and well coordinated.",
        "",
        "The experiences and progress of children in care",
        "",
        "4. Children in care live in stable homes, and their foster carers know them well.",
    ),
)

ILACS_2026_PAGES: tuple[tuple[str, ...], ...] = (
    (
        "Inspection of Dudley local authority children's services",
        "",
        "Inspection dates: 22 June to 3 July 2026",
        "Report published: 3 August 2026",
        "Lead inspector: Exampla Testwright, His Majesty's Inspector",
        "",
        "Judgement Grade",
        "The impact of leaders on social work practice with",
        "children and families",
        "Outstanding",
        "The experiences and progress of children who",
        "need help and protection",
        "Good",
        "The experiences and progress of children in care",
        "Good",
        "The experiences and progress of care leavers",
        "Good",
        "",
        INVENTED,
    ),
    (
        "The impact of leaders on social work practice with children and families",
        "",
        "1. Leaders have made sure that caseloads stay low, even where more families ask for help.",
        "",
        "2. Supervision is reflective and gives social workers the space to think.",
    ),
)

OLDHAM_ILACS = f"""Inspection of Oldham local authority children's services

Inspection dates: 1 to 12 November 2021

Report published: 17 December 2021

Lead inspector: Modella Mustermann, Her Majesty's Inspector

Judgement Grade

The impact of leaders on social work practice with children and families Requires improvement

The experiences and progress of children who need help and protection Good

The experiences and progress of children in care and care leavers Good

Overall effectiveness Requires improvement

{INVENTED}

The impact of leaders on social work practice with children and families

1. Leaders in Oldham know the service well, and caseloads are coming down in the busiest teams.

2. Too many children wait for a social worker to be allocated to them.

What needs to improve

The time that children wait before a social worker is allocated.
"""

SEND = f"""Area SEND inspection of Oldham Local Area Partnership

Inspection dates: 26 to 30 June 2023
Report published: 5 September 2023
Lead inspector: Modella Mustermann, His Majesty's Inspector

{INVENTED}

Inspection outcome

The local area partnership's arrangements lead to inconsistent experiences and outcomes for children and young people
with special educational needs and/or disabilities (SEND).

What is it like to be a child with SEND in this area?

Children wait too long for an assessment of their speech and language, and parents are left without advice meanwhile.
"""

LETTER_NEWS = f"""Oldham children's services newsletter - February 2022

{INVENTED}

A new academy for social workers opens in March, and forty places have been taken already.
"""

TEXTS = {
    SIF_2016: SIF,
    NEWS_2019: NEWS,
    PRESS: PRESS_TEXT,
    VISIT_2020: VISIT,
    OLDHAM_2021: OLDHAM_ILACS,
    SEND_2023: SEND,
    NEWSLETTER: LETTER_NEWS,
}
PDFS = {ILACS_2019: ILACS_2019_PAGES, ILACS_2022: ILACS_2022_PAGES, ILACS_2026: ILACS_2026_PAGES}


def write_documents(root: Path) -> None:
    """Write the corpus below `root`."""
    for source, text in TEXTS.items():
        (root / source).parent.mkdir(parents=True, exist_ok=True)
        (root / source).write_text(text, encoding="utf-8")
    for source, pages in PDFS.items():
        (root / source).parent.mkdir(parents=True, exist_ok=True)
        (root / source).write_bytes(pdf_of(pages))


def pdf_of(pages: tuple[tuple[str, ...], ...]) -> bytes:
    """A PDF with the given lines on each page."""
    file = io.BytesIO()
    drawing = canvas.Canvas(file, invariant=1)
    for lines in pages:
        for row, line in enumerate(lines):
            drawing.drawString(60, 760 - 16 * row, line)
        drawing.showPage()
    drawing.save()
    return file.getvalue()


def catalogue_of(path: Path, *entries: Entry) -> Catalogue:
    """A catalogue of these entries alone, in a new file."""
    with CatalogueWriter(path) as writer:
        for entry in entries:
            writer.add(entry)
    return Catalogue(path)


def stored(source: str = "dudley/2019.pdf", **changes: object) -> StoredDocument:
    """A document as the catalogue gives it; `changes` are fields of its description."""
    entry = entry_of(source, **({"authorities": ("Dudley",), "judgements": ()} | changes))  # type: ignore[arg-type]
    return StoredDocument(source, entry.document.sha256, entry.description, len(entry.passages))


def days(first: str, last: str | None = None) -> Interval:
    """The days from `first` to `last`, or the one day."""
    return Interval(date.fromisoformat(first), date.fromisoformat(last or first))


def read(question: str, *earlier: str, home: str | None = None) -> Reading:
    """What a question means on the day that all these tests take for today."""
    return read_question(question, earlier, TODAY, home)


def ask(assistant: Assistant, question: str, *earlier: str, as_of: date | None = None) -> Answer:
    """The answer on the day that all these tests take for today."""
    return assistant.ask(question, earlier, today=TODAY, as_of=as_of)


def sources(answer: Answer) -> list[str]:
    """The documents that an answer cites, in order, each once."""
    return list(dict.fromkeys(citation.source for citation in answer.citations))


def document(catalogue: Catalogue, source: str) -> StoredDocument:
    """The document of that name."""
    return next(one for one in catalogue.documents() if one.source == source)


def bare(text: str) -> str:
    """A text without its white space."""
    return "".join(text.split())


def marks(text: str) -> list[int]:
    """The numbers of the [n] marks of a text, in order."""
    return [int(number) for number in re.findall(r"\[(\d+)\]", text)]
