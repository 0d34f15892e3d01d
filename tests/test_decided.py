"""What was decided about readers holds for every generation, at every moment of a build and after going back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import entry_of
from small_index import RULES, STEPS, SmallEmbedder, build_small

import index.build as building
from index.audience import EVERYONE, Clearance, View, cleared_for
from index.build import BuildResult
from index.catalogue import Catalogue, CatalogueWriter
from index.describing.undated import date_undated
from index.entry import opened_to
from index.generation import current_id, open_current
from index.keeping import roll_back
from index.reading import folder
from index.records import Description, Document, Interval
from index.sources import Sources
from index.standing import FILE, Standing, Withdrawal, change_standing, read_standing

INTERNAL = cleared_for(["internal"])


class Unlooked:
    """In the place of the process that looks a new generation over: that is tested elsewhere, and takes a second."""

    def __enter__(self) -> Unlooked:
        return self

    def __exit__(self, *_: object) -> None: ...
    def begin(self, folder: Path, place: object = None) -> None: ...
    def end(self) -> None: ...


@pytest.fixture(autouse=True)
def _unlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "Verifier", Unlooked)


def describe(sources: Sources, document: Document, base_url: str | None) -> Description:
    """Who may read it is found out as the project does."""
    return opened_to(sources.access, document, STEPS.describe(sources, document, base_url))


def made(home: Path) -> BuildResult:
    return build_small(home / "index", home / "docs", steps=replace(STEPS, describe=describe))[0]


def write(home: Path, **files: str) -> None:
    (home / "docs" / "secret").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (home / "docs" / name.replace("__", "/").replace("_DOT_", ".")).write_text(text, encoding="utf-8")


def seen(home: Path, clearance: Clearance = EVERYONE) -> set[str]:
    with open_current(home / "index", SmallEmbedder.id, RULES, clearance) as opened:
        return set(opened.catalogue.hashes())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An index of two documents that everybody may read."""
    write(tmp_path, a_DOT_txt="Leeds. Caseloads are high.", secret__b_DOT_txt="Leeds. Caseloads are low.")
    made(tmp_path)
    assert seen(tmp_path) == {"a.txt", "secret/b.txt"}
    return tmp_path


def test_an_index_of_which_all_is_public_has_no_such_file(home: Path) -> None:
    assert not (home / "index" / FILE).exists()
    assert made(home).changed is False


def test_a_decision_narrows_older_generations_too_and_going_back_undoes_it_not(home: Path) -> None:
    write(home, secret__access_DOT_yaml="audience: internal")
    assert made(home).changed
    assert (seen(home), seen(home, INTERNAL)) == ({"a.txt"}, {"a.txt", "secret/b.txt"})
    roll_back(home / "index")
    assert (seen(home), seen(home, INTERNAL)) == ({"a.txt"}, {"a.txt", "secret/b.txt"})


def test_what_newer_generations_have_counts_though_the_decisions_are_lost(home: Path) -> None:
    write(home, secret__access_DOT_yaml="audience: internal", a_DOT_txt="Leeds. Caseloads are higher.")
    write(home, access_DOT_yaml="files: {a.txt: internal}")
    made(home)
    (home / "index" / FILE).unlink()
    catalogue = home / "index" / "generations" / "000002" / "chroma" / "chroma.sqlite3"
    whole = catalogue.read_bytes()
    catalogue.write_bytes(b"x" * len(whole))
    assert (seen(home), seen(home, INTERNAL)) == (set(), {"a.txt", "secret/b.txt"})  # fallen back
    catalogue.write_bytes(whole)
    roll_back(home / "index")
    assert (seen(home), seen(home, INTERNAL)) == (set(), {"a.txt", "secret/b.txt"})
    with open_current(home / "index", SmallEmbedder.id, RULES) as opened:
        other = opened.seen_with(View())  # as who serves several readers opens it
        assert set(other.catalogue.hashes()) == set()
        other.catalogue.close()


def test_an_earlier_version_is_read_by_no_more_than_the_one_that_took_its_place(home: Path) -> None:
    write(home, secret__b_DOT_txt="Leeds. Caseloads are lower still.", secret__access_DOT_yaml="audience: internal")
    made(home)
    roll_back(home / "index")
    assert seen(home) == {"a.txt"}


def test_of_a_document_that_was_removed_its_folder_still_decides(home: Path) -> None:
    write(home, secret__access_DOT_yaml="audience: internal", secret__c_DOT_txt="Leeds. Caseloads.")
    (home / "docs" / "secret" / "b.txt").unlink()
    made(home)
    roll_back(home / "index")
    assert seen(home) == {"a.txt"}


def test_a_folder_that_holds_no_document_any_more_still_decides(home: Path) -> None:
    write(home, secret__access_DOT_yaml="audience: restricted", c_DOT_txt="Leeds. Caseloads.")
    (home / "docs" / "secret" / "b.txt").unlink()
    made(home)
    roll_back(home / "index")
    assert (seen(home), seen(home, INTERNAL)) == ({"a.txt"}, {"a.txt"})


def test_what_is_widened_is_seen_and_no_longer_kept_among_the_decisions(home: Path) -> None:
    write(home, secret__access_DOT_yaml="audience: internal")
    made(home)
    assert list(read_standing(home / "index").audiences.values()) == [("internal",)]
    (home / "docs" / "secret" / "access.yaml").unlink()
    made(home)
    assert read_standing(home / "index").audiences == {}
    assert seen(home) == {"a.txt", "secret/b.txt"}


