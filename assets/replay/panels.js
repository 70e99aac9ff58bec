// What stands beside the plan: clocks, bars, captions, legend, timeline, and answers to clicks.

const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[c]));
const MINUTE = 60e3, HOUR = 3600e3, DAY = 24 * HOUR;

class Words {
  constructor(messages) {
    this.table = messages;
    this.days = messages.weekdays.split(' ');
    this.months = messages.months.split(' ');
    this.say = (name, values = {}) => (messages[name] || name).replace(/\{(\w+)\}/g, (hole, key) => (key in values ? values[key] : hole));
  }

  number(n) { return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' '); }

  // "3 h 10 min", "45 s", "2 d 4 h".
  duration(ms) {
    const two = (big, unit, small, below) => (small ? `${big} ${unit} ${small} ${below}` : `${big} ${unit}`);
    const { minutes, hours, days, seconds } = this.table;
    const min = Math.round(ms / MINUTE), h = Math.round(ms / HOUR);
    if (ms >= 2 * DAY) return two(Math.floor(h / 24), days, h % 24, hours);
    if (ms >= HOUR) return two(Math.floor(min / 60), hours, min % 60, minutes);
    return ms >= 10 * MINUTE ? `${min} ${minutes}` : ms >= MINUTE ? two(Math.floor(ms / MINUTE), minutes, Math.round(ms % MINUTE / 1000) % 60, seconds) : `${Math.round(ms / 1000)} ${seconds}`;
  }
}

// Whole per cents that still sum to a hundred.
function percents(parts) {
  const sum = parts.reduce((a, b) => a + b, 0);
  if (!(sum > 0)) return parts.map(() => 0);
  const exact = parts.map((p) => p / sum * 100), whole = exact.map(Math.floor);
  let short = 100 - whole.reduce((a, b) => a + b, 0);
  for (const k of parts.map((_, k) => k).sort((a, b) => (exact[b] % 1) - (exact[a] % 1) || a - b)) { if (short-- > 0) whole[k]++; }
  return whole;
}

class Clocks {
  constructor(frame, words) { Object.assign(this, { frame, words }); }

  // The side's clock as a date whose UTC fields are what it shows.
  shown(side, at) {
    const segments = this.frame.clocks[side];
    let ahead = segments[0][1];
    for (const [from, by] of segments) if (from <= at) ahead = by;
    return new Date(at + ahead);
  }

  label(side, at, seconds = false) {
    const d = this.shown(side, at), two = (n) => String(n).padStart(2, '0'), { days, months } = this.words;
    const day = days[(d.getUTCDay() + 6) % 7], date = this.frame.dated ? ` ${d.getUTCDate()} ${months[d.getUTCMonth()]}` : '';
    return `${day}${date} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}${seconds ? `:${two(d.getUTCSeconds())}` : ''}`;
  }

  // 0 by day, 1 by night; between 5 and 7, and between 20 and 22, in between.
  dark(side, at) {
    const d = this.shown(side, at), h = d.getUTCHours() + d.getUTCMinutes() / 60;
    return h < 12 ? Math.min(1, Math.max(0, (7 - h) / 2)) : Math.min(1, Math.max(0, (h - 20) / 2));
  }
}

// A stretch of a bar, filled as the legend has it.
function segment(share, [fill, pattern], label, title) {
  const wide = share * 100;
  const words = label && wide >= Math.max(7, label.length * 0.95) ? `<span>${escaped(label)}</span>` : '';
  return `<div style="width:${wide.toFixed(3)}%;background-color:${fill};--pen:${penOf(fill)}" class="p${pattern}" title="${escaped(title || label)}">${words}</div>`;
}

const swatch = ([fill, pattern]) => `<i class="sw p${pattern}" style="background-color:${fill};--pen:${penOf(fill)}"></i>`;

class Bars {
  constructor(box, frame, words) { Object.assign(this, { box, frame, words }); }

  groundNames(side) {
    const { say } = this.words, { sides } = this.frame;
    return [say('elsewhere'), say('road'), say('exit-post', { side: sides[side] }), say('between'), say('entry-post', { side: sides[1 - side] })];
  }

  groundSwatches(side) {
    const day = (s) => GROUND[s][1];
    return [['#ffffff', 0], ['#d9d5cb', 0], [day(side), 0], ['#b8b3a7', 0], [day(1 - side), 0]];
  }

