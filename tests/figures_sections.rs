//! Figures and CSV rows of people after a model, funnels, classes and budgets: they show the numbers of the released result,
//! and nothing that is hidden.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::figures_scores::{covers_no_word, drawn, has_known_colours, height, stays_on_its_sheet};
use crate::support::{audit_dataset, audit_files, audit_text, close, internal};
use evenhand::figures::{Drawing, Estimate, Figure, Panel, Row, Start};
use evenhand::release::{Audience, Release, release};
use evenhand::render::Format;
use evenhand::result::Document;
use evenhand::words;
use evenhand::words::page::Block;

const HUMAN: &str = "Where people changed what the model said, by segment";
const FUNNEL: &str = "Where the gap arises";
const CLASSES: &str = "Where cases were sent, class by class";
const BUDGET: &str = "Budget: who would be reached?";
/// Names of groups, stages and classes that would be tags, formulas or commas if they were not text.
const HOSTILE: &str =
    "<script>alert(1)</script>, \"quoted\" and a name that is longer than any column has room for, and then goes on";

/// The data and the policy of a case of the command line.
fn case(name: &str, data: &str) -> Document {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli").join(name);
    let policy = fs::read_to_string(folder.join("evenhand.toml")).expect("a policy");
    audit_files(&policy, &[folder.join(data)])
}

/// The figures of a section.
fn figures(release: &Release, section: &str) -> Vec<Figure> {
    let mut inside = false;
    let of_section = |block: Block| match block {
        Block::Heading(heading) => {
            inside = heading == section;
            None
        }
        Block::Figure(figure) if inside => Some(figure),
        _ => None,
    };
    words::compose(release).blocks.into_iter().filter_map(of_section).collect()
}

/// A figure by the beginning of its title.
#[track_caller]
fn figure(document: &Document, section: &str, title: &str) -> Figure {
    let found = figures(&internal(document), section);
    let titles: Vec<String> = found.iter().map(|figure| figure.title.clone()).collect();
    found.into_iter().find(|figure| figure.title.starts_with(title)).unwrap_or_else(|| panic!("{title} in {titles:?}"))
}

fn panels(figure: &Figure) -> &[Panel] {
    match &figure.drawing {
        Drawing::Panels(panels) => panels,
        other => panic!("panels, and not {other:?}"),
    }
}

fn row<'a>(panel: &'a Panel, label: &str) -> &'a Row {
    panel.rows.iter().find(|row| row.label == label).unwrap_or_else(|| panic!("{label} in {panel:?}"))
}

#[test]
fn a_funnel_is_drawn_stage_after_stage() {
    let document = case("funnel", "campaign.csv");
    let view = document.funnel.as_ref().expect("a funnel");
    let reached = figure(&document, FUNNEL, "Share of all rows that reached each stage, by region");
    let titles: Vec<&str> = panels(&reached).iter().map(|panel| panel.title.as_str()).collect();
    assert_eq!(titles, ["eligible", "selected", "answered"]);
    for (place, panel) in panels(&reached).iter().enumerate() {
        for one in view.groups.iter().filter(|one| one.axes == ["region"]) {
            let stage = &one.stages[place];
            let (value, low, high) = (stage.of_all.expect("a share"), stage.of_all_low, stage.of_all_high);
            assert!(low.expect("an end") < value && value < high.expect("an end"));
            assert_eq!(row(panel, &one.group["region"]).estimate, Some(Estimate { value, low, high }));
        }
        let everybody = view.groups[0].stages[place].of_all.expect("a share");
        assert_eq!(panel.line.as_ref().map(|(at, _)| *at), Some(everybody));
        assert_eq!(panel.scale, panels(&reached)[0].scale, "panels under each other have one scale");
    }
    // 105 of 1,703 in the south, 216 of 2,102 in the north.
    assert_eq!(
        reached.message,
        "Of all rows, came to \"answered\": from 6.2% (region south) to 10.3% (region north); of everybody 8.4%."
    );
    assert!(reached.description.contains("eligible: north: 84.3% (82.7% to 85.8%), 2,102 rows; south: "));

    let parts = figure(&document, FUNNEL, "Where the gap at the end arises, in percentage points, by region");
    let gap = view.gaps.iter().find(|gap| gap.axes == ["region"]).expect("a gap");
    let [panel] = panels(&parts) else { panic!("one gap") };
    let (last, stages) = panel.rows.split_last().expect("rows");
    for (row, part) in stages.iter().zip(&gap.parts) {
        let estimate = Estimate { value: part.difference, low: part.low, high: part.high };
        assert_eq!((row.label.as_str(), row.estimate), (part.stage.as_str(), Some(estimate)));
        assert_eq!(row.start, Some(Start::Bar(0.0)));
    }
    let of = |row: &Row| row.estimate.expect("a part").value;
    close(stages.iter().map(of).sum(), of(last), 1e-10, "the bars add up");
    assert_eq!(last.label, "all stages together");
    assert_eq!(panel.title, "-4.1 percentage points at the end: region south compared with region north");
    assert_eq!(
        parts.message,
        "Region south compared with region north: -4.1 percentage points at the end (-5.8 to -2.4), made up of -0.1 at \"eligible\", \
         -4.4 at \"selected\", +0.4 at \"answered\"."
    );
}

