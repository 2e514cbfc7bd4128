//! x
use descrape::{document::Document, edit::Applicability, fix::*, lint::*, rule::*};
#[test]
fn tmp() {
    let rules = match builtin_rules() {
        Ok(r) => r,
        Err(e) => {
            for e in e {
                println!("{e}");
            }
            panic!()
        }
    };
    let all = rules.clone();
    for rule in &all {
        let set =
            RuleSet::new(vec![rule.clone()], &Selection { select: vec![rule.id.clone()], ignore: vec![] })
                .unwrap();
        let mut l = Linter::new(&set);
        for bad in &rule.bad {
            if let Input::Text(t) = &bad.input {
                let d = l.lint(&Document::new("x", t));
                let texts: Vec<_> = d.iter().map(|d| t[d.span.range()].to_string()).collect();
                if d.is_empty() {
                    println!("{} MISS {t:?}", rule.id);
                }
                if let Some(f) = &bad.finds {
                    if *f != texts {
                        println!("{} FINDS {t:?}\n   {texts:?}", rule.id);
                    }
                }
                let f = fix(
                    &mut l,
                    &Document::new("x", t),
                    FixOptions { level: Applicability::Display, max_removed: None },
                );
                if let Some(want) = &bad.fixed {
                    if *want != f.text {
                        println!("{} FIXED\n  {:?}\n  {want:?} {:?}", rule.id, f.text, f.kept);
                    }
                }
            }
        }
        for good in &rule.good {
            if let Input::Text(t) = &good.input {
                for d in l.lint(&Document::new("x", t)) {
                    println!("{} GOOD {t:?} {:?}", rule.id, &t[d.span.range()]);
                }
            }
        }
    }
    let set = RuleSet::new(all, &Selection::default()).unwrap();
    let t = std::fs::read_to_string("../shared/seed/000_4822e0faf0c54ff1.txt").unwrap();
    for d in lint(&set, &Document::new("x", &t)) {
        println!("{} {:?} {:?}", d.rule.id, d.span, &t[d.span.range()]);
    }
    for r in set.unplaced_rules() {
        println!("unplaced {}", r.id);
    }
}
