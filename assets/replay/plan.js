// The plan: the crossing from above, as `src/scene/paint.rs` lays it on paper, with zoom.

const INK = '#2a2f36', QUIET = '#5f6770', PAPER = '#fbfaf7';
const GROUND = [['#e6f0fb', '#bccbdc'], ['#faece2', '#dac8ba']];
const INKS = ['#214f7c', '#723e14'];
const FONT = "px system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif";

// A pattern in ink on whatever is under it: stripes, crossed, dots, lines. 0 is none.
function patternTile(kind, pen) {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  const c = tile.getContext('2d');
  c.strokeStyle = c.fillStyle = pen;
  c.lineWidth = 1.3;
  const line = (x0, y0, x1, y1) => { c.beginPath(); c.moveTo(x0, y0); c.lineTo(x1, y1); c.stroke(); };
  if (kind === 1 || kind === 2) { line(-1, 7, 7, -1); line(-1, 1, 1, -1); line(5, 7, 7, 5); }
  if (kind === 2) { line(-1, -1, 7, 7); line(5, -1, 7, 1); line(-1, 5, 1, 7); }
  if (kind === 3) { c.beginPath(); c.arc(3, 3, 1.5, 0, 7); c.fill(); }
  if (kind === 4) line(0, 3, 6, 3);
  return c.createPattern(tile, 'repeat');
}

const isLight = (fill) => parseInt(fill.slice(1, 3), 16) + parseInt(fill.slice(3, 5), 16) + parseInt(fill.slice(5, 7), 16) > 480;
const penOf = (fill) => (isLight(fill) ? 'rgba(42,47,54,.75)' : 'rgba(255,255,255,.8)');

class Plan {
  constructor(canvas, frame, words) {
    Object.assign(this, { canvas, frame, words, view: { k: 1, x: 0, y: 0 }, hits: [] });
    this.c = canvas.getContext('2d');
    this.patterns = {};
    this.resize();
  }

  resize() {
    const { canvas, frame } = this, { layout } = frame;
    const width = Math.max(360, canvas.clientWidth || 1200), pixels = window.devicePixelRatio || 1;
    const rows = layout.bands.map(([top, bottom]) => (bottom - top) / layout.row);
    const boards = frame.boards.some((b) => b.rows.length) ? 76 : 8;
    const above = 58, below = 46;
    const row = Math.min(22, Math.max(9, 380 / Math.max(1, rows[0] + rows[1])));
    const upper = boards + above, middle = rows[1] ? rows[1] * row + below + above : 0;
    const height = upper + middle + rows[0] * row + below;
    const [left, right] = layout.span, margin = 26;
    const hasRoad = (side) => layout.roads.some((r) => r.side === side);
    const end = (side) => margin + (hasRoad(side) ? width * 0.17 : 0);
    const room = width - end(0) - end(1);
    const largest = layout.vehicle <= 1.2 ? 7 / 1.2 : 26 / layout.vehicle;
    const scale = Math.min(room / (right - left), largest);
    const spare = room - scale * (right - left);
    const longest = Math.max(1, ...layout.roads.map((r) => Math.abs(r.x[0] - r.x[1])));
    const road = Math.min(Math.min(width * 0.17 + spare / 2, 480) / longest, scale);
    Object.assign(this, { width, height, row, scale, road, tops: [upper + middle, upper], x0: end(0) + spare / 2 });
    canvas.style.height = `${height}px`;
    canvas.width = width * pixels;
    canvas.height = height * pixels;
    this.pixels = pixels;
  }

  px(m) {
    const [left, right] = this.frame.layout.span;
    if (m < left) return this.x0 - (left - m) * this.road;
    if (m > right) return this.x0 + (right - left) * this.scale + (m - right) * this.road;
    return this.x0 + (m - left) * this.scale;
  }

  py(m) {
    const route = m < 0 ? 1 : 0;
    return this.tops[route] + (m - this.frame.layout.bands[route][0]) / this.frame.layout.row * this.row;
  }