  // Parts of a standing: [share, swatch, words], the largest causes first within each owner.
  causes(standing) {
    const rows = this.frame.legends[0].rows, parts = [];
    for (let k = 1; k < CAUSES; k++) if (standing.causes[k] > 1e-9) parts.push([standing.causes[k], rows[k][0], rows[k][1]]);
    return parts;
  }

  update(standing) {
    const { say } = this.words;
    this.box.innerHTML = this.frame.directions.map((direction, side) => {
      const s = standing[side], n = this.words.number(s.all);
      if (!s.all) return `<div><h2>${escaped(say('nobody-waits', { direction: direction.words }))}</h2></div>`;
      const names = this.groundNames(side), swatches = this.groundSwatches(side);
      const where = s.grounds.map((count, k) => [count, swatches[k], names[k]]).filter((p) => p[0]);
      return `<div><h2>${escaped(say('bars-title', { direction: direction.words, n }))}</h2>`
        + this.bar(say('where-they-stand'), where, s.all) + this.bar(say('what-they-wait-for'), this.causes(s), s.all) + '</div>';
    }).join('');
  }

  bar(name, parts, all) {
    const { say } = this.words, whole = percents(parts.map((p) => p[0]));
    const bar = parts.map(([n, look, words], k) => segment(n / all, look, words, say('share-of', { percent: whole[k], what: words }))).join('');
    const list = parts.map(([, look, words], k) => whole[k] && `<span>${swatch(look)}${escaped(say('share-of', { percent: whole[k], what: words }))}</span>`).filter(Boolean).join('');
    return `<p class="bar-name">${escaped(name)}</p><div class="bar">${bar}</div><p class="words">${list}</p>`;
  }

  // The same in a sentence.
  caption(standing) {
    const { say } = this.words;
    return this.frame.directions.map((direction, side) => {
      const s = standing[side];
      if (!s.all) return say('caption-nobody', { direction: direction.words });
      const names = this.groundNames(side);
      const where = s.grounds.map((n, k) => (n ? `${n} ${names[k]}` : '')).filter(Boolean).join(', ');
      const parts = this.causes(s), whole = percents(parts.map((p) => p[0]));
      const list = parts.map((p, k) => [whole[k], p[2]]).filter((p) => p[0] > 0).sort((a, b) => b[0] - a[0]).slice(0, 4);
      const what = list.map(([percent, words]) => say('share-of', { percent, what: words })).join(', ');
      return say('caption-waits', { direction: direction.words, n: s.all, where, what });
    }).join(' ');
  }
}

class Timeline {
  constructor(canvas, frame, film, clocks, words) {
    Object.assign(this, { canvas, frame, film, clocks, words });
    this.resize();
  }

  resize() {
    const pixels = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth || 1000;
    this.height = 92;
    this.canvas.width = this.width * pixels;
    this.canvas.height = this.height * pixels;
    this.pixels = pixels;
    this.ground = null;
  }

  x(at) { return (at - this.frame.from) / (this.frame.to - this.frame.from) * this.width; }
  time(x) { return this.frame.from + Math.min(1, Math.max(0, x / this.width)) * (this.frame.to - this.frame.from); }

  draw(head) {
    const c = this.canvas.getContext('2d');
    c.setTransform(this.pixels, 0, 0, this.pixels, 0, 0);
    if (!this.ground) this.ground = this.drawGround();
    c.clearRect(0, 0, this.width, this.height);
    c.drawImage(this.ground, 0, 0, this.width, this.height);
    if (head.looped) {
      const a = this.x(head.looped[0]), b = head.looped[1] === null ? a + 2 : this.x(head.looped[1]);
      c.fillStyle = 'rgba(42,47,54,.16)'; c.fillRect(a, 0, b - a, this.height);
      c.fillStyle = INK; c.fillRect(a, 0, 2, this.height); c.fillRect(b - 2, 0, 2, this.height);
    }
    const x = this.x(head.at);
    c.fillStyle = INK; c.fillRect(x - 1, 0, 2, this.height);
    c.beginPath(); c.moveTo(x - 6, 0); c.lineTo(x + 6, 0); c.lineTo(x, 9); c.fill();
  }

