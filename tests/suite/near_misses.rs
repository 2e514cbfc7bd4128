use crate::support::{found, repair};
use descrape::edit::Applicability;

/// Nothing at warning or above.
#[track_caller]
fn check_honest(text: &str) {
    let found: Vec<String> = found(text).into_iter().filter(|f| !f.starts_with("structure/")).collect();
    assert_eq!(found, [] as [String; 0], "{text}");
}

#[track_caller]
fn check_damaged(text: &str, expected: &[&str], fixed: &str) {
    let found: Vec<String> = found(text).into_iter().filter(|f| !f.starts_with("structure/")).collect();
    assert_eq!(found, expected);
    assert_eq!(repair(text, Applicability::Safe).text.as_deref().unwrap_or(text), fixed);
}

#[test]
fn prose_that_says_plus_and_goes_on() {
    check_honest("The town gets a park. Plus: a library, which opens in May, and a pool.\n");
    check_honest(
        "Plus: the council wants a second bridge, and nobody knows who will pay for it.\n\nIt votes on Monday.\n",
    );
    check_honest(
        "What does it cost?\n\nPlus:\n\nwhat will the town get for all of the money that it has to spend on it?\n",
    );
}

#[test]
fn a_list_after_plus() {
    for list in [
        "- a park\n- a pool\n",
        "1. a park\n2. a pool\n",
        "a park\n\na pool\n",
        "A park\nA pool\n",
        "• The park reopens on Monday, the mayor said in the evening.\n",
    ] {
        check_honest(&format!("The town gets three things next year, the mayor said.\n\nPlus:\n\n{list}"));
    }
}

#[test]
fn text_hard_wrapped_at_72_columns() {
    check_honest(
        "The committee met on Tuesday evening to discuss what should become of\n\
         the old mill, which has been standing empty since the river was moved\n\
         Plus:\n\
         the roof is leaking, and two of the beams were found to be rotten when\n\
         the surveyors went up last week, so that nobody may go in until it is\n\
         repaired. The photograph in the hall (Jane Doe / Reuters)\n\
         shows it as it was in 1951.\n",
    );
}

#[test]
fn lines_that_are_paragraphs() {
    check_honest(
        "The committee met on Tuesday evening to discuss the future of the old mill by the river.\n\
         Nobody came.\n\
         The photograph in the hall (Jane Doe / Reuters) shows the mill as it was in 1951.\n\
         It is the date 2020-01-24 that everybody remembers.\n",
    );
}

#[test]
fn code_and_logs() {
    check_honest("    R&D; quot\n    a & # b\n    int prod,quot;\n");
    check_honest("R&D; quot\n");
    check_honest("x = a & # b\n");
    check_honest("```\nprintf(\"%d & # 39;\", prod,quot;);\n```\n");
    check_honest(
        "2020-01-24 10:00 INFO date 2020-01-24 rotated\n2020-01-25 10:00 INFO date 2020-01-25 rotated\n",
    );
    check_honest("date 2020-01-24\ndate 2020-01-25\ndate 2020-01-26\n");
    check_honest("date 2020-01-24 10:00:01 server started\n");
    check_honest("Use &amp; in HTML. See https://example.org/?a=1&amp;b=2 and `&nbsp;`, an HTML entity.\n");
}

#[test]
fn a_poem_of_short_lines() {
    check_honest(
        "The river ran\nBelow the town\n\nPlus nothing more\nThan rain came down\n\nSee also me\nAnd read no more:\nThe sea, the sea\n",
    );
}

#[test]
fn names_in_brackets() {
    check_honest("The song was written in a week (Lennon / McCartney)\n");
    check_honest("Our colleague (Jane Doe / Reuters) was there when the water came.\n");
    check_honest("The vote was close (Smith / Jones) and will be repeated.\n");
}

#[test]
fn the_same_damage_in_other_words() {
    check_damaged(
        "Les ouvriers de l &# 39; usine\u{a0}: & laquo; non & raquo;.\n",
        &["entity/spaced-numeric:&# 39;", "entity/spaced-named:& laquo;", "entity/spaced-named:& raquo;"],
        "Les ouvriers de l'usine\u{a0}: «non».\n",
    );
    check_damaged(
        "date 2018-07-02\n\nLIMA, Peru – The mayor & # x2019; s office was closed on Monday, and stays closed.\n",
        &["metadata/date-stamp:date 2018-07-02", "entity/spaced-hex:& # x2019;"],
        "LIMA, Peru – The mayor’s office was closed on Monday, and stays closed.\n",
    );
    check_damaged(
        "He was born in Lima.\nRelated:\nThe mayor said on Monday that he would not stand for a second term in office.\n",
        &["teaser/lone-related:Related:"],
        "He was born in Lima.\nThe mayor said on Monday that he would not stand for a second term in office.\n",
    );
    check_damaged(
        "She spoke of \"the,quot; town & amp; the ,quot;sea,quot; in it.\n",
        &[
            "entity/comma-for-ampersand:,quot;",
            "entity/spaced-named:& amp;",
            "entity/comma-for-ampersand:,quot;",
            "entity/comma-for-ampersand:,quot;",
        ],
        "She spoke of \"the\" town & the \"sea\" in it.\n",
    );
    check_damaged(
        "%MINIFYHTML00000000000000000000000000000000%\r\n\r\nHello there.%MINIFYHTML000000000000000000000000000000001%\r\n",
        &[
            "minify/placeholder-token:%MINIFYHTML00000000000000000000000000000000%",
            "minify/placeholder-token:%MINIFYHTML000000000000000000000000000000001%",
        ],
        "Hello there.\r\n",
    );
}

#[test]
fn captions_in_wrapped_text() {
    let text = "The committee met on Tuesday evening to discuss what should become of\n\
                the old mill, which has been standing empty since the river was moved\n\
                away from it.\n\n\
                The old mill at the river, seen from the bridge that was closed last\n\
                year for want of repair (Jane Doe / Reuters)\n\n\
                It votes on Monday.\n";
    assert_eq!(found(text).len(), 1, "{:?}", found(text));
    let fixed = repair(text, Applicability::Unsafe).text.expect("it changes");
    assert!(fixed.ends_with("away from it.\n\nIt votes on Monday.\n"), "{fixed}");
}