  X(m) { return this.view.x + this.view.k * this.px(m); }
  Y(m) { return this.view.y + this.view.k * this.py(m); }
  zoom(k, x, y) {
    const v = this.view, to = Math.min(24, Math.max(1, k)), by = to / v.k;
    this.view = to === 1 ? { k: 1, x: 0, y: 0 } : { k: to, x: x - (x - v.x) * by, y: y - (y - v.y) * by };
  }

  rect(fill, x, y, w, h, stroke, dash) {
    const { c } = this;
    if (fill) { c.fillStyle = fill; c.fillRect(x, y, w, h); }
    if (stroke) { c.strokeStyle = stroke; c.lineWidth = 1; c.setLineDash(dash || []); c.strokeRect(x + .5, y + .5, w - 1, h - 1); c.setLineDash([]); }
  }

  text(words, x, y, size, align = 'left', style = '', fill = INK) {
    const { c } = this;
    c.font = `${style} ${size}${FONT}`;
    c.textAlign = align;
    c.fillStyle = fill;
    c.fillText(words, x, y);
  }

  // As much of a name as fits, on two lines at most.
  fitted(words, x, y, size, width, fill) {
    const { c } = this;
    c.font = `${size}${FONT}`;
    const cut = (line) => {
      if (c.measureText(line).width <= width) return line;
      while (line.length > 2 && c.measureText(`${line}…`).width > width) line = line.slice(0, -1);
      return `${line}…`;
    };
    let lines = [words];
    if (c.measureText(words).width > width && words.includes(' ')) {
      const at = words.indexOf(' ');
      lines = [words.slice(0, at), words.slice(at + 1)];
    }
    lines.forEach((line, k) => this.text(cut(line), x, y - (lines.length - 1 - k) * (size + 1), size, 'center', '', fill));
  }

  // The long words where they fit, the short ones where not.
  short(long, short, x, y, size, width, fill) {
    this.c.font = `${size}${FONT}`;
    this.text(this.c.measureText(long).width <= width ? long : short, x, y, size, 'center', '', fill);
  }

  pattern(kind, fill) {
    const pen = penOf(fill), key = kind + pen;
    return this.patterns[key] || (this.patterns[key] = patternTile(kind, pen));
  }

  draw(now, look) {
    const { c, frame } = this;
    this.now = now;
    this.look = look;
    this.hits = [];
    c.setTransform(this.pixels, 0, 0, this.pixels, 0, 0);
    c.textBaseline = 'alphabetic';
    this.rect(PAPER, 0, 0, this.width, this.height);
    this.posts();
    this.strips();
    this.roads();
    this.stages();
    this.joins();
    this.figures();
    this.lampsOf();
    this.stageWords();
    if (this.view.k === 1) this.boards();
  }

  band(heading) {
    const route = heading < 0 ? 1 : 0, [top, bottom] = this.frame.layout.bands[route];
    const at = (m) => this.view.y + this.view.k * (this.tops[route] + (m - top) / this.frame.layout.row * this.row);
    return [at(top), at(bottom)];
  }

  span([from, to]) {
    const a = this.X(from), b = this.X(to);
    return [Math.min(a, b), Math.max(a, b)];
  }

  number(spot) { return this.now.numbers.get(spot) || 0; }

  posts() {
    const { frame, words } = this;
    for (const post of frame.layout.posts) {
      const heading = post.x[1] < post.x[0] ? -1 : 1, [top, bottom] = this.band(heading), [left, right] = this.span(post.x);
      const [day, night] = GROUND[post.side];
      this.rect(mix(day, night, this.look.dark[post.side]), left, top - 50, right - left, bottom - top + 94);
      let name = post.name;
      if (post.places) {
        const stages = frame.layout.stages.slice(...post.stages).filter((s) => !s.apart);
        const here = stages.reduce((sum, s) => sum + this.number(s.lineSpot) + this.number(s.boothSpot), 0);
        const called = post.called.reduce((sum, spot) => sum + this.number(spot), 0);
        const taken = words('places-taken', { n: here + called, size: post.places });
        this.c.font = `bold 12.5${FONT}`;
        if (this.c.measureText(`${name} · ${taken}`).width < right - left - 14) name += ` · ${taken}`;
      }
      this.text(name, left + 7, top - 34, 12.5, 'left', 'bold', INKS[post.side]);
    }
  }

