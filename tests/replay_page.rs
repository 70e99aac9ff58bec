//! Promises of the page that `kordon replay` writes: it holds all it needs, and what it shows is what the scene says,
//! position by position, in a real browser.
//!
//! Without a Chromium these tests say so and look only at the file; where `KORDON_BROWSER=required` (as in CI) that is a
//! failure.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;
mod trace_scenarios;

use std::path::PathBuf;
use std::process::Command as Process;

use base64::Engine as _;
use kordon::kernel::time::{SECOND, Tick};
use kordon::report::messages::{Language, Messages};
use kordon::report::replay::{Replay, Standing, page};
use kordon::scene::{Command, Film, Look, Picture, Playhead, Timeline};
use kordon::study::Case;
use kordon::trace;
use serde_json::{Value, json};
use trace_scenarios::{BUSES, WEEK};

const NOBODY: &str = r#"
kordon = 1
name = "Nobody <comes> & \"goes\""
sides = ["UA", "PL"]
[run]
start = "Mon 00:00"
length = "1 d"
[traffic.out]
class = "truck"
from = "UA"
arrives = { per_day = 0 }
[UA.exit]
stages = ["customs"]
room = "10 trucks"
customs = { agency = "UA customs", booths = 2, service = "5 min" }
"#;

struct Shown {
    film: Film,
    timeline: Timeline,
    page: String,
}

fn shown(text: &str, language: Language) -> Shown {
    let case = match Case::of_text("test.toml", text) {
        Ok(case) => case,
        Err(errors) => panic!("{}", errors.render(false)),
    };
    let trace = trace::record(&case.plan, 7, 0).unwrap();
    let film = Film::new(&case.plan, &trace);
    // A window from the middle of things.
    let timeline = Timeline::new(&case.plan, &film, case.plan.window / 5, case.plan.window / 2);
    let standing = Standing {
        runs: 200,
        headline: "UA>PL truck wait mean".to_owned(),
        value: "3 h".to_owned(),
        worse_than: 62,
    };
    let replay =
        Replay { case: &case, trace: &trace, film: &film, timeline: &timeline, standing: Some(&standing) };
    let page = page(&replay, &Messages::new(language), language.tag());
    Shown { film, timeline, page }
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("KORDON_CHROMIUM").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found =
        std::env::split_paths(&path).flat_map(|dir| names.map(|name| dir.join(name))).find(|p| p.is_file());
    let found = named.or(found);
    if found.is_none() {
        let required = std::env::var("KORDON_BROWSER").is_ok_and(|v| v == "required");
        assert!(!required, "there is no Chromium, and KORDON_BROWSER=required");
        eprintln!("skipped: there is no Chromium on the path");
    }
    found
}

/// Opens a page in a browser, runs a script in it, and answers with what that gives, and what went wrong meanwhile.
fn in_browser(page: &str, script: &str) -> Option<Value> {
    let chromium = chromium()?;
    let watch = "<head><script>window.wrong=[];addEventListener('error',e=>wrong.push(e.message));\
        addEventListener('unhandledrejection',e=>wrong.push(String(e.reason)));\
        addEventListener('securitypolicyviolation',e=>wrong.push('left the page: '+e.blockedURI));\
        for(const k of ['error','warn'])console[k]=(...a)=>wrong.push(a.join(' '));</script>";
    let run = format!(
        "<script>(()=>{{let answer;try{{answer=(()=>{{{script}}})()}}catch(e){{wrong.push(e.stack)}}\
         const left=performance.getEntriesByType('resource').map(e=>e.name).filter(n=>!n.startsWith('data:'));\
         const out=document.createElement('pre');out.id='answer';\
         out.textContent=btoa(unescape(encodeURIComponent(JSON.stringify({{answer,wrong,left}}))));\
         document.body.append(out)}})()</script></body>"
    );
    let page = page.replacen("<head>", watch, 1).replacen("</body>", &run, 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    std::fs::write(&file, page).unwrap();
    let flags =
        ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
    let out = Process::new(chromium)
        .args(flags)
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .args(["--window-size=1500,1100", "--virtual-time-budget=2000", "--dump-dom"])
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&out.stdout);
    let answer = dom.split("<pre id=\"answer\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let Some(answer) = answer else {
        panic!("the page did not answer: {}", String::from_utf8_lossy(&out.stderr));
    };
    let bytes = base64::engine::general_purpose::STANDARD.decode(answer.trim()).unwrap();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["wrong"], json!([]), "errors on the page");
    assert_eq!(value["left"], json!([]), "something was asked of a network");
    Some(value["answer"].clone())
}

