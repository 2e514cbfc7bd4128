#!/usr/bin/env python3
"""ftfy and descrape on the same damaged strings: where they agree, who is better, who is worse, and at what.

    python3 benches/compare_ftfy.py --program target/release/descrape

`ftfy_strings.tsv` holds damaged strings of sections B to D of the table in rules/README.md and honest ones, each with what a careful editor
would make of it; where ftfy's documentation prescribes something else on purpose (it straightens quotes, for one), that is
switched off. ftfy 6.3.1 comes from the Python registry into a folder of its own, and goes with it.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import venv

FTFY = "ftfy==6.3.1"
RUN = """
import ftfy, json, sys
config = ftfy.TextFixerConfig(uncurl_quotes=False, explain=False)
for line in sys.stdin:
    print(json.dumps(ftfy.fix_text(json.loads(line), config)))
"""
HERE = pathlib.Path(__file__).parent


def strings():
    for line in (HERE / "ftfy_strings.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, damaged, clean = line.split("\t")
            yield kind, *(json.loads('"' + text.replace('\\"', '"').replace('"', '\\"') + '"') for text in (damaged, clean))


def with_ftfy(texts, folder):
    venv.create(folder / "python", with_pip=True)
    python = folder / "python" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", FTFY], check=True)
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run([python, "-c", RUN], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def with_descrape(texts, folder, program):
    # In a sentence, as rules look at what stands around.
    before, after = "The clerk wrote it down: ", " and went home.\n"
    (folder / "in.jsonl").write_text(
        "".join(json.dumps({"text": before + text + after}) + "\n" for text in texts), encoding="utf-8"
    )
    command = [program, "fix", str(folder / "in.jsonl"), "--output", str(folder / "out"), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode > 1:
        sys.exit(done.stderr)
    fixed = []
    for line in (folder / "out" / "in.jsonl").read_text(encoding="utf-8").split("\n"):
        if line:
            fixed.append(json.loads(line)["text"].removeprefix(before).removesuffix(after))
    return fixed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default="target/release/descrape", help="the descrape program")
    args = parser.parse_args()
    rows = list(strings())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        theirs = with_ftfy([damaged for _, damaged, _ in rows], folder)
        ours = with_descrape([damaged for _, damaged, _ in rows], folder, args.program)
    groups = collections.defaultdict(list)
    for (kind, damaged, clean), they, we in zip(rows, theirs, ours):
        verdict = {
            (True, True): "both right",
            (True, False): "ftfy alone is right",
            (False, True): "descrape alone is right",
            (False, False): "neither is right",
        }[they == clean, we == clean]
        groups[verdict].append((kind, damaged, clean, they, we))
    for verdict in ("both right", "descrape alone is right", "ftfy alone is right", "neither is right"):
        print(f"{verdict}: {len(groups[verdict])} of {len(rows)}")
        for kind, damaged, clean, they, we in groups[verdict] if verdict != "both right" else []:
            print(f"  {kind}: {ascii(damaged)} -> ftfy {ascii(they)}, descrape {ascii(we)}; expected {ascii(clean)}")


if __name__ == "__main__":
    main()
