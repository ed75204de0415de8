"""Results as a sweep writes them, from a rule instead of training: loss falls with the logarithm of parameters, each
family has an offset, each seed and each chunk its own noise. The same arguments give the same results."""

from __future__ import annotations

import hashlib
import json
import math
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.frontier import results

SIZES = {"6k": 6_000, "16k": 16_500, "60k": 60_800, "160k": 162_000, "400k": 401_000, "1m": 990_000}
FAMILIES: dict[str, dict[str, Any]] = {
    "ternary": {"kind": "atome_ternary", "drop": "", "variants": ["f32", "q15", "q15kv8"]},
    "ternary_no_local": {"kind": "atome_ternary", "drop": "local", "variants": ["f32", "q15kv8"]},
    "plain_fp32": {"kind": "plain_fp32", "drop": "", "variants": ["plain"]},
    "plain_int8": {"kind": "plain_int8", "drop": "", "variants": ["plain"]},
}
OFFSETS = {"ternary": 0.12, "ternary_no_local": 0.20, "plain_fp32": 0.0, "plain_int8": 0.002}  # nats a byte
BYTES = {"ternary": 0.25, "plain_fp32": 4.0, "plain_int8": 1.1}                                # of flash, a parameter
CORES = {"m0": 9.0, "m3": 4.0, "m4f": 3.0, "m7": 1.5}                                          # cycles a parameter
SLOWER = {"f32": 1.6, "q15": 1.0, "q15kv8": 1.1, "plain": 0.8}


def _seeded(*words: Any) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(repr(words).encode()).digest()[:8], "little"))


def _losses(text: str, budget: str, family: str, size: str, seed: int, chunks: int) -> NDArray[Any]:
    trained_as = "plain_fp32" if family == "plain_int8" else family
    hard = _seeded("chunks", text).normal(0, 0.25, chunks)
    own = _seeded("own", text, budget, trained_as, size, seed)
    mean = 3.3 - 0.16 * math.log(SIZES[size]) + OFFSETS[family] - (0.1 if budget == "long" else 0.0) + own.normal(0, 0.008)
    return np.maximum(64 * (mean + hard + own.normal(0, 0.05, chunks)), 1.0).astype(np.float32)


def _trainings(texts: Sequence[str], budgets: Sequence[str], sizes: Sequence[str], families: Sequence[str],
               seeds: Sequence[int], chunks: int, losses: dict[str, NDArray[Any]]) -> list[dict[str, Any]]:
    rows = []
    for text in texts:
        for budget in budgets:
            for family in families:
                for size in sizes:
                    if FAMILIES[family]["drop"] and size != "60k":
                        continue
                    for seed in seeds:
                        nats = _losses(text, budget, family, size, seed, chunks)
                        losses[f"{text}-{budget}-{family}-{size}-s{seed}"] = nats
                        perplexity = math.exp(float(np.mean(nats, dtype=np.float64)) / 64)
                        rows.append({
                            "text": text, "budget": budget, "family": family, "size": size, "seed": seed, "rate": 0.006,
                            "config": f"size={size},{'n_heads=4,' if 'plain' in family else ''}max_seq=64",
                            "parameters": SIZES[size], "validation_perplexity": round(0.98 * perplexity, 4),
                            "test_perplexity": round(perplexity, 6),
                            "engine_perplexity": {variant: perplexity * (1.002 if "kv8" in variant else 1.0)
                                                  for variant in FAMILIES[family]["variants"]},
                            "file_bytes": SIZES[size] // 4, "sha256": "ab" * 32, "train_cpu_seconds": 60.0})
    return rows


def _costs(sizes: Sequence[str], families: Sequence[str], cores: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for family in families:
        if FAMILIES[family]["drop"]:
            continue
        for size in sizes:
            for variant in FAMILIES[family]["variants"]:
                for positions in (64, 256):
                    flash = int(14_000 + BYTES[family] * SIZES[size]) + (900 if variant != "plain" else 0)
                    ram = int(2_000 + (0.02 if "kv8" in variant else 0.05) * SIZES[size] * positions / 64)
                    each = {"family": family, "size": size, "variant": variant, "positions": positions}
                    for core in cores:
                        cycles = CORES[core] * SLOWER[variant] * (20_000 + SIZES[size]) * (1 + positions / 256)
                        rows.append(each | {"core": core, "board": "", "cycles_per_token": cycles, "flash_bytes": flash,
                                            "ram_bytes": ram})
                    board = each | {"core": "m3", "board": "bluepill", "fits": flash <= 65_536 and ram <= 20_480}
                    if board["fits"]:
                        cycles = 5.0 * SLOWER[variant] * SIZES[size]
                        board |= {"cycles_per_token": cycles, "tokens_per_second": 72e6 / cycles, "flash_bytes": flash,
                                  "ram_bytes": ram, "place": "flash"}
                    else:
                        board |= {"why": f"flash: needs {flash} of 65536 bytes"}
                    rows.append(board)
    return rows


def make(texts: Sequence[str] = ("tinystories", "builtin"), budgets: Sequence[str] = ("base", "long"),
         sizes: Sequence[str] = tuple(SIZES), families: Sequence[str] = tuple(FAMILIES), seeds: Sequence[int] = (0, 1, 2),
         cores: Sequence[str] = tuple(CORES), chunks: int = 120) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """results.json's object, and losses.npz's arrays."""
    losses: dict[str, NDArray[Any]] = {}
    trainings = _trainings(texts, budgets, sizes, families, seeds, chunks, losses)
    return {
        "schema": results.SCHEMA, "about": "Made up for a test", "seeds": list(seeds), "rates": [0.006, 0.015],
        "texts": {name: {"file": f"{name}.txt", "sha256": "cd" * 32, "train_tenths": 8} for name in texts},
        "budgets": {name: {"steps": 3000 if name == "long" else 1000, "batch": 16, "sequence": 64} for name in budgets},
        "families": {name: FAMILIES[name] for name in families}, "search": [], "trainings": trainings,
        "costs": _costs(sizes, families, cores)}, losses


def parsed(whole: Mapping[str, Any], losses: Mapping[str, NDArray[Any]]) -> results.Results:
    return results.parse(json.dumps(whole), losses, pathlib.Path("results.json"))


def write(folder: pathlib.Path, whole: Mapping[str, Any], losses: Mapping[str, NDArray[Any]]) -> pathlib.Path:
    """Both files; returns the path of results.json."""
    path = folder / "results.json"
    path.write_text(json.dumps(whole))
    with open(folder / results.LOSSES, "wb") as file:
        np.savez_compressed(file, **dict(losses))
    return path