/// Times that look random and are not, on whole milliseconds.
fn times(count: u64, timeline: &Timeline) -> impl Iterator<Item = Tick> + use<> {
    let (from, long) = (timeline.from, timeline.to - timeline.from);
    (1..=count).map(move |k| (from + k.wrapping_mul(0x9e37_79b9_7f4a_7c15) % long) / 1000 * 1000)
}

#[test]
fn a_page_holds_all_it_needs() {
    for text in [WEEK, BUSES, NOBODY] {
        let page = shown(text, Language::English).page;
        assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
        for elsewhere in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(elsewhere), "{elsewhere}");
        }
        for said in [
            "Schematic: lengths true, buildings not",
            "Model result, not a forecast",
            "one of 200 simulated runs",
        ] {
            assert!(page.contains(said), "{said}");
        }
        for hole in ["@title@", "@frame@", "@data@", "@scripts@", "@style@"] {
            assert!(!page.contains(hole));
        }
        assert!(!page.contains("<comes>"), "a name is no markup");
        for judging in ["blame", "guilt", "bottleneck", "predict"] {
            assert!(!page.contains(judging), "{judging}");
        }
    }
}

#[test]
fn positions_numbers_and_hours_are_those_of_the_scene() {
    let laredo = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/laredo-world-trade-bridge.toml"
    ));
    for text in [WEEK, BUSES, &laredo.unwrap()] {
        let shown = shown(text, Language::English);
        let mut picture = Picture::new();
        let mut expected = vec![];
        let mut figures = 0;
        for at in times(200, &shown.timeline) {
            picture.draw(&shown.film, at, Look::default());
            let drawn: Vec<Value> =
                picture.figures.iter().map(|f| json!([f.traveller, f.x, f.y, f.cause.0])).collect();
            figures += drawn.len();
            let waited = (0..2).map(|side| shown.film.hours.waited(side, at) as f64 / 1e3).sum::<f64>();
            let lamps: Vec<u8> = picture.lamps.iter().map(|l| l.state as u8).collect();
            let standing = picture.standing.map(|s| s.all());
            expected.push(json!([at / 1000, drawn, standing, waited, lamps]));
        }
        assert!(figures > 1_000, "{figures}");
        let script = format!(
            "const expected={};let far=0,figures=0,others=0,causes=0,counts=0,hours=0,lamps=0;\
             for(const [at,drawn,standing,waited,shows] of expected){{const now=kordon.film.at(at);\
               const here=new Map(now.figures.map(f=>[f.stay.traveller.number,f]));\
               others+=Math.abs(here.size-drawn.length);\
               for(const [i,x,y,cause] of drawn){{const f=here.get(i);if(!f){{others++;continue}}\
                 figures++;far=Math.max(far,Math.hypot(f.x-x,f.y-y));causes+=f.cause!==cause}}\
               standing.forEach((n,k)=>counts+=n!==now.standing[k].all);\
               hours=Math.max(hours,Math.abs(kordon.film.waitedUntil(0,at)+kordon.film.waitedUntil(1,at)-waited));\
               const tracks=kordon.film.tracks.filter(t=>t.booth>=0);\
               tracks.forEach((t,k)=>lamps+=kordon.film.lamp(t.booth,at).state!==shows[k])}}\
             return {{far,figures,others,causes,counts,hours,lamps}}",
            Value::from(expected)
        );
        let Some(answer) = in_browser(&shown.page, &script) else { return };
        println!("{answer}");
        assert_eq!(answer["figures"], json!(figures), "{answer}");
        for none in ["others", "counts", "lamps"] {
            assert_eq!(answer[none], json!(0), "{answer}");
        }
        assert!(answer["far"].as_f64().unwrap() < 0.001, "{answer}");
        assert!(answer["hours"].as_f64().unwrap() < 1.0, "{answer}");
        // Shares are rounded to tenths of a second: a colour may fall to the other side of a tie.
        assert!(answer["causes"].as_f64().unwrap() < figures as f64 * 0.01, "{answer}");
    }
}

