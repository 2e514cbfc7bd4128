"""Peers that are called from Python, for `compare.py`: one whole process each.

    peers.py re|yara PATTERNS.tsv CORPUS.jsonl      finds
    peers.py ftfy|plsfix CORPUS.jsonl OUT.jsonl     repairs
"""
import json
import sys


def patterns(path):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t", 2) for line in lines]


def texts(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def find_with_re(rows, path):
    import re

    compiled = [re.compile(regex.encode(), re.M | (re.I if "i" in flags else 0)) for _, flags, regex in rows]
    return sum(1 for record in texts(path) for regex in compiled for _ in regex.finditer(record["text"].encode()))


def find_with_yara(rows, path):
    import yara_x

    compiler = yara_x.Compiler(relaxed_re_syntax=True)
    for number, (_, flags, regex) in enumerate(rows):
        # There are no lines there: a line feed stands for their ends.
        regex = ("\\n" + regex[1:]) if regex.startswith("^") else regex
        regex = (regex[:-1] + "\\n") if regex.endswith("$") else regex
        pattern = regex.replace("/", "\\/")
        compiler.add_source(f"rule r{number} {{ strings: $a = /{pattern}/{'i' if 'i' in flags else ''} condition: $a }}")
    scanner = yara_x.Scanner(compiler.build())
    count = 0
    for record in texts(path):
        for rule in scanner.scan(record["text"].encode()).matching_rules:
            count += sum(len(pattern.matches) for pattern in rule.patterns)
    return count


def repair(fix_text, path, out):
    with open(out, "w", encoding="utf-8") as written:
        for record in texts(path):
            record["text"] = fix_text(record["text"])
            written.write(json.dumps(record, ensure_ascii=False) + "\n")


def main():
    tool, first, second = sys.argv[1:]
    if tool == "re":
        print(find_with_re(patterns(first), second))
    elif tool == "yara":
        print(find_with_yara(patterns(first), second))
    elif tool == "ftfy":
        import ftfy

        repair(ftfy.fix_text, first, second)
    elif tool == "plsfix":
        import plsfix

        repair(plsfix.fix_text, first, second)


if __name__ == "__main__":
    main()
