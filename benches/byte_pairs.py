#!/usr/bin/env python3
"""byte_pairs.py FOLDER > src/prefilter/pairs.bin

Counts pairs of bytes, case bit dropped, in the field `text` of every *.jsonl.zst below FOLDER, 2 MB of each file, each file weighing
the same, and prints 128 rows of 128 bytes: eighths of -log2 of the pair's probability, 255 at the most. Needs the zstd program.
"""
import glob, json, math, subprocess, sys
from collections import Counter

def fold(byte):
    return (byte >> 6) << 5 | byte & 31

total = [0.0] * (128 * 128)
for path in sorted(glob.glob(sys.argv[1] + "/**/*.jsonl.zst", recursive=True)):
    process = subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE)
    counts, size = Counter(), 0
    for line in process.stdout:
        text = json.loads(line)["text"].encode()
        counts.update(zip(text, text[1:]))
        size += len(text)
        if size > 2_000_000:
            break
    process.kill()
    for (a, b), count in counts.items():
        total[fold(a) * 128 + fold(b)] += count / size
everything = sum(total)
sys.stdout.buffer.write(bytes(min(255, round(-8 * math.log2(max(p / everything, 1e-12)))) for p in total))