  strips() {
    const { frame, words } = this, { layout } = frame;
    const shown = new Set();
    for (const strip of layout.strips) {
      const heading = strip.x[1] < strip.x[0] ? -1 : 1, [left, right] = this.span(strip.x);
      const half = this.row * this.view.k * 0.5 * strip.files, y = this.Y(strip.y);
      this.rect('#dedbd3', left, y - half, right - left, 2 * half);
      const n = this.number(strip.spot);
      const beyond = this.now.beyond.get(ZONE * 1000 + layout.strips.indexOf(strip));
      let name = strip.size ? words('strip-of', { name: strip.name, n, size: strip.size }) : words('strip-count', { name: strip.name, n });
      if (beyond) name += `, ${words('not-drawn', { n: beyond.count })}`;
      this.text(name, (left + right) / 2, y + half + 13, 11, 'center');
      this.hits.push({ x: left, y: y - half, w: right - left, h: 2 * half, strip });
      if (!shown.has(heading)) {
        shown.add(heading);
        const direction = frame.directions[heading < 0 ? 1 : 0].words;
        this.text(direction, (left + right) / 2, this.band(heading)[0] - 32, 14, 'center', 'bold');
      }
    }
    for (const [k, route] of frame.directions.entries()) {
      const heading = k ? -1 : 1, posts = layout.posts.filter((p) => (p.x[1] < p.x[0] ? -1 : 1) === heading);
      if (shown.has(heading) || !posts.length) continue;
      const middle = posts.reduce((sum, p) => sum + this.X(p.x[0]) + this.X(p.x[1]), 0) / posts.length / 2;
      this.text(route.words, middle, this.band(heading)[0] - 55, 14, 'center', 'bold');
    }
  }

  roads() {
    const { layout } = this.frame;
    layout.roads.forEach((road, k) => {
      const y = this.Y(road.y), gate = this.X(road.x[1]), end = this.X(road.x[0]);
      const left = Math.min(gate, end), right = Math.max(gate, end), half = this.body() * 0.8;
      const [day, night] = [['#dedbd3', '#c3c1bd'], ['#dedbd3', '#c3c1bd']][road.side];
      this.rect(mix(day, night, this.look.dark[road.side]), left, y - half, right - left, 2 * half);
      const length = Math.abs(road.x[0] - road.x[1]), step = length >= 1000 ? 500 : length >= 300 ? 100 : 50;
      for (let m = 0; m <= length + 0.5; m += step) {
        const x = this.X(road.x[1] + (road.x[0] < road.x[1] ? -m : m));
        this.rect('#9a958a', x, y + half + 2, 1, 5);
        if (m === 0) this.text(this.words('gate'), x, y + half + 19, 10, end < gate ? 'right' : 'left', '', QUIET);
        else if (step * this.road * this.view.k > 38 || m % (2 * step) === 0) this.text(this.metres(m), x, y + half + 19, 10, 'center', '', QUIET);
      }
      const post = layout.posts.filter((p) => (p.x[1] > p.x[0]) === (road.x[1] > road.x[0]))
        .map((p) => this.X(p.x[0])).sort((a, b) => Math.abs(a - gate) - Math.abs(b - gate))[0];
      if (post !== undefined && Math.abs(post - gate) > 2) {
        const { c } = this;
        c.strokeStyle = '#cfcabf'; c.lineWidth = 3; c.setLineDash([2, 4]);
        c.beginPath(); c.moveTo(gate, y); c.lineTo(post, y); c.stroke(); c.setLineDash([]);
      }
      const n = this.number(road.spot), beyond = this.now.beyond.get(ROAD * 1000 + k);
      let metres = beyond ? beyond.metres : 0;
      if (!beyond) for (const f of this.now.figures) if (f.stay.track.spot === road.spot) metres += f.stay.length;
      const words = n ? this.words('road-queue', { n, metres: this.metres(Math.round(metres / 10) * 10) }) : this.words('road-empty');
      const x = (left + right) / 2;
      this.text(words, x, y - half - 9, 12, 'center');
      if (beyond) {
        this.text(this.words('beyond', { n: beyond.count }), x, y - half - 24, 11, 'center', 'bold');
        this.rect(INK, (end < gate ? left : right) - 2.5, y - half - 3, 5, 2 * half + 6);
      }
      this.hits.push({ x: left, y: y - half - 4, w: right - left, h: 2 * half + 8, road });
    });
  }

