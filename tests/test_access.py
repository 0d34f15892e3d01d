"""Who may read a document: what is said first counts, and what cannot be read might have said anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.audience import PUBLIC, RESTRICTED, Audience
from index.describing.access import Access, read_access
from index.records import Document, How, Page, Properties
from index.sources import look

SECRET = (RESTRICTED,)
EVERYBODY = (PUBLIC,)
MARKING = "NOT FOR PUBLICATION"


def document(source: str, text: str = "Caseloads are high.", sha256: str = "a" * 64) -> Document:
    return Document(source, sha256, (Page(1, text),), (), Properties())


def write(root: Path, **files: str) -> None:
    """Write files by their path, in which `__` stands for a slash and `_DOT_` for a dot."""
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def said(root: Path, source: str = "a/b/paper.pdf", text: str = "Caseloads are high.") -> Audience:
    return read_access(root, {source: "a" * 64}).decided(document(source, text))[0]


def test_without_a_word_of_anybody_a_document_is_public_and_there_is_no_evidence(tmp_path: Path) -> None:
    assert read_access(tmp_path, {"a.pdf": "a" * 64}).decided(document("a.pdf")) == (EVERYBODY, None)
    assert Access(tmp_path).decided(document("a.pdf")) == (EVERYBODY, None)


def test_the_nearest_folder_counts(tmp_path: Path) -> None:
    write(tmp_path, access_DOT_yaml="audience: internal")
    assert said(tmp_path) == ("internal",)
    write(tmp_path, a__access_DOT_yaml="audience: [legal, finance]")
    assert said(tmp_path) == ("finance", "legal")
    write(tmp_path, a__b__access_DOT_yaml="audience: public")
    assert said(tmp_path) == EVERYBODY
    write(tmp_path, a__c__access_DOT_yaml="audience: restricted")
    assert said(tmp_path) == EVERYBODY


def test_a_marking_wins_over_a_folder_and_a_named_file_and_a_sidecar_over_the_marking(tmp_path: Path) -> None:
    write(tmp_path, a__b__access_DOT_yaml="audience: public")
    assert said(tmp_path, text=MARKING) == SECRET
    write(tmp_path, a__access_DOT_yaml="files: {b/paper.pdf: internal}")
    assert said(tmp_path, text=MARKING) == ("internal",)
    write(tmp_path, a__b__access_DOT_yaml="{audience: public, files: {paper.pdf: legal}}")
    assert said(tmp_path, text=MARKING) == ("legal",)
    write(tmp_path, a__b__paper_DOT_meta_DOT_yaml="audience: public")
    assert said(tmp_path, text=MARKING) == EVERYBODY


def test_a_pattern_counts_as_a_folder_does_and_the_strictest_that_fits(tmp_path: Path) -> None:
    write(tmp_path, a__access_DOT_yaml='{audience: public, files: {"*.PDF": [one, two], "b/p*": [two, three]}}')
    assert said(tmp_path) == ("two",)
    assert said(tmp_path, text=MARKING) == SECRET  # nobody has looked at the very file
    assert said(tmp_path, "a/b/paper.docx") == ("three", "two")
    assert said(tmp_path, "a/paper.docx") == EVERYBODY


def test_a_name_with_brackets_is_the_very_file_if_there_is_one(tmp_path: Path) -> None:
    write(tmp_path, access_DOT_yaml='files: {"paper [1].pdf": internal}')
    assert said(tmp_path, "paper [1].pdf", MARKING) == ("internal",)


def test_letters_with_accents_are_the_same_however_they_are_composed(tmp_path: Path) -> None:
    write(tmp_path, access_DOT_yaml="files: {caf\u00e9.pdf: internal}")
    assert said(tmp_path, "cafe\u0301.pdf") == ("internal",)


def test_the_evidence_says_where_it_was_read(tmp_path: Path) -> None:
    access = read_access(tmp_path, {"a/x.pdf": "a" * 64})
    audience, why = access.decided(document("a/x.pdf", MARKING))
    assert why is not None
    assert (audience, why.how, why.words, why.page) == (SECRET, How.STATED, MARKING, 1)
    write(tmp_path, a__access_DOT_yaml="files: {x.pdf: internal}")
    _, why = read_access(tmp_path, {"a/x.pdf": "a" * 64}).decided(document("a/x.pdf", MARKING))
    assert why is not None
    assert (why.how, why.words) == (How.SIDECAR, "a/access.yaml")


BROKEN = [
    "",
    "# nothing yet",
    "audience: [",
    "audience:",
    "audience: []",
    "audience: yes",
    "audience: 7",
    "audience: Internal Staff",
    "audience: [public, internal]",
    "audience: [restricted, internal]",
    "audiance: internal",
    "audience: internal\naudience: public",
    "files: [paper.pdf]",
    "files: {paper.pdf: }",
    "files: {other.pdf: internal, other.pdf: public}",
    "just words",
    "[" * 3000,
    "audience: !!python/object:os.system internal",
]


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("folder", ["", "a__", "a__b__"])
def test_an_access_file_that_cannot_be_used_restricts_what_it_governs_and_is_complained_of(
    tmp_path: Path, text: str, folder: str
) -> None:
    write(tmp_path, **{f"{folder}access_DOT_yaml": text})
    access = read_access(tmp_path, {"a/b/paper.pdf": "a" * 64, "c.pdf": "c" * 64})
    assert access.decided(document("a/b/paper.pdf"))[0] == SECRET
    assert access.decided(document("c.pdf", sha256="c" * 64))[0] == (EVERYBODY if folder else SECRET)
    (fault,) = access.faults
    assert fault.source == f"{folder.replace('__', '/')}access.yaml"
    assert fault.cure
    assert "\n" not in f"{fault.reason} {fault.cure}"


def test_a_file_that_is_named_nearer_than_the_broken_one_is_decided(tmp_path: Path) -> None:
    write(
        tmp_path,
        access_DOT_yaml="audience: [",
        a__b__access_DOT_yaml="{audience: public, files: {paper.pdf: internal}}",
    )
    assert said(tmp_path) == ("internal",)
    assert said(tmp_path, "a/b/other.pdf") == SECRET  # the broken one may have named it


def test_bytes_that_are_no_text_and_names_that_are_nearly_right_restrict(tmp_path: Path) -> None:
    (tmp_path / "access.yaml").write_bytes(b"audience: \xff\xfe")
    assert said(tmp_path) == SECRET
    (tmp_path / "access.yaml").rename(tmp_path / "access.yml")
    assert said(tmp_path) == SECRET
    (tmp_path / "access.yml").rename(tmp_path / "Access.yaml")
    access = read_access(tmp_path, {"a.pdf": "a" * 64})
    assert access.decided(document("a.pdf"))[0] == SECRET
    assert "rename it to access.yaml" in access.faults[0].cure


def test_a_mark_at_the_beginning_of_the_file_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "access.yaml").write_bytes(b"\xef\xbb\xbfaudience: internal\r\n")
    assert said(tmp_path) == ("internal",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_access_file_that_may_not_be_opened_restricts(tmp_path: Path) -> None:
    write(tmp_path, access_DOT_yaml="audience: public")
    (tmp_path / "access.yaml").chmod(0)
    assert said(tmp_path) == SECRET


def test_an_access_file_that_is_a_folder_restricts(tmp_path: Path) -> None:
    (tmp_path / "access.yaml").mkdir()
    assert said(tmp_path) == SECRET


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("audience: [", SECRET),
        ("audience:", SECRET),
        ("audiance: public", SECRET),
        ("audience: everybody here", SECRET),
        ("audience: public\naudience: internal", SECRET),
        ("- a", SECRET),
        ("title: 7\naudience: legal", ("legal",)),  # the mistake is elsewhere
        ("title: Another", ("internal",)),
        ("", ("internal",)),
    ],
)
def test_a_sidecar_that_cannot_be_used_restricts_its_document(tmp_path: Path, text: str, audience: Audience) -> None:
    write(tmp_path, access_DOT_yaml="audience: internal", a__b__paper_DOT_pdf_DOT_meta_DOT_yaml=text)
    assert said(tmp_path) == audience


def test_a_file_named_that_is_not_there_is_complained_of(tmp_path: Path) -> None:
    write(tmp_path, a__access_DOT_yaml='files: {papers.pdf: internal, b/paper.pdf: legal, "*.eml": internal}')
    faults = read_access(tmp_path, {"a/b/paper.pdf": "a" * 64}).faults
    assert [(fault.source, fault.reason) for fault in faults] == [
        ("a/access.yaml", "names papers.pdf, which is not there"),
        ("a/access.yaml", "names *.eml, which fits no file"),
    ]
    assert said(tmp_path) == ("legal",)


@pytest.mark.parametrize("name", ["./*.pdf", "/a/*", "a\\\\*", "a/../x.pdf", "a/b/", "a//b", ""])
def test_a_name_that_can_be_no_file_restricts_and_is_complained_of(tmp_path: Path, name: str) -> None:
    write(tmp_path, access_DOT_yaml=f'files: {{"{name}": internal}}')
    assert said(tmp_path) == SECRET
    (fault,) = read_access(tmp_path, {"a/b/paper.pdf": "a" * 64}).faults
    assert "can be no file" in fault.reason


@pytest.mark.parametrize("name", ["a", "a/b"])
def test_a_folder_that_is_named_restricts_and_it_is_told_what_to_do(tmp_path: Path, name: str) -> None:
    write(tmp_path, access_DOT_yaml=f"files: {{{name}: internal}}")
    assert said(tmp_path) == SECRET
    (fault,) = read_access(tmp_path, {"a/b/paper.pdf": "a" * 64}).faults
    assert (fault.reason, fault.cure) == (
        f"names {name}, which is a folder",
        "put an access.yaml into that folder instead",
    )


def test_copies_are_read_by_those_who_may_read_all_of_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        a__access_DOT_yaml="audience: [one, two]",
        b__access_DOT_yaml="audience: [two, three]",
        c__access_DOT_yaml="audience: four",
    )
    hashes = {"a/x.pdf": "1" * 64, "b/y.pdf": "1" * 64, "z.pdf": "1" * 64, "c/w.pdf": "2" * 64, "b/v.pdf": "2" * 64}
    access = read_access(tmp_path, hashes)
    for source in ("a/x.pdf", "b/y.pdf", "z.pdf"):
        assert access.decided(document(source, sha256="1" * 64))[0] == ("two",)
        assert access.decided_by_name(source, "1" * 64)[0] == ("two",)
    assert access.decided(document("c/w.pdf", sha256="2" * 64))[0] == SECRET


def test_a_change_of_an_access_file_is_noticed(tmp_path: Path) -> None:
    write(tmp_path, a__x_DOT_txt="Text.")
    before = look(tmp_path).access.hashes
    write(tmp_path, a__access_DOT_yaml="audience: internal")
    after = look(tmp_path).access.hashes
    assert (dict(before), list(after)) == ({}, ["a/access.yaml"])
    write(tmp_path, a__access_DOT_yaml="audience: public")
    assert look(tmp_path).access.hashes != after


ANY = st.sampled_from([None, "public", "internal", "[one, two]", "restricted", "[["])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sidecar=ANY, named=ANY, near=ANY, far=ANY, marked=st.booleans())
def test_the_first_that_says_anything_counts_and_what_is_broken_restricts(  # noqa: PLR0917
    tmp_path: Path, sidecar: str | None, named: str | None, near: str | None, far: str | None, marked: bool
) -> None:
    """Held against the rules written down once more, in their plainest form."""
    for path, text in (
        ("a/x.meta.yaml", sidecar and f"audience: {sidecar}"),
        (
            "a/access.yaml",
            "\n".join(filter(None, [near and f"audience: {near}", named and f"files: {{x.pdf: {named}}}"])),
        ),
        ("access.yaml", far and f"audience: {far}"),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).unlink(missing_ok=True)
        if text:
            (tmp_path / path).write_text(text)
    if sidecar:
        expected = sidecar
    elif "[[" in (near, named):
        expected = "restricted"
    elif named:
        expected = named
    elif marked or far == "[[":
        expected = "restricted"
    else:
        expected = near or far or "public"
    wanted = SECRET if expected == "[[" else tuple(sorted(expected.strip("[]").split(", ")))
    assert said(tmp_path, "a/x.pdf", MARKING if marked else "Text.") == wanted
