#!/usr/bin/env python3
"""The line rules of C4 and of RefinedWeb beside descrape, on the same labelled lines.

    python3 benches/line_rules.py --program target/release/descrape ../shared/data/dev/labelled/*.jsonl.zst

A rule *claims* a line by removing it. Precision is the share of claimed lines that people labelled as artifacts, recall the
share of artifact lines that are claimed; lines labelled -1 do not count. Records are those of the versions `window` and
`readability` of which at least 0.8 of the clean text was found again.

Sources: Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 2.2, and the c4 cleaning code of TensorFlow
Datasets; Penedo et al. 2023, "The RefinedWeb Dataset for Falcon LLM", appendix G.2. Needs nothing but the standard library
and, for .zst files, the program `zstd`.
"""
import argparse
import collections
import json
import re
import subprocess
import tempfile

# C4: a line must end in a terminal mark, have five words or more, and say nothing of these.
TERMINAL = (".", "?", "!", '"', "”")
POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")


def c4(line):
    lower = line.lower()
    return (
        not line.endswith(TERMINAL)
        or line.endswith("...")
        or len(line.split()) < 5
        or "javascript" in lower
        or any(words in lower for words in POLICY)
    )


COUNTER = re.compile(r"^\W*\d(?:,|\.|\d)*(?:K|k|M|m|B|b)?\s+(?:likes?|shares?|comments?|retweets?|reposts?|quotes?|"
                     r"bookmarks?|upvotes?|downvotes?|downloads?|views?|followers?)\W*$", re.IGNORECASE)
EDGES = re.compile(r"^sign-?in|^log ?in|read more\W*$|items in cart", re.IGNORECASE)


def refinedweb(line):
    letters = [c for c in line if c.isalpha()]
    words = line.split()
    return (
        (bool(letters) and sum(c.isupper() for c in letters) > 0.5 * len(letters))
        or not letters
        or bool(COUNTER.match(line))
        or len(words) == 1
        or (len(words) <= 10 and bool(EDGES.search(line)))
    )


def records(paths):
    for path in paths:
        if path.endswith(".zst"):
            data = subprocess.run(["zstd", "-dqc", path], capture_output=True, check=True).stdout
        else:
            with open(path, "rb") as file:
                data = file.read()
        for line in data.split(b"\n"):
            if line:
                record = json.loads(line)
                if record["version"] in ("window", "readability") and (record["gold_recovered"] or 0) >= 0.8:
                    yield record


def score(count, labels, claims):
    for label, claimed in zip(labels, claims):
        if label != -1:
            count[label, claimed] += 1


def show(name, count):
    true, false, missed = count[1, True], count[0, True], count[1, False]
    precision = true / (true + false) if true + false else float("nan")
    recall = true / (true + missed) if true + missed else float("nan")
    return f"{name:<12} {true:>7} {false:>7} {precision:>10.3f} {recall:>7.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+", metavar="LABELLED")
    parser.add_argument("--program", help="the descrape program, to be set beside them")
    args = parser.parse_args()
    counts = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
    kept = list(records(args.paths))
    for record in kept:
        for group in (record["version"], f"{record['version']} {record['source']}"):
            for name, rule in (("C4", c4), ("RefinedWeb", refinedweb)):
                score(counts[group][name], record["labels"], [rule(line.strip()) for line in record["lines"]])
    ours = {}
    if args.program:
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            for record in kept:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
            file.flush()
            command = [args.program, "eval", file.name, "--by", "version,source", "--output-format", "json"]
            report = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        ours = {" ".join(group["group"]): group for group in report["groups"]}
    for group in sorted(counts, key=lambda group: (" " in group, group)):
        print(f"\n{group:<12} {'true':>7} {'false':>7} {'precision':>10} {'recall':>7}")
        for name, count in counts[group].items():
            print(show(name, count))
        if group in ours:
            row = ours[group]
            shares = [float("nan") if row[key] is None else row[key] for key in ("precision", "recall")]
            print(f"{'descrape':<12} {row['true']:>7} {row['false']:>7} {shares[0]:>10.3f} {shares[1]:>7.3f}")


if __name__ == "__main__":
    main()