  drawGround() {
    const sheet = document.createElement('canvas');
    sheet.width = this.width * this.pixels; sheet.height = this.height * this.pixels;
    const c = sheet.getContext('2d');
    c.scale(this.pixels, this.pixels);
    const { frame, film } = this, base = 58;
    c.fillStyle = '#fff'; c.fillRect(0, 0, this.width, base);
    // Nights, on the clock of the first side.
    for (let x = 0; x < this.width; x++) {
      const dark = this.clocks.dark(0, this.time(x));
      if (dark) { c.fillStyle = `rgba(42,47,54,${0.1 * dark})`; c.fillRect(x, 0, 1, base); }
    }
    const most = film.hours.reduce((sum, h) => h.count.reduce((a, b) => Math.max(a, b), sum), 1);
    film.hours.forEach((hours, side) => {
      c.beginPath();
      let last = base;
      hours.at.forEach((at, k) => {
        const x = this.x(at), y = base - hours.count[k] / most * (base - 14);
        if (k) c.lineTo(x, last); else c.moveTo(x, y);
        c.lineTo(x, y);
        last = y;
      });
      c.lineTo(this.width, last);
      c.strokeStyle = INK; c.lineWidth = 1.6; c.setLineDash(side ? [4, 3] : []);
      c.stroke(); c.setLineDash([]);
    });
    c.font = `11${FONT}`; c.fillStyle = QUIET; c.textAlign = 'left';
    c.fillText(`${frame.directions[0].words} ——   ${frame.directions[1] ? `${frame.directions[1].words} – – –` : ''}   max ${most}`, 6, 12);
    for (const [at, until, kind, , side] of frame.marks) {
      const x = this.x(at), w = Math.max(2, this.x(until) - x), hue = side === null ? INK : INKS[side];
      c.fillStyle = hue;
      if (kind === 'shift') c.fillRect(x - .5, base, 1.4, 8);
      if (kind === 'spill') c.fillRect(x, base + (side ? 15 : 11), w, 3);
      if (kind === 'outage') { c.fillStyle = '#fff'; c.fillRect(x, 14, w, base - 14); c.fillStyle = patternTile(2, 'rgba(42,47,54,.55)'); c.fillRect(x, 14, w, base - 14); }
      if (kind === 'number') { c.beginPath(); c.moveTo(x - 3.5, base); c.lineTo(x + 3.5, base); c.lineTo(x, base - 6); c.fill(); }
    }
    for (const [at] of frame.bookmarks) {
      const x = this.x(at);
      c.fillStyle = INK; c.fillRect(x - .7, 16, 1.4, base - 16);
      c.beginPath(); c.arc(x, 18, 4, 0, 7); c.fill();
    }
    // Days or hours, under it.
    const long = frame.to - frame.from, step = long > 2 * DAY ? DAY : long > 12 * HOUR ? 2 * HOUR : HOUR;
    const first = this.clocks.shown(0, frame.from).getTime(), ahead = first - frame.from;
    c.textAlign = 'left'; c.fillStyle = QUIET;
    for (let t = Math.ceil(first / step) * step; t - ahead <= frame.to; t += step) {
      const at = t - ahead, x = this.x(at);
      c.fillRect(x, base, 1, 24);
      c.fillText(step === DAY ? this.clocks.label(0, at + 1).replace(/ \d\d:\d\d$/, '') : this.clocks.label(0, at + 1).slice(-5), x + 4, base + 31);
    }
    return sheet;
  }

  // What is marked near a point.
  near(x) {
    const at = this.time(x), close = 5 / this.width * (this.frame.to - this.frame.from);
    const marks = this.frame.marks.filter(([from, until]) => at >= from - close && at <= until + close).map((m) => m[3]);
    const books = this.frame.bookmarks.filter(([t]) => Math.abs(t - at) <= close).map((b) => b[1]);
    return [...new Set([...books, ...marks])].slice(0, 3);
  }
}

class Inspector {
  constructor(box, frame, film, clocks, words) {
    Object.assign(this, { box, frame, film, clocks, words, subject: null });
  }

  show(subject, at) {
    this.subject = subject;
    this.box.hidden = !subject;
    this.update(at);
  }

  update(at) {
    const { subject } = this;
    if (!subject) return;
    const html = subject.traveller ? this.traveller(subject.traveller, at)
      : subject.stage !== undefined ? this.stage(subject.stage, subject.booth, at)
        : this.way(subject.road || subject.strip, at);
    const top = this.box.scrollTop;
    this.box.innerHTML = `<button class="close" data-do="close" title="${escaped(this.words.say('close'))}">×</button>${html}`;
    this.box.scrollTop = top;
  }

  name(t) {
    const { say } = this.words;
    if (t.of < 0) return say('traveller', { class: t.what.class, number: t.number });
    return say('passenger', { number: t.number, class: t.what.class, vehicle: this.film.travellers[t.of].number });
  }