  metres(m) {
    return m >= 1000 ? `${(m / 1000).toFixed(1).replace(/\.0$/, '')} ${this.words('kilometres')}` : `${Math.round(m)} ${this.words('metres')}`;
  }

  // How high a vehicle is drawn.
  body() { return Math.min(this.row * 0.62, 11) * Math.min(this.view.k, 4); }

  stages() {
    const { frame } = this, step = this.row * this.view.k;
    frame.layout.stages.forEach((stage, k) => {
      const [left, right] = this.span(stage.line), [from, to] = this.span(stage.booths);
      const top = this.Y(stage.top) - step / 2;
      this.rect('rgba(255,255,255,.62)', left, top + 1, right - left, stage.rows * step - 2);
      if (stage.single) {
        const rows = new Set(frame.tracks.filter((t) => t[1] === LINE && t[2] === k).map((t) => t[6]));
        for (const y of rows) this.rect('#dedbd3', left, this.Y(y) - this.body() / 2 - 2, right - left, this.body() + 4);
      }
      for (let row = 0; row < stage.rows; row++) {
        const booth = stage.first + row, y = top + row * step, h = Math.max(3, step - 2);
        const off = this.look.lamps[booth] === OFF;
        this.rect(off ? '#ece9e2' : '#fff', from, y + 1, to - from, h, off ? '#b9b5aa' : '#8f959b', off ? [2.5, 2] : null);
        this.hits.push({ x: from, y, w: to - from + 10, h: step, stage: k, booth });
      }
      this.hits.push({ x: left, y: top, w: right - left, h: stage.rows * step, stage: k });
    });
  }

  joins() {
    for (const join of this.frame.layout.joins) {
      const [left, right] = this.span(join.x), [, bottom] = this.band(join.x[1] < join.x[0] ? -1 : 1);
      this.text(this.words('wait-count', { n: this.number(join.spot) }), (left + right) / 2, bottom + 14, 11, 'center');
      this.text(this.words('for-party'), (left + right) / 2, bottom + 27, 10, 'center', '', QUIET);
    }
  }

  figures() {
    const { c, look } = this, high = this.body();
    this.drawn = [];
    for (const f of this.now.figures) {
      const x = this.X(f.x), y = this.Y(f.y);
      if (x < -40 || x > this.width + 40 || y < -20 || y > this.height + 20) continue;
      const { stay } = f, { track } = stay;
      const scale = (track.kind === ROAD ? this.road : this.scale) * this.view.k;
      const wide = Math.max(1.6, stay.traveller.body * 0.88 * scale);
      this.drawn.push({ f, x, y, wide: Math.max(wide, 6), high });
      if (stay.traveller.body <= 1.2) {
        const r = track.kind === ROAD ? Math.max(0.9, Math.min(wide * 0.55, high * 0.45)) : Math.min(this.row * this.view.k * 0.28, high * 0.5);
        const [fill, pattern] = this.paint(f);
        c.beginPath(); c.arc(x, y, r, 0, 7);
        c.fillStyle = fill; c.fill();
        if (pattern && r > 2.5) { c.fillStyle = this.pattern(pattern, fill); c.fill(); }
        if (isLight(fill)) { c.strokeStyle = INK; c.lineWidth = .8; c.stroke(); }
        continue;
      }
      const left = x - wide / 2, top = y - high / 2;
      if (look.by === 'cause' && f.since !== null && wide >= 9) this.filled(f, left, top, wide, high);
      else {
        const [fill, pattern] = this.paint(f);
        this.rect(fill, left, top, wide, high);
        if (pattern && wide > 5) { c.fillStyle = this.pattern(pattern, fill); c.fillRect(left, top, wide, high); }
        if (isLight(fill)) this.rect(null, left, top, wide, high, INK);
      }
      // A light stripe behind the nose of a large vehicle says which way it faces.
      if (wide >= 12) this.rect('rgba(255,255,255,.9)', x + track.heading * (wide / 2 - Math.min(5, wide * .25)) - .6, top, 1.3, high);
    }
    for (const d of this.drawn) if (d.f.stay.traveller === look.selected) this.mark(d);
  }