#[test]
fn people_are_drawn_from_the_model_to_the_end() {
    let document = case("human-widens", "answers.csv");
    let view = document.human.as_ref().expect("people");
    let drawn = figure(&document, HUMAN, "Share with the favourable decision, before and after people, by region");
    let [rates, gaps] = panels(&drawn) else { panic!("rates and gaps") };
    assert_eq!(rates.rows.len(), 3, "everybody and two regions");
    for step in view.steps.iter().filter(|step| step.axes.is_empty() || step.axes == ["region"]) {
        let row = row(rates, step.group.get("region").map_or("everybody", String::as_str));
        assert_eq!(row.start, step.rate_before.map(Start::Before));
        assert_eq!(row.estimate.map(|at| at.value), step.rate_after);
    }
    // South: 190 of 400 by the model, 146 in the end; north: 196 and 214 of 420.
    assert_eq!(row(rates, "south").value, "47.5% to 36.5%");
    assert_eq!(
        drawn.message,
        "By the model from 46.7% (region north) to 47.5% (region south); in the end from 36.5% (region south) to 51.0% (region north)."
    );
    let gap = view.gaps.iter().find(|gap| gap.contrast == "difference" && gap.axes == ["region"]).expect("a gap");
    let row = row(gaps, "south");
    assert_eq!(
        row.estimate.map(|at| (Some(at.value), at.low, at.high)),
        Some((gap.widening, gap.widening_low, gap.widening_high))
    );
    assert_eq!((row.word.as_str(), gaps.rows.len()), ("wider", 1));
}

#[test]
fn classes_are_drawn_by_class() {
    let document = case("classes", "tickets.csv");
    let view = document.classes.as_ref().expect("classes");
    let shares = figure(&document, CLASSES, "Share sent to each class, by region");
    let found = figure(&document, CLASSES, "Share of the cases of each class that was sent there, by region");
    // A gap is shown for billing where it was right; of the shares none is, so the largest class comes first there too.
    for (figure, wanted) in [(&shares, "billing delivery technical"), (&found, "billing delivery technical")] {
        let titles: Vec<&str> = panels(figure).iter().map(|panel| panel.title.as_str()).collect();
        assert_eq!(titles.join(" "), wanted);
    }
    for one in view.groups.iter().filter(|one| one.axes == ["region"]) {
        for given in &one.given {
            let panel = panels(&shares).iter().find(|panel| panel.title == given.class).expect("a class");
            let estimate = given.share.map(|value| Estimate { value, low: given.low, high: given.high });
            assert_eq!(row(panel, &one.group["region"]).estimate, estimate);
        }
        for class in &one.right.as_ref().expect("the right class").classes {
            let panel = panels(&found).iter().find(|panel| panel.title == class.class).expect("a class");
            let rate = &class.true_positive_rate;
            let estimate = rate.value.map(|value| Estimate { value, low: rate.low, high: rate.high });
            assert_eq!(row(panel, &one.group["region"]).estimate, estimate);
        }
    }
    assert_eq!(
        found.message,
        "Of the cases that belonged to \"billing\", were sent there: from 71.0% (region south) to 84.0% (region north); of everybody \
         78.2%."
    );
}

