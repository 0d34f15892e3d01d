"""Nobody's words are put into another's mouth: an inspectorate's, a council's, a journalist's, a person's."""

from __future__ import annotations

import pytest

from index.records import Kind, VoiceKind
from index.voices import Utterance, voices

COUNCIL, PRESS, PERSON, OTHER = VoiceKind.COUNCIL, VoiceKind.PRESS, VoiceKind.PERSON, VoiceKind.OTHER
INSPECTORATE, REPORTED, TOLD = (
    VoiceKind.INSPECTORATE,
    VoiceKind.INSPECTORATE_REPORTED,
    VoiceKind.REPORTED_TO_INSPECTORATE,
)


def sentence(text: str, *, opens: bool = True, item: bool = False, heading: str = "") -> Utterance:
    return Utterance(text, opens, item, heading)


def kinds(texts: list[str], kind: Kind = Kind.NEWS_ITEM, publisher: str = "Leeds Council") -> list[VoiceKind]:
    """The voices of sentences that are one paragraph each; one that begins with "+" goes on in the last paragraph."""
    said = [sentence(text.removeprefix("+"), opens=not text.startswith("+")) for text in texts]
    return [voice.kind for voice in voices(said, publisher, kind, "Leeds")]


def in_press(*texts: str) -> list[VoiceKind]:
    return kinds(list(texts), Kind.PRESS, "The Post")


def names(texts: list[str], kind: Kind = Kind.PRESS) -> list[str]:
    said = [sentence(text.removeprefix("+"), opens=not text.startswith("+")) for text in texts]
    return [voice.name for voice in voices(said, "The Post", kind, "Leeds")]


@pytest.mark.parametrize(
    "text",
    [
        "Social workers told inspectors that their caseloads are too high.",
        "Some care leavers spoken to during the visit said that they feel forgotten.",
        "Staff feel well supported by their managers.",
        "Most foster carers report that training is good.",
    ],
)
def test_what_inspectors_heard_from_others_is_not_their_own_finding(text: str) -> None:
    assert kinds([text], Kind.ILACS, "Ofsted") == [TOLD]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Staff morale is good.", "+They told inspectors that they are proud."], ["Ofsted", "staff"]),
        (["Parents value the service.", "+Many said that it came too late."], ["Ofsted", "parents"]),
        (["Plans are brief.", "+They describe too little."], ["Ofsted", "Ofsted"]),
        (["Children’s plans are brief.", "+They describe too little."], ["Ofsted", "Ofsted"]),
        (["Parents value the service.", "They told inspectors so."], ["Ofsted", "those who spoke to inspectors"]),
        (["Personal advisers are supervised and they report good access to managers."], ["personal advisers"]),
        (
            ["One care leaver said, ‘My adviser is a friend.", "+I trust her.’", "+Visits are rare."],
            ["care leaver"] * 2 + ["Ofsted"],
        ),
        (
            ["The lead member and chief executive told inspectors that money is short."],
            ["lead member and chief executive"],
        ),
        (["The judiciary and Cafcass spoke positively of the evidence."], ["judiciary and Cafcass"]),
        (["PAs speak about their work with warmth."], ["PAs"]),
        (["Adopters spoken to value the training."], ["adopters"]),
        (["Children are spoken to about their rights."], ["Ofsted"]),
        (["Care leavers spoken to were not aware of the offer."], ["Ofsted"]),
        (["Feedback from parents was mostly positive."], ["parents"]),
        (["Feedback from parents is not used well."], ["Ofsted"]),
        (["Children who do not speak English are helped."], ["Ofsted"]),
        (["Young people have a say in how they live."], ["Ofsted"]),
        (["The visits are valued by carers, who say that they help."], ["carers"]),
    ],
)
def test_those_whom_inspectors_heard_are_named_and_followed_through_a_paragraph(
    texts: list[str], expected: list[str]
) -> None:
    said = [sentence(text.removeprefix("+"), opens=not text.startswith("+")) for text in texts]
    assert [voice.name for voice in voices(said, "Ofsted", Kind.ILACS, None)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Caseloads are too high.",
        "This helps children to feel safe.",
        "Care leavers live in homes in which they feel safe.",
        "Inspectors sampled cases, and spoke to social workers and children.",
        "Social workers spoken to during the visit were able to describe risk.",
    ],
)
def test_all_else_in_its_own_report_is_the_inspectorates(text: str) -> None:
    assert kinds([text], Kind.ILACS, "Ofsted") == [INSPECTORATE]


