"""What an admin writes beside a document wins, and a mistake in it is told in one line that says what to write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from conftest import entry_of

from index.audience import RESTRICTED
from index.describing.sidecar import corrected, sidecar_audience, sidecar_path
from index.errors import ReadError
from index.records import Description, Evidence, How, Interval, Kind
from index.sources import look

FOUND = entry_of().description


def said(folder: Path, text: str | bytes) -> Description:
    path = folder / "a.pdf.meta.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return corrected(FOUND, path)


def test_the_sidecar_bears_the_documents_name_and_its_whole_name_goes_before(tmp_path: Path) -> None:
    assert sidecar_path(tmp_path / "a.b.pdf") == tmp_path / "a.b.meta.yaml"
    (tmp_path / "a.b.pdf.meta.yaml").touch()
    assert sidecar_path(tmp_path / "a.b.pdf") == tmp_path / "a.b.pdf.meta.yaml"
    assert sidecar_path(tmp_path / "a.b.docx") == tmp_path / "a.b.meta.yaml"


def test_a_document_without_a_sidecar_stays_as_it_was_described(tmp_path: Path) -> None:
    assert corrected(FOUND, tmp_path / "none.meta.yaml") is FOUND
    assert said(tmp_path, "") == FOUND
    assert said(tmp_path, "# nothing yet\n") == FOUND


def test_every_field_of_the_sidecar_wins_and_says_so(tmp_path: Path) -> None:
    text = """
    title: Monitoring visit
    publisher: Ofsted
    kind: monitoring visit
    authorities: [City of Bradford, Leeds, Atlantis]
    published: 2019-07-04
    inspected: {start: 2019-06-11, end: 2019-06-12}
    lead_inspector: Jo Smith
    url: https://www.example.org/a
    """
    found = said(tmp_path, text)
    assert (found.title, found.kind, found.authorities) == (
        "Monitoring visit",
        Kind.MONITORING_VISIT,
        ("Bradford", "Leeds", "Atlantis"),
    )
    assert found.published == Interval(date(2019, 7, 4), date(2019, 7, 4))
    assert found.inspected == Interval(date(2019, 6, 11), date(2019, 6, 12))
    assert (found.lead_inspector, found.url, found.judgements) == (
        "Jo Smith",
        "https://www.example.org/a",
        FOUND.judgements,
    )
    stated = {"title", "publisher", "kind", "authorities", "published", "inspected", "lead_inspector", "url"}
    assert {field for field, e in found.evidence.items() if e == Evidence(How.SIDECAR, "a.pdf.meta.yaml")} == stated


def test_fields_that_the_sidecar_leaves_out_keep_their_values_and_evidence(tmp_path: Path) -> None:
    found = said(tmp_path, "title: Another")
    assert found.published == FOUND.published
    assert found.evidence["published"] == FOUND.evidence["published"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a", "no list of fields"),
        ("just words", "no list of fields"),
        ("a: [", "not readable YAML"),
        (b"title: \xff\xfe", "not readable YAML"),
        ("published: 2019-02-31", "not readable YAML"),
        ("[" * 2000, "not readable YAML"),
        ("autorities: [Leeds]", "'autorities', which is no field"),
        ("1: 2", "'1', which is no field"),
        ("kind: report card", "'kind'"),
        ("authorities: Leeds", "'authorities'"),
        ("published: July 2019", "'published'"),
        ("published: {start: 2019-07-04, end: 2019-07-01}", "'published'"),
        ("inspected: {start: 2019-07-04}", "'inspected'"),
        ("title: ''", "'title'"),
        ("title: 7", "'title'"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_the_name_and_a_cure(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(ReadError) as error:
        said(tmp_path, text)
    assert told in error.value.what
    assert "a.pdf.meta.yaml" in error.value.what
    assert error.value.cure.startswith(("write ", "use "))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["a.pdf.meta.yml", "a.pdf.META.YAML", "a.meta.yml"])
def test_a_sidecar_that_is_misnamed_cannot_be_used_and_the_right_name_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("audience: internal")
    (tmp_path / "a.pdf").write_text("x")
    for use in (sidecar_audience, lambda path: corrected(FOUND, path)):
        with pytest.raises(ReadError, match=f"is there as {name}"):
            use(sidecar_path(tmp_path / "a.pdf"))
    before = look(tmp_path)
    assert before.access.decided_by_name("a.pdf", "0" * 64)[0] == (RESTRICTED,)
    (tmp_path / name).rename(tmp_path / "a.meta.yaml")
    after = look(tmp_path)
    assert after.access.decided_by_name("a.pdf", "0" * 64)[0] == ("internal",)
    assert before.sidecars != after.sidecars


@pytest.mark.parametrize("name", ["a.pdf.meta.yaml", "a.meta.yaml"])
@pytest.mark.parametrize("link", [True, False])
def test_a_sidecar_that_is_no_file_cannot_be_used(tmp_path: Path, name: str, link: bool) -> None:
    (tmp_path / "a.pdf").write_text("x")
    beside = tmp_path / name
    if link:
        beside.symlink_to("/nowhere/a.yaml")
    else:
        beside.mkdir()
    found = look(tmp_path)
    assert found.sidecars == {"a.pdf": ""}
    assert found.access.decided_by_name("a.pdf", "0" * 64)[0] == (RESTRICTED,)
    with pytest.raises(ReadError, match=f"{name} is no file"):
        corrected(FOUND, sidecar_path(tmp_path / "a.pdf"))