@pytest.mark.parametrize(
    ("step", "narrowing"),
    [("narrow", True), ("publish", True), ("settle", True), ("publish", False), ("settle", False)],
)
def test_a_build_that_dies_on_the_way_shows_never_more_than_was_decided(
    home: Path, monkeypatch: pytest.MonkeyPatch, step: str, narrowing: bool
) -> None:
    """It dies as the step begins; the next build settles what was left."""
    rule = home / "docs" / "secret" / "access.yaml"
    rule.write_text("audience: public" if narrowing else "audience: internal")
    made(home)
    rule.write_text("audience: internal" if narrowing else "audience: public")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(building, step, die)
        with pytest.raises(KeyboardInterrupt):
            made(home)
    if narrowing and step == "narrow":
        assert current_id(home / "index") == "000002"  # nothing was decided yet
    else:
        assert seen(home) == {"a.txt"}
    made(home)
    assert seen(home) == ({"a.txt"} if narrowing else {"a.txt", "secret/b.txt"})


def test_a_withdrawal_made_meanwhile_is_kept(home: Path) -> None:
    def withdrawn(now: Standing) -> Standing:
        return replace(now, withdrawn=(Withdrawal("x", "f" * 64, datetime.now(UTC), "admin", ""),))

    change_standing(home / "index", withdrawn)
    write(home, secret__access_DOT_yaml="audience: internal")
    made(home)
    assert read_standing(home / "index").hashes == {"f" * 64}
    assert seen(home) == {"a.txt"}


def test_a_document_that_cannot_be_read_now_is_kept_for_no_more_than_might_read_it_then_or_may_now(home: Path) -> None:
    """A file that begins with BAD is damaged, and its earlier text is kept."""
    write(home, secret__b_DOT_txt="BAD", secret__access_DOT_yaml="audience: internal")
    assert "its text as indexed before is kept" in made(home).skipped[0].reason
    assert (seen(home), seen(home, INTERNAL)) == ({"a.txt"}, {"a.txt", "secret/b.txt"})
    write(home, secret__access_DOT_yaml="audience: public")
    made(home)
    assert seen(home) == {"a.txt"}  # it was narrower before, and nobody has looked into it since
    write(home, secret__b_DOT_meta_DOT_yaml="audiance: internal")
    made(home)
    assert seen(home, INTERNAL) == {"a.txt"}  # the sidecar might restrict it
    (home / "docs" / "secret" / "b.meta.yaml").unlink()
    write(home, secret__b_DOT_txt="Caseloads are low.")
    made(home)
    assert seen(home) == {"a.txt", "secret/b.txt"}


def test_evidence_names_no_document_that_is_not_seen_any_more(tmp_path: Path) -> None:
    """In a generation in which a date was lent by a document that has been restricted since."""
    shared = "Every duty team in Leeds was told to hand its open cases over to the new hub by the first week of May."
    published = Interval(date(2019, 7, 4), date(2019, 7, 4))
    blog = entry_of("blog.txt", (shared,), publisher="The Post", published=None)
    lender = entry_of("secret/lender.md", (shared,), published=published)
    dated = [(lender.document, lender.description)]
    lent = date_undated([(blog.document, blog.description)], lambda _about: dated)["blog.txt"]
    with CatalogueWriter(tmp_path / "catalogue") as writer:
        for one in (replace(blog, description=lent), lender):
            writer.add(one)

    def told(view: View) -> str:
        catalogue = Catalogue(tmp_path / "catalogue", view)
        said = {one.source: one.description for one in catalogue.documents()}["blog.txt"]
        assert catalogue.entry("blog.txt").description == said
        catalogue.close()
        return said.evidence["published"].words

    assert "secret/lender.md" in told(View())
    narrowed = frozenset({(lender.document.sha256, ("internal",))})
    assert "secret/lender.md" in told(View(INTERNAL, frozenset(), narrowed))
    assert "lender" not in told(View(EVERYONE, frozenset(), narrowed))
    assert "lender" not in told(View(INTERNAL, frozenset({lender.document.sha256})))


def same_twice(home: Path) -> None:
    """A document for some, in a folder of theirs, and the same bytes among those for everybody."""
    write(home, secret__access_DOT_yaml="audience: internal", c_DOT_txt="Leeds. Caseloads are low.")
    assert made_as_found(home).skipped[0].reason == "is the same file as c.txt"
    assert seen(home) == {"a.txt"}


def made_as_found(home: Path) -> BuildResult:
    steps = replace(STEPS, describe=describe, find=folder.find)
    return build_small(home / "index", home / "docs", steps=steps)[0]


def test_a_folder_that_cannot_be_opened_makes_no_copy_public(home: Path) -> None:
    same_twice(home)
    (home / "docs" / "secret").rename(home / "aside")
    (home / "docs" / "secret").symlink_to(home / "aside")  # leads out: nobody follows it
    made_as_found(home)
    assert (seen(home), seen(home, INTERNAL)) == ({"a.txt"}, {"a.txt", "c.txt"})
    write_beside = home / "docs" / "c.meta.yaml"
    write_beside.write_text("audience: public")  # described anew from an index that knows of one name only
    made_as_found(home)
    assert seen(home) == {"a.txt"}
    write_beside.unlink()
    made_as_found(home)
    assert seen(home) == {"a.txt"}
    (home / "docs" / "secret").unlink()  # now it is gone
    made_as_found(home)
    assert seen(home) == {"a.txt", "c.txt"}


def test_a_folder_that_can_be_opened_again_decides_again(home: Path) -> None:
    same_twice(home)
    (home / "docs" / "secret").rename(home / "aside")
    (home / "docs" / "secret").symlink_to(home / "aside")
    made_as_found(home)
    (home / "docs" / "secret").unlink()
    (home / "aside").rename(home / "docs" / "secret")
    write(home, secret__access_DOT_yaml="audience: public")
    made_as_found(home)
    assert seen(home) == {"a.txt", "c.txt"}
