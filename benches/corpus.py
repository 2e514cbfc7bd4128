#!/usr/bin/env python3
"""A corpus of scraped web text, the same for the same seed: paragraphs with some damage every 1.5 KB.

    python3 benches/corpus.py OUT [--megabytes 200] [--seed 7] [--texts FILE...]

Writes OUT/corpus.jsonl ({"id", "text"}) and OUT/corpus.txt, the same texts a blank line apart. The paragraphs are made of frequent English
words and of names; with --texts, of the paragraphs of plain text files, mixed.
"""
import argparse
import json
import pathlib
import random

# By frequency, roughly: the n-th word is drawn with a weight of 1 / (n + 3).
WORDS = """the of and to a in that it was for on with as his they be at one have this from or had by but some what there we can out other were all
your when up use how said an each she which do their time if will way about many then them would write like so these her long make thing see him
two has look more day could go come did sound no most number who over know water than call first people may down side been now find any new work
part take get place made live where after back little only round man year came show every good me give our under name very through just form
sentence great think say help low line differ turn cause much mean before move right boy old too same tell does set three want air well also play
small end put home read hand port large spell add even land here must big high such follow act why ask men change went light kind off need house
picture try us again animal point mother world near build self earth father head stand own page should country found answer school grow study
still learn plant cover food sun four between state keep eye never last let thought city tree cross farm hard start might story saw far sea draw
left late run while press close night real life few north open seem together next white children begin got walk example ease paper group always
music those both mark often letter until mile river car feet care second book carry took science eat room friend began idea fish mountain stop
once base hear horse cut sure watch color face wood main enough plain girl usual young ready above ever red list though feel talk bird soon body
dog family direct pose leave song measure door product black short numeral class wind question happen complete ship area half rock order fire
south problem piece told knew pass since top whole king space heard best hour better true during hundred five remember step early hold west ground
interest reach fast verb sing listen six table travel less morning ten simple several vowel toward war lay against pattern slow center love person
money serve appear road map rain rule govern pull cold notice voice unit power town fine certain fly fall lead cry dark machine note wait plan
figure star box noun field rest correct able pound done beauty drive stood contain front teach week final gave green quick develop ocean warm free
minute strong special mind behind clear tail produce fact street inch multiply nothing course stay wheel full force blue object decide surface deep
moon island foot system busy test record boat common gold possible plane stead dry wonder laugh thousand ago ran check game shape equate hot miss
brought heat snow tire bring yes distant fill east paint language among council bridge ferry mayor market village committee library officials
government police hospital election minister court decision report statement company percent season team players match league coach article email
website photo video search menu sports business politics weather editor""".split()
NAMES = "Emma James Maria David Sarah Ahmed Laura Peter Olivia Daniel Chloe Marco Nadia Victor Helen Paul Zoë André Jürgen Søren".split()
FAMILIES = "Miller Rossi Jones Carter Novak Singh Baker Moreau Keller López Haddad Evans Müller García Ahmadi Francis".split()
PLACES = "London Paris Nairobi Lima Oslo Cairo Toronto Sydney Mumbai Berlin Madrid Quito Zürich Kraków".split()


def sentence(r, weights):
    words = r.choices(WORDS, cum_weights=weights, k=r.randint(8, 24))
    words = [word for before, word in zip([""] + words, words) if word != before]
    kind = r.random()
    if kind < 0.25:
        words[r.randrange(len(words))] = f"{r.choice(NAMES)} {r.choice(FAMILIES)}"
    elif kind < 0.4:
        words[r.randrange(len(words))] = r.choice(PLACES)
    elif kind < 0.5:
        words[r.randrange(len(words))] = str(r.choice([r.randint(1, 99), r.randint(1900, 2024), r.randint(1000, 99999)]))
    if len(words) > 10:
        words[r.randint(3, 8)] += ","
    text = " ".join(words)
    text = text[0].upper() + text[1:] + r.choices(".?!", [18, 1, 1])[0]
    if r.random() < 0.08:
        text = r.choice(["“{}”", '"{}"', "‘{}’"]).format(text)
    return text