#[test]
fn budgets_are_drawn_as_declared() {
    let document = case("budget", "people.csv");
    let drawn = figure(&document, BUDGET, "Share that each budget would reach, by shop");
    let titles: Vec<&str> = panels(&drawn).iter().map(|panel| panel.title.as_str()).collect();
    let wanted = ["10%: 160", "400 rows: 400", "50%: 400"];
    assert!(titles.iter().zip(wanted).all(|(title, begin)| title.starts_with(begin)), "{titles:?}");
    assert_eq!(titles.len(), wanted.len());
    for (panel, view) in panels(&drawn).iter().zip(&document.budgets) {
        for one in view.groups.iter().filter(|one| one.axes == ["shop"]) {
            let estimate = one.share.map(|value| Estimate { value, low: one.low, high: one.high });
            assert_eq!(row(panel, &one.group["shop"]).estimate, estimate);
        }
    }
    let begin = "Would be reached with 10%: from 4.0% (shop south) to 12.0% (shop north); of everybody 8.0%. With 400 rows: from ";
    assert!(drawn.message.starts_with(begin), "{}", drawn.message);
    assert!(drawn.message.ends_with(" With 5% nobody."), "{}", drawn.message);
}

/// Rows with three stages, a model's decision, teams and scores, of so many regions and teams.
fn many(regions: usize, teams: usize) -> String {
    let mut csv = "region,channel,model,done,eligible,answered,team,right,score,n\n".to_owned();
    for region in 0..regions {
        let name = if region == 0 { HOSTILE.replace('"', "\"\"") } else { format!("region {region}") };
        for team in 0..teams {
            let team_name = if team == 1 { HOSTILE.replace('"', "\"\"") } else { format!("team {team}") };
            for (model, done, eligible, answered, n) in
                [(1, 1, 1, 1, 40), (1, 0, 1, 0, 30 + region), (0, 1, 1, 1, 25), (0, 0, 1, 0, 50), (0, 0, 0, 0, 30)]
            {
                let right = if (model + region) % 3 == 0 { "team 0" } else { &team_name };
                let channel = ["app", "mail"][(team + model) % 2];
                let score = [0.2, 0.6, 0.9][(region + team + done) % 3];
                let n = n + 3 * (regions - region) + team;
                let _ = writeln!(
                    csv,
                    "\"{name}\",{channel},{model},{done},{eligible},{answered},\"{team_name}\",\"{right}\",{score},{n}"
                );
            }
        }
    }
    csv
}

const EVERYTHING: &str = "version = 1\n[data]\ndecision = \"done\"\nfavourable = [1]\ncount = \"n\"\nscore = \"score\"\n\
    [human]\nmodel_decision = \"model\"\n\
    [funnel]\nstages = [{ name = \"eligible\", yes = [1] }, { name = \"a stage, with \\\"quotes\\\"\", column = \"answered\", yes = [1] }]\n\
    [classes]\nchosen = \"team\"\nright = \"right\"\n\
    [budget]\nties = \"in\"\ntop = [0.1, 500, \"1/2\"]\n\
    [[attribute]]\nname = \"region\"\n[[attribute]]\nname = \"channel\"\n";