  // The body of who waits, filled by the shares of what the wait is for.
  filled(f, left, top, wide, high) {
    const { c } = this, rows = this.look.legend.rows;
    let x = left, light = false;
    const causes = new Map();
    this.look.film.shares(f.stay, (cause, share) => causes.set(cause, (causes.get(cause) || 0) + share));
    for (const [cause, share] of [...causes].sort((a, b) => a[0] - b[0])) {
      const [fill, pattern] = rows[cause][0], w = wide * share;
      this.rect(fill, x, top, w, high);
      if (pattern) { c.fillStyle = this.pattern(pattern, fill); c.fillRect(x, top, w, high); }
      light = light || isLight(fill);
      x += w;
    }
    if (light) this.rect(null, left, top, wide, high, INK);
  }

  paint(f) {
    const { look } = this, { rows } = look.legend, kind = f.stay.traveller.what;
    if (look.by === 'cause') return rows[f.cause][0];
    if (look.by === 'class') return rows[kind.c][0];
    if (look.by === 'attribute') return rows[kind.a[look.legend.group]][0];
    const so = f.since === null ? 0 : Math.min(this.now.at - f.since, f.stay.waited);
    return rows[after(look.legend.steps, f.stay.waitedBefore + so)][0];
  }

  // What is chosen is marked by shape: a frame, and an arrow over it.
  mark({ x, y, wide, high }) {
    const { c } = this;
    c.strokeStyle = INK; c.lineWidth = 2.4;
    c.strokeRect(x - wide / 2 - 4, y - high / 2 - 4, wide + 8, high + 8);
    c.fillStyle = INK;
    c.beginPath(); c.moveTo(x, y - high / 2 - 7); c.lineTo(x - 7, y - high / 2 - 19); c.lineTo(x + 7, y - high / 2 - 19); c.fill();
  }

  lampsOf() {
    const size = Math.min(4.6, Math.max(2.4, this.row * this.view.k * 0.24));
    for (const stage of this.frame.layout.stages) {
      const heading = stage.booths[1] < stage.booths[0] ? -1 : 1, x = this.X(stage.booths[1]) + heading * (size + 2);
      for (let row = 0; row < stage.rows; row++) {
        lampShape(this.c, x, this.Y(stage.top + row * this.frame.layout.row), size, this.look.lamps[stage.first + row]);
      }
    }
  }

