#!/bin/sh
# Feeds reports over hostile text to programs that other people wrote to read them:
# Microsoft's SARIF Multitool and the schema it brings, a validator of reviewdog's
# format, Python's XML parser, junitparser, cmark-gfm, and our own JSON Schemas.
#
#   cargo build && tests/validators.sh
#
# Needs python3 with venv, npm, and their registries; installs into a temporary folder.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
descrape=${DESCRAPE:-$root/target/debug/descrape}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet jsonschema junitparser cmarkgfm
npm install --silent --no-audit --no-fund @microsoft/sarif-multitool-linux @umbrelladocs/rdformat-validator

cat > corpus.py <<'PYTHON'
import json, pathlib
hostile = "\x1b[31m]]><script>alert(1)</script>|`x`|@octocat #1 ##[error] & # 39; \u202e\x00\x9b\ufeff\uffff"
folder = pathlib.Path("corpus")
folder.mkdir()
folder.joinpath("a,b%:\n::error::\x1b|`<i>\u202e.txt").write_text(f"One\n{hostile}\n\nPlus:\n\nTwo.\n")
records = [{"id": f"{hostile}\n[x](http://example.org)", "text": hostile}, {"text": "a\u2028b & # 39; s"}]
lines = [json.dumps(record) for record in records] + ['{"text": "\\ud800 & # 39;"}', '{"text": "cut']
folder.joinpath("records.jsonl").write_text("\n".join(lines) + "\n")
PYTHON
python3 corpus.py
cp "$root"/examples/corpus/* corpus/

for format in json sarif gitlab junit checkstyle rdjsonl markdown; do
    "$descrape" check corpus -q --isolated --report "$format=out.$format" > full.txt || [ $? -eq 1 ]
done
for schema in finding baseline config rule; do "$descrape" schema $schema > $schema.schema.json; done

cat > judge.py <<'PYTHON'
import json, pathlib, re
import xml.etree.ElementTree as xml
import cmarkgfm, jsonschema, junitparser
def read(name): return pathlib.Path(name).read_text(encoding="utf-8")
findings = json.loads(read("out.json"))
count = len(findings)
for name in ("finding", "baseline", "config", "rule"):
    jsonschema.Draft202012Validator.check_schema(json.loads(read(f"{name}.schema.json")))
finding = jsonschema.Draft202012Validator(json.loads(read("finding.schema.json")))
for record in findings: finding.validate(record)
print(f"finding.json: {count} records are valid")
schema = json.loads(read("node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json"))
sarif = json.loads(read("out.sarif"))
jsonschema.validators.validator_for(schema)(schema).validate(sarif)
assert len(sarif["runs"][0]["results"]) == count
print(f"sarif: {count} results are valid")
issues = json.loads(read("out.gitlab"))
# What the documentation of GitLab's Code Quality asks for.
jsonschema.validate(issues, {"type": "array", "items": {
    "type": "object", "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {"type": "object", "required": ["path", "lines"], "properties": {
            "path": {"type": "string", "pattern": "^[^./]"},
            "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}}}}}}})
assert len(issues) == len({issue["fingerprint"] for issue in issues}) == count
print(f"gitlab: {count} issues have what is asked for, and differ")
assert len(xml.parse("out.checkstyle").findall("file/error")) == count
cases = [case for suite in junitparser.JUnitXml.fromfile("out.junit") for case in suite]
assert len(cases) == len({case.name for case in cases}) == count
print(f"junit, checkstyle: {count} findings read")
rows = re.findall("<tr>.*?</tr>", cmarkgfm.github_flavored_markdown_to_html(read("out.markdown")), re.DOTALL)
cells = [len(re.findall("<td", row)) for row in rows if "<td" in row]
assert cells.count(4) == min(count, 50) and set(cells) == {4, 5}
print(f"markdown: {cells.count(4)} rows of 4 cells, {cells.count(5)} of 5")
lines = [json.loads(line) for line in read("out.rdjsonl").split("\n")[:-1]]
assert len(lines) == count
pathlib.Path("out.rdjson").write_text(json.dumps({"source": {"name": "descrape"}, "diagnostics": lines}))
PYTHON
venv/bin/python judge.py
node node_modules/@umbrelladocs/rdformat-validator/bin/rdformat-validator.js --strict --no-extra-fields out.rdjson
multitool=node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
chmod u+x $multitool
# What the standard asks for, and what GitHub does.
DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 $multitool validate out.sarif --rule-kind 'Sarif;Gh;Ghas' | tee multitool.txt
! grep -q ': error ' multitool.txt