#[test]
fn the_playhead_is_the_same_as_in_rust() {
    let shown = shown(WEEK, Language::English);
    let timeline = &shown.timeline;
    let mut head = Playhead::new(timeline, timeline.from);
    let commands = [
        Command::PlayPause,
        Command::StepForward,
        Command::StepBack,
        Command::NextMark,
        Command::PreviousMark,
        Command::Faster,
        Command::Slower,
        Command::LoopHere,
        Command::SlowByItself,
        Command::Start,
        Command::AnotherWeek,
    ];
    let (mut script, mut expected) = (vec![], vec![]);
    for k in 0..600u64 {
        let draw = (k.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize;
        let command = commands[draw % commands.len()];
        head.apply(command, timeline);
        script.push(json!([command.name(), null]));
        if k % 40 == 7 {
            let at = timeline.from + (timeline.to - timeline.from) / 600 * k;
            head.apply(Command::Jump(at), timeline);
            script.push(json!(["jump", at as f64 / 1e3]));
        }
        for real in [40, 500] {
            head.advance(real * SECOND / 1000, timeline);
            script.push(json!(["advance", real]));
        }
        expected.push(json!([script.len(), head.at as f64 / 1e3, head.playing, head.speed]));
    }
    let script = format!(
        "const head=new Playhead(kordon.frame,kordon.film,kordon.frame.from),script={},expected={},wrong=[];\
         let done=0;for(const [upto,at,playing,speed] of expected){{\
           for(;done<upto;done++){{const [what,value]=script[done];\
             if(what==='advance')head.advance(value);else head.apply(what,value)}}\
           if(Math.abs(head.at-at)>1||head.playing!==playing||head.speed!==speed)wrong.push([done,script[done-3],head.at,at,playing])}}\
         return wrong.slice(0,3)",
        Value::from(script),
        Value::from(expected)
    );
    if let Some(answer) = in_browser(&shown.page, &script) {
        assert_eq!(answer, json!([]));
    }
}

#[test]
fn one_can_ask_by_keys_and_clicks() {
    let week = shown(WEEK, Language::Ukrainian);
    let script = "const k=kordon,out={};document.body.focus();\
        const press=(name,shift)=>document.body.dispatchEvent(new KeyboardEvent('keydown',{key:name,shiftKey:!!shift,bubbles:true}));\
        press(' ');out.plays=k.head.playing;press(' ');out.stops=!k.head.playing;\
        const at=k.head.at;press('ArrowRight',true);out.moved=k.head.at>at;press('Home');out.home=k.head.at===k.frame.from;\
        press('n');out.other=!document.getElementById('other').hidden;\
        k.apply('jump',k.frame.opens);k.show(1);\
        const d=k.plan.drawn.find(d=>d.f.since!==null);\
        const found=k.plan.under(d.x,d.y);out.found=!!found&&!!found.traveller;\
        k.choose(found);out.told=document.getElementById('inspector').textContent.length>80;\
        const stage=k.plan.hits.find(h=>h.booth!==undefined);k.choose(stage);\
        out.stage=document.getElementById('inspector').textContent.length>60;\
        for(const b of document.querySelectorAll('#bookmarks button'))b.click();\
        const colours=document.getElementById('colour');\
        for(let n=0;n<colours.options.length;n++){colours.value=n;colours.dispatchEvent(new Event('change'));k.show(2+n)}\
        out.caption=document.getElementById('caption').textContent.length>10;\
        out.named=[...document.querySelectorAll('button')].every(b=>b.textContent.trim()||b.getAttribute('aria-label'));\
        out.canvas=document.getElementById('plan').getAttribute('aria-label').length>20;\
        out.filled=!/\\{\\w+\\}/.test(document.body.innerText.replace(/<script.*/s,''));return out";
    if let Some(Value::Object(answer)) = in_browser(&week.page, script) {
        for (what, is) in &answer {
            assert_eq!(is, &json!(true), "{what}: {answer:?}");
        }
        assert!(answer.len() > 10);
    }
    // A crossing without travellers opens, too.
    let nobody = shown(NOBODY, Language::English).page;
    if let Some(answer) =
        in_browser(&nobody, "kordon.apply('play-pause');kordon.show(1);return kordon.film.travellers.length")
    {
        assert_eq!(answer, json!(0));
    }
}