#[test]
fn they_have_room_and_say_what_is_not_drawn() {
    let mut seen = 0;
    for (regions, teams) in [(2, 2), (40, 9)] {
        let document = audit_text(EVERYTHING, &many(regions, teams));
        for section in [HUMAN, FUNNEL, CLASSES, BUDGET] {
            let all = figures(&internal(&document), section);
            assert!(!all.is_empty(), "{section}");
            for figure in all {
                let svg = drawn(&figure);
                assert_eq!(svg, drawn(&figure), "the same every time");
                assert!(svg.len() < 90_000, "{} has {} bytes", figure.title, svg.len());
                // A page of paper holds 1,250 points.
                assert!(height(&svg) <= 1250.0, "{} is {} high", figure.title, height(&svg));
                stays_on_its_sheet(&figure.title, &svg);
                covers_no_word(&figure.title, &svg);
                has_known_colours(&figure.title, &svg);
                assert!(!svg.contains("<script"));
                assert!(svg.contains("role=\"img\"") && svg.contains("<desc id=\"figure-1-desc\">"));
                let rows: usize = panels(&figure).iter().map(|panel| panel.rows.len()).sum();
                assert!(rows <= 31, "{} has {rows} rows", figure.title);
                let of_regions = figure.title.ends_with("by region") && !figure.title.starts_with("Where the gap");
                assert_eq!(figure.message.contains("then those with the most rows"), of_regions && regions > 9);
                for row in panels(&figure).iter().flat_map(|panel| &panel.rows) {
                    assert!(figure.description.contains(&format!("{}: {}", row.label, row.value)), "{}", figure.title);
                }
                seen += 1;
            }
        }
        let classes = figure(&document, CLASSES, "Share sent to each class, by channel");
        assert_eq!(panels(&classes).len(), teams.min(5));
        assert_eq!(classes.message.contains("Of 9 classes, 5 are drawn"), teams > 5);
        let parts = figure(&document, FUNNEL, "Where the gap at the end arises, in percentage points, by region");
        assert_eq!(parts.message.contains("Of 39 gaps, 3 are drawn"), regions > 3);
    }
    assert!(seen > 20, "{seen}");
}

/// A channel with a few rows hides all channels in each of these sections, and no figure or CSV row has them.
#[test]
fn nothing_hidden_is_drawn() {
    let with = |rare: usize| {
        let mut csv = many(2, 2);
        for i in 0..rare {
            let _ = writeln!(csv, "region 1,rare,{},{},1,{},team 0,team 0,0.5,1", i % 2, (i + 1) % 2, (i + 1) % 2);
        }
        csv
    };
    let sections = [
        (HUMAN, "[human]\nmodel_decision = \"model\"\n", "human,"),
        (
            FUNNEL,
            "[funnel]\nstages = [{ name = \"eligible\", yes = [1] }, { name = \"answered\", yes = [1] }]\n",
            "funnel,",
        ),
        (CLASSES, "[classes]\nchosen = \"team\"\n", "classes,"),
        (BUDGET, "[budget]\nties = \"in\"\ntop = [0.1]\n", "budget,"),
    ];
    for (section, policy, kind) in sections {
        let score = if section == BUDGET { "score = \"score\"\n" } else { "" };
        let policy = format!(
            "version = 1\n[data]\ndecision = \"done\"\nfavourable = [1]\ncount = \"n\"\n{score}{policy}[[attribute]]\nname = \"region\"\n\
             [[attribute]]\nname = \"channel\"\n"
        );
        let shown = |rare: usize, audience: Audience| {
            let made = release(audit_text(&policy, &with(rare)), audience, &[]).expect("a release");
            let csv = String::from_utf8(Format::Csv.to_bytes(&made).expect("CSV")).expect("text");
            let rows: Vec<String> = csv.lines().filter(|line| line.starts_with(kind)).map(str::to_owned).collect();
            (figures(&made, section), rows)
        };
        let of_channels = |figures: &[Figure]| figures.iter().filter(|one| one.title.ends_with("by channel")).count();
        let (all, rows) = shown(5, Audience::Internal);
        assert!(of_channels(&all) > 0 && rows.iter().any(|row| row.contains("channel=rare")), "{section}");
        assert!(all.iter().any(|figure| figure.description.contains("rare")));
        let (public, rows) = shown(5, Audience::Public);
        assert_eq!(of_channels(&public), 0, "{section}");
        assert!(rows.iter().all(|row| !row.contains("channel")), "{section}: {rows:?}");
        for figure in &public {
            assert!(!format!("{figure:?}").contains("rare"), "{section}: {figure:?}");
            assert!(!drawn(figure).contains("rare"));
        }
        // Where no group is small, channels are drawn for the public too; of budgets nothing ever is.
        let (public, rows) = shown(0, Audience::Public);
        assert_eq!(of_channels(&public) > 0, section != BUDGET, "{section}");
        assert_eq!(rows.is_empty(), section == BUDGET);
    }
}