@pytest.mark.parametrize(
    "text",
    [
        "Ofsted found that too many children wait too long.",
        "Inspectors also said that staff leave at short notice.",
        "Inspectors visited the council last month, and found that progress is slow.",
        "According to Ofsted, caseloads are too high.",
        "Ofsted’s letter raises concerns about caseloads.",
        "The service was rated inadequate in October.",
        "Leeds was once again judged to require improvement.",
        "Progress is too slow, said Ofsted.",
        "Progress is too slow, inspectors said.",
        "One of the main concerns Ofsted raised was the turnover of staff.",
        "A joint inspection of the youth offending team carried out by HMIP in May found that it requires improvement.",
        "The inspection report says that leaders know the weaknesses.",
        "A spokesperson for Ofsted said that children wait.",
        "An Ofsted spokesman said that children wait.",
    ],
)
def test_an_inspectorate_is_heard_where_it_is_named_as_finding_or_saying(text: str) -> None:
    assert kinds([text]) == [REPORTED]
    assert in_press(text) == [REPORTED]


@pytest.mark.parametrize(
    "text",
    [
        "We are tackling the issues identified by Ofsted.",
        "The council accepts Ofsted’s findings.",
        "The council says that Ofsted found good work.",
        "Leaders are preparing for the next visit from Ofsted.",
        "Ofsted will look at services for disabled children.",
        "They will talk through Ofsted’s findings with young people.",
        "The plan sets out the tasks required by Ofsted.",
        "Both the notice and the Ofsted report have been published.",
        "Since Ofsted found weaknesses in 2018, we have hired forty social workers.",
        "The report was welcomed by councillors.",
        "According to the council, Ofsted recognised good work.",
        "Ofsted recognised good work, the council said.",
        "A mock inspection by neighbours found that records are better.",
        "HMIP inspected the team in September.",
    ],
)
def test_a_councils_own_sentence_is_never_the_inspectorates(text: str) -> None:
    assert kinds([text]) == [COUNCIL]
    assert in_press(text)[0] in (COUNCIL, PRESS)


def test_a_committees_report_that_speaks_of_itself_is_not_the_inspectorates() -> None:
    texts = ["Ofsted judged services to be inadequate.", "The report says that the board meets monthly."]
    assert kinds(texts, Kind.COMMITTEE_REPORT) == [REPORTED, COUNCIL]
    assert kinds(texts, Kind.NEWS_ITEM) == [REPORTED, REPORTED]


def test_a_report_counts_as_the_inspectorates_only_after_one_was_named() -> None:
    assert in_press("The report says that roads are poor.") == [PRESS]


def test_an_inspection_finding_in_a_paper_is_not_the_councils() -> None:
    assert in_press("The council was rated inadequate by Ofsted.") == [REPORTED]
    assert in_press("The council said it was rated good in 2015.") == [COUNCIL]
    assert in_press("Leeds Council’s services for children were judged inadequate.") == [REPORTED]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Ofsted rated the service inadequate.", "+It found that leaders were absent."], [REPORTED, REPORTED]),
        (["The council accepts what Ofsted found.", "+It says that it is acting."], [COUNCIL, COUNCIL]),
        (["Inspectors came back in June.", "+They saw some good work."], [PRESS, REPORTED]),
        (["Staff met inspectors.", "+They said that caseloads are high."], [PRESS, PRESS]),
        (
            ["Ofsted praised Ann Smith.", "+Ann has long experience.", "+They also acknowledge the money spent."],
            [REPORTED, PRESS, REPORTED],
        ),
    ],
)
def test_it_and_they_mean_the_body_that_spoke_last(texts: list[str], expected: list[VoiceKind]) -> None:
    assert in_press(*texts) == expected


def test_a_person_speaks_with_name_and_role_and_then_as_he_or_she() -> None:
    texts = [
        "Councillor Ann Smith, executive member for children, said the council is investing.",
        "She expects staff to stay.",
        "In her view that is enough.",
        "Councillor Smith called the plan robust and said that Ofsted recognises this.",
    ]
    assert in_press(*texts) == [PERSON] * 4
    assert set(names(texts)) == {"Councillor Ann Smith, executive member for children"}


def test_a_spokesperson_speaks_for_the_body_that_is_named() -> None:
    assert in_press("A council spokesperson said that all is well.") == [COUNCIL]
    assert in_press("A spokeswoman for Leeds City Council said that all is well.") == [COUNCIL]
    assert in_press("A spokesperson for the union said that all is not well.") == [PRESS]


def test_a_group_that_looks_like_a_name_is_no_person() -> None:
    assert in_press("Social Workers said that all is well.") == [PRESS]


def test_he_and_she_are_nobody_before_a_person_has_spoken() -> None:
    assert in_press("She said that all is well.") == [PRESS]


def test_a_quotation_over_paragraphs_stays_its_speakers_until_it_ends() -> None:
    texts = [
        "Mark Douglas, director, said: “Ofsted found that work is slow.",
        "“We know that. Ofsted recognise our plan.",
        "“We are getting there.”",
        "Ofsted found that caseloads are high.",
        "The council has 400 children in care.",
    ]
    assert in_press(*texts) == [PERSON, PERSON, PERSON, REPORTED, COUNCIL]
    assert kinds(texts) == [PERSON, PERSON, PERSON, REPORTED, COUNCIL]


