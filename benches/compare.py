#!/usr/bin/env python3
"""descrape and others on the same patterns and the same text: who finds what, and how fast.

    python3 benches/compare.py                       # 200 MB, 5 rounds; some ten minutes after the first build
    python3 benches/compare.py --megabytes 50 --rounds 3

Makes a corpus from a seed (`corpus.py`; `--texts FILE...` for paragraphs of your own), builds descrape and `peers`, fetches what the registries have
(ripgrep by cargo if it is not installed; yara-x, ftfy and plsfix by pip into a folder of its own), and runs all in turn, round after round,
on one core. Time is that of the processor (user and system), the ratio is taken round by round, and its median, least and most are told. Engines that
find spans must find the same spans, each. A peer that cannot be had is left out, with a word. Hyperscan needs its library (Debian: libhyperscan-dev).

Writes compare.json and compare.svg beside the corpus, into target/compare or the folder of --out.
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
SMALL = 8_000_000  # Bytes for peers so slow that more would only take longer.
BACKENDS = ["avx512", "avx2", "neon", "portable"]
ENGINES = ["hyperscan-line", "hyperscan-ends", "aho-line", "set", "regex"]
FINDS_SPANS = {"hyperscan-line", "aho-line", "set"}


def say(text):
    print(text, file=sys.stderr, flush=True)


def processor_time(command, **options):
    """Seconds of the processor, and megabytes at the peak, that a command takes."""
    process = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with {code}")
    return usage.ru_utime + usage.ru_stime


class Setup:
    def __init__(self, args):
        self.out = args.out
        self.patterns = args.patterns
        self.rows = [line.split("\t", 2) for line in args.patterns.read_text(encoding="utf-8").splitlines() if line]
        corpus = [sys.executable, HERE / "corpus.py", args.out, "--megabytes", str(args.megabytes), "--seed", str(args.seed)]
        subprocess.run(corpus + (["--texts", *args.texts] if args.texts else []), check=True)
        self.records, self.plain = args.out / "corpus.jsonl", args.out / "corpus.txt"
        self.small = args.out / "small.jsonl"
        with open(self.records, "rb") as source:
            self.small.write_bytes(b"".join(source.readlines(SMALL)))
        say("building descrape")
        run = subprocess.run(
            ["cargo", "bench", "--bench", "engine", "--no-run", "--message-format=json"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        built = [json.loads(line) for line in run.stdout.splitlines()]
        programs = {b["target"]["name"]: b["executable"] for b in built if b.get("executable")}
        self.engine, self.program = programs["engine"], programs["descrape"]
        self.peers = self.build_peers()
        self.ripgrep = self.find_ripgrep()
        self.python = self.make_python()
        self.write_patterns()

    def build_peers(self):
        say("building peers")
        command = ["cargo", "build", "--release", "--quiet", "--manifest-path", HERE / "peers/Cargo.toml", "--target-dir", self.out / "peers"]
        if subprocess.run(command + ["--features", "hyperscan"], stderr=subprocess.DEVNULL).returncode != 0:
            say("left out: Hyperscan, whose library (libhs) cannot be linked")
            if subprocess.run(command).returncode != 0:
                say("left out: all engines of `peers`, which cannot be built")
                return None
        return self.out / "peers/release/peers"

    def find_ripgrep(self):
        if found := shutil.which("rg"):
            return found
        say("fetching ripgrep")
        if subprocess.run(["cargo", "install", "--quiet", "--root", self.out / "ripgrep", "ripgrep"]).returncode == 0:
            return str(self.out / "ripgrep/bin/rg")
        return say("left out: ripgrep, which cannot be had")

    def make_python(self):
        """A Python with the packages of peers; those that cannot be had are missing there."""
        folder = self.out / "python"
        if not (folder / "bin/python").exists():
            say("fetching Python packages")
            venv.create(folder, with_pip=True)
            for package in ("yara-x", "ftfy", "plsfix"):
                command = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
                if subprocess.run(command).returncode != 0:
                    say(f"left out: {package}, which cannot be had")
        return folder / "bin/python"

    def write_patterns(self):
        """The patterns as rules, and as a list for ripgrep."""
        (self.out / "pack/bench").mkdir(parents=True, exist_ok=True)
        regexes = []
        for name, flags, regex in self.rows:
            blind = "i" in flags
            # Without Unicode, ripgrep takes what is not ASCII byte by byte.
            bytewise = "".join(c if c.isascii() else "".join(f"\\x{b:02x}" for b in c.encode()) for c in regex)
            regexes.append(("(?i)" if blind else "") + bytewise)
            ascii_boundaries = regex.replace(r"\b", r"(?-u:\b)")
            (self.out / f"pack/bench/{name}.toml").write_text(
                f'summary = "pattern {name}"\nwhy = "benchmark"\nseverity = "warning"\n[match]\nignore-case = {str(blind).lower()}\n'
                f"any = ['''{ascii_boundaries}''']\ninside = [\"code\", \"url\", \"email\"]\n"
                '[[bad]]\ntext = "-"\n[[good]]\ntext = "-"\n',
                encoding="utf-8",
            )
        (self.out / "regexes.txt").write_text("\n".join(regexes) + "\n", encoding="utf-8")


def in_memory(setup):
    """Engines on texts in memory: name and a function that gives the record of a run."""
    def run(command):
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)

    tasks = []
    for backend in BACKENDS:
        command = [setup.engine, setup.patterns, setup.records, backend]
        if subprocess.run([*command[:2], os.devnull, backend], capture_output=True).returncode == 0:
            tasks.append((f"descrape {backend}", lambda command=command: run(command)))
    for engine in ENGINES if setup.peers else []:
        corpus = setup.small if engine == "regex" else setup.records
        command = [setup.peers, engine, setup.patterns, corpus]
        if subprocess.run([*command[:3], os.devnull], capture_output=True).returncode == 0:
            tasks.append((engine, lambda command=command: run(command)))
    return tasks


def check_spans(setup):
    """All engines that find spans, and descrape, find the same."""
    def found(command):
        record = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        return record["found"], record["fingerprint"]

    if not setup.peers:
        return None
    expected = found([setup.peers, "regex", setup.patterns, setup.records])
    ours = found([setup.engine, setup.patterns, setup.records])
    if ours != expected:
        raise SystemExit(f"descrape finds {ours}, one regex at a time {expected}")
    say(f"{expected[0]} spans, each as one regex at a time finds it")
    return expected


def processes(setup):
    """Whole programs: name, command, bytes read."""
    size = setup.records.stat().st_size
    plain = setup.plain.stat().st_size
    check = [setup.program, "check", "--rules", setup.out / "pack", "--select", "bench", "--threads", "1", "--output-format", "jsonl", "--quiet"]
    tasks = [("descrape check, plain text", [*check, setup.plain], plain), ("descrape check, JSON Lines", [*check, setup.records], size)]
    if setup.ripgrep:
        search = [setup.ripgrep, "--no-unicode", "-j1", "-f", setup.out / "regexes.txt"]
        tasks.append(("rg --json", [*search, "--json", setup.plain], plain))
        tasks.append(("rg -o -n --column", [*search, "-o", "-n", "--column", setup.plain], plain))
        tasks.append(("rg -c, lines counted", [*search, "-c", setup.plain], plain))
    small = setup.small.stat().st_size
    tasks.append(("Python re, one at a time", [setup.python, HERE / "peers.py", "re", setup.patterns, setup.small], small))
    tasks.append(("yara-x", [setup.python, HERE / "peers.py", "yara", setup.patterns, setup.small], small))
    return tasks


def repairs(setup):
    """Repair of misread bytes and broken references, JSON Lines to JSON Lines."""
    size, small = setup.records.stat().st_size, setup.small.stat().st_size
    fix = [setup.program, "fix", setup.records, "--select", "encoding,entity", "--threads", "1", "--quiet", "--output", setup.out / "fixed"]
    tasks = [("descrape fix", fix, size)]
    for peer in ("plsfix", "ftfy"):
        tasks.append((peer, [setup.python, HERE / "peers.py", peer, setup.small, setup.out / f"{peer}.jsonl"], small))
    return tasks


def in_turn(tasks, rounds, speed):
    """The speeds of all tasks, round by round; a task that fails is left out."""
    speeds = {name: [] for name, *_ in tasks}
    for number in range(rounds):
        for name, *task in tasks:
            if name in speeds:
                try:
                    speeds[name].append(speed(*task))
                except (RuntimeError, subprocess.CalledProcessError, OSError) as error:
                    say(f"left out: {name}: {error}")
                    del speeds[name]
        say(f"round {number + 1} of {rounds}")
    return speeds


def rows(title, speeds):
    """A row for each task: its speed, and that of the first one as a multiple of it."""
    ours = next(iter(speeds.values()))
    out = []
    for name, own in speeds.items():
        ratios = [a / b for a, b in zip(ours, own)]
        out.append({
            "table": title, "name": name, "megabytes_per_second": round(statistics.median(own), 2), "ratio": round(statistics.median(ratios), 2),
            "ratio_min": round(min(ratios), 2), "ratio_max": round(max(ratios), 2),
        })
    return out


def table(rows):
    lines = []
    for title in dict.fromkeys(row["table"] for row in rows):
        own = [row for row in rows if row["table"] == title]
        lines += [f"\n| {title} | MB/s | speed of {own[0]['name'].split(',')[0]} over it (least to most) |", "|---|---|---|"]
        for row in own:
            ratio = "" if row is own[0] else f"{row['ratio']:.2f} ({row['ratio_min']:.2f} to {row['ratio_max']:.2f})"
            lines.append(f"| {row['name']} | {row['megabytes_per_second']:.3g} | {ratio} |")
    return "\n".join(lines)


def chart(rows):
    """Bars of the speeds, one group a table."""
    width, bar, parts, y = 720, 18, [], 8
    for title in dict.fromkeys(row["table"] for row in rows):
        own = [row for row in rows if row["table"] == title]
        most = max(row["megabytes_per_second"] for row in own)
        y += 22
        parts.append(f'<text x="8" y="{y}" font-weight="bold">{title}, MB/s</text>')
        y += 8
        for row in own:
            length = max(1, 340 * row["megabytes_per_second"] / most)
            colour = "#c2410c" if row["name"].startswith("descrape") else "#78716c"
            parts.append(f'<text x="278" y="{y + 13}" text-anchor="end">{row["name"]}</text>')
            parts.append(f'<rect x="286" y="{y + 2}" width="{length:.1f}" height="{bar - 4}" fill="{colour}"/>')
            parts.append(f'<text x="{292 + length:.1f}" y="{y + 13}">{row["megabytes_per_second"]:.3g}</text>')
            y += bar
    style = 'font-family="sans-serif" font-size="12" fill="#44403c"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 12}" {style}>'
        f'<rect width="{width}" height="{y + 12}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def machine():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor()
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def version(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.splitlines()[0] if done.returncode == 0 and done.stdout else "?"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--patterns", type=pathlib.Path, default=HERE / "patterns.tsv")
    parser.add_argument("--texts", type=pathlib.Path, nargs="*", default=[])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "target/compare")
    parser.add_argument("--only", choices=["memory", "programs", "repair"], nargs="*", default=["memory", "programs", "repair"])
    args = parser.parse_args()
    args.out = args.out.resolve()
    setup = Setup(args)
    spans = check_spans(setup)
    result = []
    if "memory" in args.only:
        def timed(run):
            record = run()
            finds_spans = record["engine"] in FINDS_SPANS or record["engine"].startswith("descrape")
            if spans and finds_spans and (record["found"], record["fingerprint"]) != spans:
                raise RuntimeError(f"{record['engine']} finds {record['found']} spans that are not those of one regex at a time")
            return record["megabytes_per_second"]

        speeds = in_turn(in_memory(setup), args.rounds, timed)
        result += rows("texts in memory", speeds)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    speed = lambda command, size: size / 1e6 / processor_time(command, **quiet)
    if "programs" in args.only:
        result += rows("whole programs", in_turn(processes(setup), args.rounds, speed))
    if "repair" in args.only:
        def repair(command, size):
            shutil.rmtree(setup.out / "fixed", ignore_errors=True)
            return speed(command, size)
        result += rows("repair", in_turn(repairs(setup), args.rounds, repair))
    report = {
        "machine": machine(), "rustc": version(["rustc", "--version"]), "ripgrep": version([setup.ripgrep or "rg", "--version"]),
        "python": platform.python_version(), "megabytes": args.megabytes, "rounds": args.rounds, "patterns": len(setup.rows),
        "spans": spans and spans[0], "rows": result,
    }
    (args.out / "compare.json").write_text(json.dumps(report, indent=1) + "\n")
    (args.out / "compare.svg").write_text(chart(result))
    print(f"{report['patterns']} patterns, {args.megabytes} MB, {report['spans']} spans; {report['machine']}; {report['rustc']}")
    print(table(result))


if __name__ == "__main__":
    main()