  traveller(t, at) {
    const { say } = this.words, first = t.stays[0], last = t.stays[t.stays.length - 1];
    const now = t.stays.find((s) => s.from <= at && at < s.to);
    const all = last.to - first.from, lines = [];
    lines.push(`<h2>${escaped(this.name(t))}</h2>`);
    const what = [t.what.group, t.what.words, t.persons > 1 ? say('persons', { n: t.persons }) : ''].filter(Boolean).join(' · ');
    lines.push(`<p>${escaped(what)}</p>`);
    lines.push(`<p><b>${escaped(now ? this.doing(now, at) : say('not-here-now'))}</b></p>`);
    lines.push(`<p>${escaped(say('waited-in-all', { time: this.words.duration(t.waited), all: this.words.duration(all) }))}`);
    if (t.of < 0) lines.push(` – ${escaped(say('rank', { percent: t.rank, group: t.what.group }))}`);
    lines.push('</p>');
    const here = `<div class="here" style="left:${Math.min(100, Math.max(0, (at - first.from) / all * 100))}%"></div>`;
    const where = t.stays.map((s) => segment((s.to - s.from) / all, this.ground(s), '', `${s.track.name}: ${this.words.duration(s.to - s.from)}`)).join('');
    lines.push(`<p class="bar-name">${escaped(say('journey-where'))}</p><div class="strip">${where}${here}</div>`);
    const rows = this.frame.legends[0].rows;
    const forWhat = t.stays.map((s) => {
      const long = s.to - s.from, need = Math.max(0, long - s.waited);
      const parts = s.parts.map((p) => segment(p.ms / all, rows[this.frame.whats[p.what][0]][0], '', `${this.frame.whats[p.what][1]}: ${this.words.duration(p.ms)}`));
      if (need > 500) parts.push(segment(need / all, rows[OWN][0], '', `${say('own-need')}: ${this.words.duration(need)}`));
      return parts.join('');
    }).join('');
    lines.push(`<p class="bar-name">${escaped(say('journey-what-for'))}</p><div class="strip">${forWhat}${here}</div>`);
    lines.push('<table>');
    for (const s of t.stays) {
      const parts = [...s.parts].sort((a, b) => b.ms - a.ms);
      const need = s.to - s.from - s.waited;
      const what = parts.map((p) => `${swatch(rows[this.frame.whats[p.what][0]][0])}${escaped(this.frame.whats[p.what][1])} ${this.words.duration(p.ms)}`);
      if (need > 500) what.push(`${swatch(rows[OWN][0])}${escaped(say('own-need'))} ${this.words.duration(need)}`);
      lines.push(`<tr class="${s === now ? 'now' : ''}"><td class="t">${this.clocks.label(0, s.from).slice(-5)}</td><td>${escaped(s.track.name)}<br>${what.join('<br>')}</td><td class="t">${this.words.duration(s.to - s.from)}</td></tr>`);
    }
    lines.push('</table>');
    lines.push(`<p>${escaped(say('appeared', { when: this.clocks.label(0, first.from) }))} · ${escaped(say('left', { when: this.clocks.label(0, last.to) }))}</p>`);
    return lines.join('');
  }

  ground(stay) {
    const side = stay.traveller.what.from, ground = stay.track.grounds[side];
    return [['#ffffff', 0], ['#d9d5cb', 0], [GROUND[side][1], 0], ['#b8b3a7', 0], [GROUND[1 - side][1], 0]][ground];
  }

  doing(stay, at) {
    const { say } = this.words, { track } = stay, since = this.film.waitsSince(stay, at);
    const room = stay.waitsFor >= 0 && track.booth < 0 && track.kind !== LINE ? say('waits-for-room', { place: this.frame.containers[stay.waitsFor] }) : say('waits');
    const lamp = track.booth >= 0 ? this.film.lamp(track.booth, at).state : null;
    const doing = since === null ? say(track.booth >= 0 ? 'is-served' : 'drives') : lamp === HELD && stay.waitsFor >= 0 ? say('waits-for-room', { place: this.frame.containers[stay.waitsFor] }) : room;
    return say('stands-now', { where: track.name, doing, time: this.words.duration(at - (since === null ? stay.from : since)) });
  }