def test_straight_quotation_marks_may_open_each_paragraph_without_closing() -> None:
    texts = [
        "Ann Smith said:",
        '"It matters that Ofsted found no child unsafe.',
        "+We know that.",
        '"Ofsted found more good work."',
        "Ends.",
    ]
    assert kinds(texts) == [PERSON, PERSON, PERSON, PERSON, COUNCIL]


def test_a_sentence_after_the_closing_mark_is_no_longer_quoted() -> None:
    assert kinds(["Ann Smith said: “We are sorry.”", "+The council has 400 children in care."]) == [PERSON, COUNCIL]


def test_a_quotation_takes_the_speaker_who_is_named_only_at_its_end() -> None:
    texts = ["“Ofsted found good work.", "+We accept what they say,” said Ann Smith."]
    assert kinds(texts) == [PERSON, PERSON]
    assert kinds(["“Leaders are absent.", "+Children wait,” the Ofsted report said."]) == [REPORTED, REPORTED]


def test_a_quotation_of_the_inspectorate_stays_its_own_over_sentences() -> None:
    texts = ["Ofsted’s report states: “Leaders act quickly.", "+Children are safe.”", "+The council is proud of this."]
    assert kinds(texts) == [REPORTED, REPORTED, COUNCIL]


def test_quoted_words_of_the_inspectorate_inside_a_persons_quotation_stay_the_persons() -> None:
    texts = ["Ann Smith said: “We read that ‘leaders are absent’, and Ofsted said so.", "+Ofsted found more.”"]
    assert in_press(*texts) == [PERSON, PERSON]


def test_single_quotation_marks_quote_as_double_ones_do_and_an_apostrophe_does_not() -> None:
    texts = ["Ann Smith said: ‘The council’s plan works. ", "+We know it.’", "+The council has 400 children in care."]
    assert kinds(texts) == [PERSON, PERSON, COUNCIL]
    assert kinds(["‘We know it,’ said Ann Smith."]) == [PERSON]
    assert kinds(["The letter from Ofsted says caseloads ‘vary’.", "They are the councils’ own."])[1] is not PERSON


def test_one_of_the_inspectorates_own_people_speaks_for_it() -> None:
    assert in_press("Yvette Stanley, Ofsted’s national director, said that children wait.") == [REPORTED]
    assert in_press("Ofsted’s chief inspector Amanda Jones said that children wait.") == [REPORTED]


def test_a_list_belongs_to_who_introduced_it() -> None:
    said = [
        sentence("Ofsted found that these areas were inadequate:"),
        sentence("the impact of leaders", item=True),
        sentence("the progress of care leavers", item=True),
        sentence("A new trust takes over."),
    ]
    assert [v.kind for v in voices(said, "Leeds Council", Kind.NEWS_ITEM, "Leeds")] == [REPORTED] * 3 + [COUNCIL]


def test_items_under_a_heading_that_names_the_inspectorate_are_its_findings_unless_plainly_not() -> None:
    said = [
        sentence("Children wait too long.", item=True, heading="What Ofsted found"),
        sentence("We have hired more staff.", item=True, heading="What Ofsted found"),
        sentence("The council meets monthly.", item=True, heading="What Ofsted found"),
        sentence("Children wait too long.", item=True, heading="What we are doing"),
        sentence("He follows Ann Smith, who has left.", heading="What Ofsted found"),
    ]
    found = [v.kind for v in voices(said, "Leeds Council", Kind.NEWS_ITEM, "Leeds")]
    assert found == [REPORTED, COUNCIL, COUNCIL, COUNCIL, COUNCIL]


def test_what_others_told_inspectors_is_neither_the_inspectorates_nor_the_councils() -> None:
    assert kinds(["Social workers told inspectors that they like Leeds."]) == [TOLD]


def test_the_inspectorate_that_was_named_last_is_meant() -> None:
    texts = ["HMIP rated the team inadequate.", "The report found poor planning."]
    assert names(texts, Kind.NEWSLETTER) == ["HMIP", "HMIP"]


@pytest.mark.parametrize(
    ("publisher", "kind", "expected"),
    [
        ("Leeds City Council", Kind.NEWS_ITEM, COUNCIL),
        ("London Borough of Barnet", Kind.COMMITTEE_REPORT, COUNCIL),
        ("Leeds Council Times", Kind.PRESS, PRESS),
        ("Department for Education", Kind.OTHER, OTHER),
    ],
)
def test_plain_sentences_are_the_publishers(publisher: str, kind: Kind, expected: VoiceKind) -> None:
    found = list(voices([sentence("Children wait.")], publisher, kind, "Leeds"))
    assert [(v.kind, v.name) for v in found] == [(expected, publisher)]