  stageWords() {
    const { frame, words } = this, step = this.row * this.view.k;
    frame.layout.stages.forEach((stage, k) => {
      const [a, b] = this.span([stage.line[0], stage.booths[1]]), x = (a + b) / 2;
      const [top, bottom] = this.band(stage.line[1] < stage.line[0] ? -1 : 1), beside = stage.beside[1] > 1;
      const wide = Math.max(44, b - a + 8);
      this.fitted(stage.name, x, beside ? this.Y(stage.top) - step * 0.5 - 2 : top - 5, 11, wide, INK);
      let serving = 0, open = 0;
      for (let n = stage.first; n < stage.last; n++) {
        serving += this.look.lamps[n] === SERVING;
        open += this.look.lamps[n] !== OFF;
      }
      const below = beside ? this.Y(stage.top) + (stage.rows - 0.5) * step + 11 : bottom + 14;
      const waiting = this.number(stage.lineSpot);
      this.short(words('wait-count', { n: waiting }), String(waiting), x, below, 11, wide, INK);
      if (this.look.outages.has(k)) {
        this.c.font = `bold 10${FONT}`;
        const w = this.c.measureText(words('outage')).width + 12;
        this.rect(INK, x - w / 2, below + 4, w, 15);
        this.text(words('outage'), x, below + 15, 10, 'center', 'bold', '#fff');
      } else {
        this.short(words('serve-count', { serving, open }), `${serving}/${open}`, x, below + 13, 10, wide, QUIET);
      }
      const beyond = this.now.beyond.get(LINE * 1000 + k);
      if (beyond) {
        this.rect(INK, this.X(stage.line[0]) - 1.5, this.Y(stage.top) - step / 2 + 1, 3, stage.rows * step - 2);
        this.text(words('not-drawn', { n: beyond.count }), x, below + 26, 10, 'center', 'bold');
      }
    });
  }

  // Who waits elsewhere is a number on a board, never a crowd.
  boards() {
    this.frame.boards.forEach((board, side) => {
      if (!board.rows.length) return;
      const wide = Math.min(430, this.width * 0.44), x = side ? this.width - 26 - wide : 26;
      this.rect('#fff', x, 4, wide, 64, INKS[side]);
      const n = board.rows.reduce((sum, r) => sum + this.number(r[1]), 0), way = board.rows.reduce((sum, r) => sum + this.number(r[2]), 0);
      this.text(String(n), x + 62, 40, 30, 'center', 'bold');
      this.text(this.words('wait-elsewhere'), x + 62, 58, 11, 'center', '', QUIET);
      this.text(board.name, x + 132, 22, 12.5, 'left', 'bold', INKS[side]);
      this.text(board.rows.map((r) => `${r[0]} ${this.number(r[1])}`).join(' · '), x + 132, 40, 11.5, 'left', '', QUIET);
      this.text(this.words('on-the-way', { n: way }), x + 132, 58, 12);
    });
  }

  // Who or what is under a point.
  under(x, y) {
    let best = null, least = 14;
    for (const d of this.drawn || []) {
      const dx = Math.max(0, Math.abs(x - d.x) - d.wide / 2), dy = Math.max(0, Math.abs(y - d.y) - d.high / 2), off = Math.hypot(dx, dy);
      if (off < least) { least = off; best = d.f.stay.traveller; }
    }
    if (best && least < 4) return { traveller: best };
    const hit = this.hits.find((h) => x >= h.x && x <= h.x + h.w && y >= h.y && y <= h.y + h.h);
    return hit && !(best && least < 8) ? hit : best && { traveller: best };
  }
}

// One of four shapes: a disc, a ring, two bars, a cross.
function lampShape(c, x, y, size, state) {
  c.fillStyle = INK; c.strokeStyle = INK; c.lineWidth = 1.4;
  if (state === HELD) { c.fillRect(x - size * .82, y - size, size * .62, size * 2); c.fillRect(x + size * .2, y - size, size * .62, size * 2); return; }
  c.beginPath();
  if (state === OFF) {
    const s = size * .75;
    c.strokeStyle = '#8b8f94';
    c.moveTo(x - s, y - s); c.lineTo(x + s, y + s); c.moveTo(x - s, y + s); c.lineTo(x + s, y - s); c.stroke();
    return;
  }
  c.arc(x, y, state === SERVING ? size : size - .6, 0, 7);
  if (state === SERVING) c.fill(); else c.stroke();
}

function mix(a, b, u) {
  const part = (k) => Math.round(parseInt(a.slice(k, k + 2), 16) * (1 - u) + parseInt(b.slice(k, k + 2), 16) * u);
  return `rgb(${part(1)},${part(3)},${part(5)})`;
}