  stage(k, booth, at) {
    const { say } = this.words, stage = this.frame.layout.stages[k], lines = [];
    const counts = [0, 0, 0, 0], held = new Map();
    let worked = 0, open = 0;
    for (let n = stage.first; n < stage.last; n++) {
      counts[this.film.lamp(n, at).state]++;
      const lamps = this.film.lamps[n];
      for (let j = 0; j < lamps.at.length && lamps.at[j] < at; j++) {
        const long = Math.min(at, j + 1 < lamps.at.length ? lamps.at[j + 1] : Infinity) - lamps.at[j];
        if (lamps.state[j] === SERVING) worked += long;
        if (lamps.state[j] !== OFF) open += long;
      }
    }
    let longest = 0, waiting = 0, inside = '';
    for (const track of this.film.tracks) {
      if ((track.kind !== LINE && track.kind !== BOOTHS) || track.index !== k) continue;
      this.film.along(track, at, (stay) => {
        const since = this.film.waitsSince(stay, at);
        if (track.kind === LINE) { waiting++; if (since !== null) longest = Math.max(longest, at - since); }
        else if (this.film.lamp(track.booth, at).state === HELD && stay.waitsFor >= 0) {
          const place = this.frame.containers[stay.waitsFor];
          held.set(place, (held.get(place) || 0) + 1);
        }
        if (track.booth === booth) inside = `${this.name(stay.traveller)}: ${this.doing(stay, at)}`;
        return true;
      });
    }
    lines.push(`<h2>${escaped(stage.path.replace(/[._]/g, ' '))}</h2><p>${escaped(stage.agencies.join(', '))}</p>`);
    lines.push(`<p><b>${escaped(say('wait-count', { n: waiting }))}</b>${longest ? ` · ${escaped(say('longest-here', { time: this.words.duration(longest) }))}` : ''}</p>`);
    lines.push(`<p>${escaped(say('booths-now', { serving: counts[SERVING], waiting: counts[WAITING], held: counts[HELD], off: counts[OFF] }))}</p>`);
    if (open) lines.push(`<p>${escaped(say('utilisation', { percent: Math.round(worked / open * 100), from: this.clocks.label(0, this.frame.from) }))}</p>`);
    for (const [place, n] of held) lines.push(`<p>${escaped(say('held-for', { n, place }))}</p>`);
    if (booth !== undefined) {
      const lamp = this.film.lamp(booth, at), names = ['lamp-serving', 'lamp-waiting', 'lamp-held', 'lamp-off'];
      lines.push(`<h2 style="margin-top:12px">${escaped(say('booth', { n: booth - stage.first + 1 }))}</h2>`);
      lines.push(`<p>${escaped(say(names[lamp.state]))}, ${escaped(say('since', { when: this.clocks.label(0, lamp.since) }))}</p>`);
      if (inside) lines.push(`<p>${escaped(inside)}</p>`);
    }
    lines.push(this.shares((track) => (track.kind === LINE || track.kind === BOOTHS) && track.index === k, at));
    return lines.join('');
  }

  way(place, at) {
    const { say } = this.words, tracks = this.film.tracks.filter((t) => t.spot === place.spot);
    let n = 0, longest = 0;
    for (const track of tracks) {
      this.film.along(track, at, (stay) => {
        const since = this.film.waitsSince(stay, at);
        n++;
        if (since !== null) longest = Math.max(longest, at - since);
        return true;
      });
    }
    return `<h2>${escaped(tracks[0].name)}</h2><p><b>${n}</b>${longest ? ` · ${escaped(say('longest-here', { time: this.words.duration(longest) }))}` : ''}</p>`
      + this.shares((track) => track.spot === place.spot, at);
  }

  // What those who wait at some tracks wait for.
  shares(of, at) {
    const { say } = this.words, sums = new Map();
    let all = 0;
    for (const track of this.film.tracks.filter(of)) {
      this.film.along(track, at, (stay) => {
        if (this.film.waitsSince(stay, at) === null) return true;
        all++;
        this.film.shares(stay, (cause, share, what) => {
          const words = what === null ? say('cause-unknown') : this.frame.whats[what][1], key = `${cause} ${words}`;
          const sum = sums.get(key) || { cause, words, share: 0 };
          sum.share += share;
          sums.set(key, sum);
        });
        return true;
      });
    }
    if (!all) return '';
    const rows = this.frame.legends[0].rows, list = [...sums.values()].sort((a, b) => b.share - a.share), whole = percents(list.map((s) => s.share));
    const bar = list.map((s) => segment(s.share / all, rows[s.cause][0], '', s.words)).join('');
    const words = list.map((s, k) => `<span>${swatch(rows[s.cause][0])}${escaped(say('share-of', { percent: whole[k], what: s.words }))}</span>`).join('');
    return `<p class="bar-name">${escaped(say('what-they-wait-for'))}</p><div class="bar">${bar}</div><p class="words">${words}</p>`;
  }
}