/// The rows of a kind, each with the fields before its numbers joined, and its numbers.
fn csv_rows(document: &Document, kind: &str) -> Vec<String> {
    let csv = String::from_utf8(Format::Csv.to_bytes(&internal(document)).expect("CSV")).expect("text");
    let header = "kind,metric,contrast,axes,group,reference,estimate,low,high,numerator,denominator,undefined";
    assert_eq!(csv.lines().next(), Some(header));
    assert!(csv.lines().all(|line| line.contains('"') || line.split(',').count() == 12));
    csv.lines().filter(|line| line.starts_with(&format!("{kind},"))).map(str::to_owned).collect()
}

#[test]
fn every_number_of_the_sections_is_in_the_csv() {
    let has = |rows: &[String], begin: &str, end: &str| {
        assert!(rows.iter().any(|row| row.starts_with(begin) && row.ends_with(end)), "{begin} … {end} in {rows:#?}");
    };
    let document = case("funnel", "campaign.csv");
    let rows = csv_rows(&document, "funnel");
    has(&rows, "funnel,answered.of-all,value,region,region=south,,0.06", ",105,1703,");
    has(&rows, "funnel,answered.of-those-before,value,region,region=south,,0.3", ",105,340,");
    has(&rows, "funnel,eligible.of-all,value,,,,0.", ",3192,3805,");
    has(&rows, "funnel,answered.of-all,difference,region,region=south,region=north,-0.04", ",,,");
    has(&rows, "funnel,selected.part,difference,region,region=south,region=north,-0.", ",,,");
    let view = document.funnel.as_ref().expect("a funnel");
    assert_eq!(rows.len(), view.groups.len() * 3 * 2 + view.gaps.len() * (2 + 3 * 2));

    let document = case("human-widens", "answers.csv");
    let rows = csv_rows(&document, "human");
    has(&rows, "human,before,value,region,region=south,,0.475,", ",190,400,");
    has(&rows, "human,after,value,region,region=south,,0.365,", ",146,400,");
    has(&rows, "human,widening,difference,region,region=south,region=north,0.1", ",,,");
    let view = document.human.as_ref().expect("people");
    assert_eq!(rows.len(), 4 * (view.steps.len() + view.gaps.len()));

    let document = case("classes", "tickets.csv");
    let rows = csv_rows(&document, "classes");
    has(&rows, "classes,billing.share,value,region,region=south,,0.35", ",322,900,");
    has(&rows, "classes,billing.true-positive-rate,value,region,region=south,,0.71,", ",284,400,");
    has(&rows, "classes,billing.true-positive-rate,difference,region,region=south,region=north,-0.13", ",,,");
    has(&rows, "classes,harm,difference,region,region=south,region=north,0.14", ",,,");
    let view = document.classes.as_ref().expect("classes");
    assert_eq!(rows.len(), view.groups.len() * (3 + 9 + 7) + view.gaps.len() + view.harm_gaps.len());

    let document = case("budget", "people.csv");
    let rows = csv_rows(&document, "budget");
    has(&rows, "budget,reached-top-0.1,value,shop,shop=south,,0.04,", ",40,1000,");
    has(&rows, "budget,reached-top-400,ratio,shop,shop=south,shop=north,0.3333", ",,,");
    let view = &document.budgets;
    assert_eq!(rows.len(), view.iter().map(|one| one.groups.len() + one.gaps.len()).sum::<usize>());

    // Names with commas and quotes stay in one field.
    let rows = csv_rows(&audit_text(EVERYTHING, &many(2, 2)), "classes");
    let named = rows.iter().filter(|row| row.contains("\"\"quoted\"\"")).count();
    assert!(named > 10 && rows.iter().all(|row| !row.contains("\"\"\"")), "{named}");
}

#[test]
fn a_usual_report_has_them_and_stays_small() {
    let page = audit_dataset("support_tickets", "html", 1);
    assert!(page.contains(". Share with the favourable decision, before and after people, by segment.</strong>"));
    assert!(page.len() < 300_000, "{} bytes", page.len());
    let page = audit_dataset("offers_and_consent", "html", 1);
    for title in ["Share of all rows that reached each stage, by channel", "Where the gap at the end arises"] {
        assert!(page.contains(&format!(". {title}")), "{title}");
    }
    assert!(page.len() < 300_000, "{} bytes", page.len());
}
