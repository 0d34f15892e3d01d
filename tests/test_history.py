"""`inspections history`: the table, the JSON and the drawing of one authority, and what is told where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from answers_index import ILACS_2019, ILACS_2022, ILACS_2026, SIF_2016, VISIT_2020, bare

from assistant.cli.main import run
from assistant.history import History, history_of, named_authority
from assistant.render.canvas import document
from assistant.render.history_plot import history_chart
from assistant.render.history_text import history_rows
from index.catalogue import Catalogue
from index.errors import QuestionError

pytest_plugins = "fixtures_answers"

Command = Callable[..., tuple[int, str, str]]
SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> Xml.Element:
    return Xml.fromstring(svg)  # noqa: S314  (the project wrote it)


@pytest.fixture
def history(answers_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command in this process: its status, and what it printed to stdout and to stderr."""

    def history(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["inspections", "history", *words, "--index", str(answers_index)])
        status = 0
        try:
            run()
        except SystemExit as end:
            status = int(end.code or 0)
        printed = capsys.readouterr()
        return status, printed.out, " ".join(printed.err.replace("│", " ").split())

    return history


@pytest.fixture
def dudley(catalogue: Catalogue) -> History:
    return history_of("Dudley", catalogue)


def test_every_event_is_cited_to_words_of_its_own_report(dudley: History, catalogue: Catalogue) -> None:
    """And so is each grade of it."""
    assert [e.citation.source for e in dudley.events] == [SIF_2016, ILACS_2019, VISIT_2020, ILACS_2022, ILACS_2026]
    for event in dudley.events:
        pages = bare(" ".join(page.text for page in catalogue.pages(event.citation.source)))
        for citation in (event.citation, *(cited for _, _, cited in event.grades)):
            assert bare(citation.quote) in pages


def test_a_grade_whose_words_cannot_be_verified_is_left_out(dudley: History) -> None:
    event = replace(dudley.events[1], grades=())
    heads, rows = history_rows(replace(dudley, events=(event,)))
    assert "Inadequate" not in " ".join(rows[0])
    assert len(heads) == len(rows[0])


def test_the_table_says_where_no_overall_grade_is_given(dudley: History) -> None:
    heads, rows = history_rows(dudley)
    overall = heads.index("Overall")
    assert [row[overall] for row in rows] == ["requires improvement", "inadequate", "", "good", "none given"]


def test_in_a_pipe_the_table_is_plain(history: Command) -> None:
    status, out, _ = history("dudley")
    assert status == 0
    assert out.startswith("Dudley: 5 reports and letters held\n")
    assert not set(out) & set("│┃─\x1b")
    assert sum(line.startswith("[") for line in out.split("\n")) == 10  # a row and a source for each


def test_the_json_has_every_grade_with_its_words(history: Command) -> None:
    status, out, _ = history("Dudley", "--json", "--as-of", "2020-01-01")
    told = json.loads(out)
    assert (status, told["authority"], told["as_of"], told["reason"]) == (0, "Dudley", "2020-01-01", None)
    assert [event["source"] for event in told["events"]] == [SIF_2016, ILACS_2019]
    overall = next(grade for grade in told["events"][1]["grades"] if grade["strand"] == "Overall")
    assert (overall["grade"], overall["page"]) == ("inadequate", 1)
    assert "inadequate" in overall["quote"].lower()


def test_a_drawing_is_described_and_keeps_names_as_text(dudley: History, history: Command, tmp_path: Path) -> None:
    """Whatever an authority is called: its name opens no tag."""
    status, _, _ = history("Dudley", "--plot", str(tmp_path / "dudley.svg"))
    assert (status, [path.name for path in tmp_path.iterdir()]) == (0, ["dudley.svg"])
    root = parsed((tmp_path / "dudley.svg").read_text(encoding="utf-8"))
    assert root.findtext(f"{SVG}title") == "Judgements of Dudley's children's services"
    assert "Overall: requires improvement in 2016, inadequate in 2019" in str(root.findtext(f"{SVG}desc"))
    odd = document(history_chart(replace(dudley, authority='A & <script>alert(1)</script> $x$ "B"')))
    assert f"{SVG}script" not in {one.tag for one in parsed(odd).iter()}
    assert "&lt;script&gt;" in odd


@pytest.mark.parametrize("kept", [slice(1, 2), slice(2, 3), slice(4, 5)], ids=["inspection", "visit", "no overall"])
def test_a_single_event_can_be_drawn(dudley: History, kept: slice) -> None:
    chart = history_chart(replace(dudley, events=dudley.events[kept]))
    parsed(chart.svg)
    assert len(chart.rows) == 1


def test_a_report_without_an_overall_grade_is_drawn_as_such(dudley: History) -> None:
    assert "None given" in history_chart(dudley).svg
    assert "None given" not in history_chart(replace(dudley, events=dudley.events[:4])).svg


@pytest.mark.parametrize("name", ["plot.png", "plot", "plot.svg.html"])
def test_another_kind_of_file_is_refused_with_what_to_type(history: Command, tmp_path: Path, name: str) -> None:
    status, out, err = history("Dudley", "--plot", str(tmp_path / name))
    assert (status, out, list(tmp_path.iterdir())) == (2, "", [])
    assert "--plot" in err
    assert ".svg" in err


def test_a_place_that_cannot_be_written_leaves_nothing_behind(history: Command, tmp_path: Path) -> None:
    status, _, err = history("Dudley", "--plot", str(tmp_path / "nowhere" / "plot.svg"))
    assert status == 1
    assert "cannot be written" in err


@pytest.mark.parametrize(
    ("typed", "named"), [("Wolverhamtpon", "Wolverhampton"), ("Dudley Council", "Dudley"), ("leeds", "Leeds")]
)
def test_an_authority_may_be_named_as_people_name_it(typed: str, named: str) -> None:
    assert named_authority(typed) == named


def test_an_unknown_authority_is_wrong_usage_with_the_names_near_it(history: Command) -> None:
    status, out, err = history("Dudly")
    assert (status, out) == (2, "")
    assert "Did you mean Dudley?" in err
    with pytest.raises(QuestionError, match="names 2 authorities"):
        named_authority("Leeds and Dudley")


def test_an_authority_of_which_nothing_is_held_ends_with_what_is_held(history: Command) -> None:
    status, out, err = history("Leeds")
    assert (status, err) == (3, "")
    assert "Dudley and Oldham" in out
    status, out, err = history("Dudley", "--as-of", "2016-05-09")
    assert (status, err) == (3, "")
    assert "5 reports came later" in out


def test_a_day_that_is_none_is_wrong_usage(history: Command) -> None:
    status, _, err = history("Dudley", "--as-of", "last year")
    assert status == 2
    assert "2021-09-07" in err


def test_what_was_out_by_a_day_includes_that_day(catalogue: Catalogue) -> None:
    assert len(history_of("Dudley", catalogue, as_of=date(2016, 5, 10)).events) == 1
    assert history_of("Dudley", catalogue, as_of=date(2016, 5, 9)).events == ()