def damage(r):
    """A damaged line, and a damaged piece of a sentence."""
    hexes = lambda n: "".join(r.choices("0123456789abcdef", k=n))
    letters = lambda n: "".join(r.choices("ABCDEFGHIJKLMNabcdefghijklmn0123456789", k=n))
    name, month = f"{r.choice(NAMES)} {r.choice(FAMILIES)}", r.choice("January March April June August October December".split())
    site, agency = r.choice(["example", "dailynews", "cityblog", "herald"]), r.choice(["Reuters", "AP", "AFP", "Getty Images"])
    lines = [
        f"%MINIFYHTML{hexes(32)}{r.randint(1, 99)}%", "Plus:", f" date 2018-0{r.randint(1, 9)}-1{r.randint(0, 9)}", f"Photo credit: {name}",
        f"Photo by {name}", f"AP Photo/{name}", f"{name} via Getty Images", f"Image courtesy of {name}", f"File photo: {name}",
        "We use cookies to improve your experience.", "Accept all cookies", "Cookie policy | Privacy Policy", "Terms of Use",
        "By continuing to use this site you agree.", f"{r.randint(2, 4000)} shares", f"Share on {r.choice(['Facebook', 'Twitter'])}", "Share this article",
        r.choice(["Share", "Tweet", "Pin", "Email", "Print"]), "Click to share on Twitter (Opens in new window)", f"{r.randint(2, 400)} Comments",
        "Leave a comment", "Advertisement", "ADVERTISEMENT", "Story continues below advertisement", "Continue reading the main story",
        "Read more: Old bridge closes", "Read the full story", "Related articles: Market days", "You may also like", "Recommended for you",
        "Sign up for our daily newsletter", "Subscribe now", "Enter your email address", "Follow us on Twitter", f"Follow @{site}{r.randint(1, 99)}",
        f"Copyright © {r.randint(2001, 2024)} {site}. All rights reserved.", f"© {r.randint(2001, 2024)} Media", "It may not be published or redistributed.",
        f"Last updated: {month} {r.randint(1, 28)}", f"Published {month} {r.randint(1, 28)}, 9:{r.randint(10, 59)} pm EST", f"By {name} | {site}.com",
        f"{r.randint(2, 15)} min read", "Home | News | World | Politics | Sport |", "Next article »", f"Page {r.randint(1, 9)} of {r.randint(9, 20)}",
        "Please enable JavaScript to view the comments.", "Your browser does not support the video tag.", "Loading...", "404 Not Found",
        "JavaScript is disabled", "-" * r.randint(8, 40), f'[caption id="attachment_{r.randint(100, 99999)}" width="300"]', "[/caption]",
        "(function () { googletag.cmd.push(function () { show(); }); })();", "<!-- wp:paragraph -->", "{{ post.title }}", "Lorem ipsum dolor sit amet",
        "[Image: a street in the old town]", "Skip to main content", "%%FIRST_NAME%%", "${user.name}", "<% include header %>",
    ]
    pieces = [
        f"& # {r.randint(33, 9999)};", "&nbsp;", "&amp;quot;", f"&#{r.randint(33, 9999)};", f"&#x{hexes(4)};", "word,quot;", "donâ€™t", "cafÃ©", "Â£5",
        "\ufffd", "\u200b", "ï»¿", f"({name} / {agency})", f"https://www.{site}.com/2021/03/{letters(9)}", f"pic.twitter.com/{letters(10)}",
        f"t.co/{letters(9)}", f"{letters(7).lower()}@{site}.com", "[email protected]", "the the", "<br/>", "<span class=\"x\">", "wait!!!!", "so.....", "word ,",
        "[edit]", f"[{r.randint(1, 99)}]", f"{r.randint(200, 999)}-{r.randint(200, 999)}-{r.randint(1000, 9999)}", "[…]", "[object Object]", "NaN of 5",
        "window.open(", "{color: red;", "ISBN 978-0306406157",
    ]
    return r.choice(lines), r.choice(pieces)


def document(r, paragraph):
    text, size, next_damage = [], r.choice([900, 1800, 2600, 4200, 9000]), r.randint(100, 2900)
    while size > 0:
        part = paragraph()
        next_damage -= len(part)
        if next_damage < 0:
            next_damage += r.randint(100, 2900)
            line, piece = damage(r)
            if r.random() < 0.6:
                text.append(line)
            else:
                at = part.find(" ", r.randrange(len(part)))
                part = f"{part} {piece}" if at < 0 else f"{part[:at]} {piece}{part[at:]}"
        text.append(part)
        size -= len(part)
    return "\n\n".join(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--texts", type=pathlib.Path, nargs="*", default=[])
    args = parser.parse_args()
    r = random.Random(args.seed)
    total, weights = 0.0, []
    for rank in range(len(WORDS)):
        total += 1 / (rank + 3)
        weights.append(total)
    own = [p.strip() for path in args.texts for p in path.read_text(encoding="utf-8").split("\n\n") if p.strip()]
    made = [" ".join(sentence(r, weights) for _ in range(r.randint(1, 6))) for _ in range(20_000)] if not own else own
    args.out.mkdir(parents=True, exist_ok=True)
    written, number = 0, 0
    with open(args.out / "corpus.jsonl", "w", encoding="utf-8") as records, open(args.out / "corpus.txt", "w", encoding="utf-8") as plain:
        while written < args.megabytes * 1_000_000:
            text = document(r, lambda: r.choice(made))
            line = json.dumps({"id": f"doc-{number}", "text": text}, ensure_ascii=False) + "\n"
            records.write(line)
            plain.write(text + "\n\n")
            written += len(line.encode())
            number += 1


if __name__ == "__main__":
    main()
