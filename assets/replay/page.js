// The page: puts the parts together and lets time go on.

(() => {
  const $ = (id) => document.getElementById(id);
  const frame = JSON.parse($('frame').textContent);
  const film = new Film(frame, Uint8Array.from(atob($('data').textContent.trim()), (c) => c.charCodeAt(0)));
  const words = new Words(frame.messages), { say } = words;
  const clocks = new Clocks(frame, words);
  const hash = new URLSearchParams(location.hash.slice(1));
  const head = new Playhead(frame, film, hash.has('at') ? frame.from + Number(hash.get('at')) * 1000 : frame.opens);
  const plan = new Plan($('plan'), frame, say);
  const timeline = new Timeline($('timeline'), frame, film, clocks, words);
  const bars = new Bars($('bars'), frame, words);
  const inspector = new Inspector($('inspector'), frame, film, clocks, words);
  let legend = frame.legends[Math.min(frame.legends.length - 1, Number(hash.get('colour') || 0))];
  let drawnAt = null, panelsAt = 0, dirty = true;

  // ---- what is drawn
  function look(at) {
    const lamps = film.lamps.map((_, booth) => film.lamp(booth, at).state);
    const outages = new Set(frame.outages.filter((o) => o[1] <= at && at < o[2]).flatMap((o) => o[3]));
    return { by: legend.by, legend, lamps, outages, film, selected: inspector.subject && inspector.subject.traveller, dark: [clocks.dark(0, at), clocks.dark(1, at)] };
  }

  function show(time) {
    if (!dirty && drawnAt === head.at) return;
    const now = film.at(head.at);
    plan.draw(now, look(head.at));
    timeline.draw(head);
    drawnAt = head.at;
    if (dirty || !head.playing || time - panelsAt > 200) {
      panelsAt = time;
      panels(now);
    }
    dirty = false;
  }

  function panels(now) {
    $('clocks').innerHTML = frame.sides.map((side, k) => {
      const dark = clocks.dark(k, now.at) > 0.5;
      return `<div class="clock side${k}"><b>${dark ? '☾' : '☀'} ${escaped(clocks.label(k, now.at))}</b><span>${escaped(say('clock-of', { side }))}, ${escaped(say(dark ? 'night' : 'day'))}</span></div>`;
    }).join('');
    $('hours').textContent = words.number((film.waitedUntil(0, now.at) + film.waitedUntil(1, now.at)) / HOUR);
    bars.update(now.standing);
    const caption = bars.caption(now.standing), label = clocks.label(0, now.at);
    $('caption').textContent = caption;
    $('caption').setAttribute('aria-live', head.playing ? 'off' : 'polite');
    $('plan').setAttribute('aria-label', `${say('picture-of', { when: label })}. ${caption}`);
    $('timeline').setAttribute('aria-valuenow', Math.round((now.at - frame.from) / 1000));
    $('timeline').setAttribute('aria-valuetext', label);
    inspector.update(now.at);
    $('play').textContent = head.playing ? '❚❚' : '▶';
    $('play').setAttribute('aria-pressed', head.playing);
    $('slows').setAttribute('aria-pressed', head.slows);
    $('loop').setAttribute('aria-pressed', !!head.looped);
    $('speed').value = head.speed;
    const speed = frame.speeds[head.speed] * head.paceNow() / 100;
    $('now').textContent = head.paceNow() < 100 ? say('speed-now', { n: words.number(speed) }) : '';
    $('clock-now').textContent = label;
  }

  // ---- what is asked
  function apply(command, value) {
    if (command === 'another-week') $('other').hidden = !$('other').hidden;
    head.apply(command, value);
    dirty = true;
  }

  function choose(subject) {
    inspector.show(subject, head.at);
    window.dispatchEvent(new Event('resize'));
    dirty = true;
  }

  function colour(k) {
    legend = frame.legends[k];
    const rows = legend.rows.map((row, n) => ({ row, n }))
      .filter(({ n }) => legend.by !== 'cause' || n === OWN || used().has(n));
    const lamp = (state) => `<canvas class="lamp" width="28" height="28" data-lamp="${state}"></canvas>`;
    const lamps = ['lamp-serving', 'lamp-waiting', 'lamp-held', 'lamp-off'].map((name, k) => `<span>${lamp(k)}${escaped(say(name))}</span>`).join('');
    $('legend').innerHTML = `<div class="rows"><b>${escaped(legend.name)}</b> <span class="unit">${escaped(legend.unit)}</span></div>`
      + `<div class="rows">${rows.map(({ row }) => `<span>${swatch(row[0])}${escaped(row[1])}</span>`).join('')}</div><div class="rows">${lamps}</div>`;
    for (const c of document.querySelectorAll('canvas[data-lamp]')) {
      const context = c.getContext('2d');
      context.scale(2, 2);
      lampShape(context, 7, 7, 4.6, Number(c.dataset.lamp));
    }
    dirty = true;
  }

  // Causes that anything on the page waits for.
  let usedCauses = null;
  function used() {
    if (!usedCauses) {
      usedCauses = new Set();
      for (const t of film.travellers) for (const s of t.stays) for (const p of s.parts) usedCauses.add(frame.whats[p.what][0]);
    }
    return usedCauses;
  }

  // ---- the frame of the page
  $('title').textContent = frame.title;
  $('question').textContent = frame.question || '';
  $('hours-label').textContent = frame.hoursLabel;
  $('hint').textContent = `${say('click-hint')}. ${say('zoom')}.`;
  const button = (command, face, id) => `<button ${id ? `id="${id}"` : ''} data-do="${command}" title="${escaped(frame.keys.filter((k) => k[2] === command).map((k) => k[3])[0] || '')}" aria-label="${escaped(say(command))}" class="${command === 'play-pause' ? 'play' : ''}">${face}</button>`;
  const keyName = (key, shift) => (shift ? 'Shift ' : '') + ({ ' ': 'Space', ArrowRight: '→', ArrowLeft: '←' }[key] || key.toUpperCase());
  const kinds = [...new Set(frame.kinds.map((k) => k.group))];
  $('controls').innerHTML = button('start', '|‹') + button('step-back', '‹') + button('play-pause', '▶', 'play') + button('step-forward', '›') + button('end', '›|')
    + `<select id="speed" aria-label="${escaped(say('faster'))}">${frame.speeds.map((s, k) => `<option value="${k}">${escaped(say('speed', { n: words.number(s) }))}</option>`).join('')}</select>`
    + button('slow-by-itself', escaped(say('slows')), 'slows') + button('loop-here', escaped(say('loop')), 'loop')
    + `<span class="now" id="now"></span><span class="gap"></span>`
    + `<label>${escaped(say('colour-by'))} <select id="colour">${frame.legends.map((l, k) => `<option value="${k}">${escaped(l.name)}</option>`).join('')}</select></label>`;
  $('bookmarks').innerHTML = frame.bookmarks.map(([at, name]) => `<button data-at="${at}">${escaped(name)} · ${escaped(clocks.label(0, at))}</button>`).join('')
    + (film.travellers.length ? `<button data-do="longest">${escaped(say('longest-wait'))}</button>` + kinds.map((group) => `<button data-median="${escaped(group)}">${escaped(say('median-wait', { class: group }))}</button>`).join('') : '')
    + `<button data-do="keys" aria-expanded="false">${escaped(say('help'))}</button><div class="keys" id="keys" hidden>${frame.keys.map(([key, shift, , what]) => `<div><kbd>${escaped(keyName(key, shift))}</kbd> ${escaped(what)}</div>`).join('')}</div>`;
  $('footer').innerHTML = `${frame.footer.what.map(escaped).join(' · ')} · <b>${escaped(frame.title)}</b> · ${escaped(frame.footer.run)} · <span id="clock-now"></span>`
    + `<div id="other" hidden>${escaped(say('another-week'))} – <code>${escaped(frame.footer.other)}</code></div>`;
  $('timeline').setAttribute('aria-label', say('timeline'));
  $('timeline').setAttribute('aria-valuemin', 0);
  $('timeline').setAttribute('aria-valuemax', Math.round((frame.to - frame.from) / 1000));
  $('colour').value = frame.legends.indexOf(legend);
  colour(frame.legends.indexOf(legend));

  // Who waited longest, or as long as half of a group, of those who are out within what is shown.
  function byWait(group) {
    const out = film.travellers.filter((t) => t.of < 0 && (!group || t.what.group === group) && t.stays.length && t.stays[t.stays.length - 1].to <= frame.to);
    return out.sort((a, b) => a.waited - b.waited || a.number - b.number);
  }

  function follow(traveller) {
    if (!traveller) return;
    const wait = traveller.stays.filter((s) => s.track.manner !== UNSEEN).sort((a, b) => b.waited - a.waited)[0];
    if (wait && !(wait.from <= head.at && head.at < wait.to)) apply('jump', Math.max(frame.from, Math.floor((wait.from + wait.to) / 2)));
    choose({ traveller });
  }

  document.addEventListener('click', (event) => {
    const target = event.target.closest('button');
    if (!target) return;
    const { at, median } = target.dataset, what = target.dataset.do;
    if (at !== undefined) apply('jump', Number(at));
    else if (median !== undefined) { const list = byWait(median); follow(list[Math.max(0, Math.ceil(list.length / 2) - 1)]); }
    else if (what === 'longest') { const list = byWait(); follow(list[list.length - 1]); }
    else if (what === 'close') choose(null);
    else if (what === 'keys') { $('keys').hidden = !$('keys').hidden; target.setAttribute('aria-expanded', !$('keys').hidden); }
    else if (what) apply(what);
  });
  $('speed').addEventListener('change', (event) => apply('speed', Number(event.target.value)));
  $('colour').addEventListener('change', (event) => colour(Number(event.target.value)));
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('select')) return;
    if (event.key === ' ' && event.target.closest('button')) return;
    const found = frame.keys.find(([key, shift]) => key.toLowerCase() === event.key.toLowerCase() && shift === event.shiftKey);
    if (found) { event.preventDefault(); apply(found[2]); }
    if (event.key === 'Escape') choose(null);
  });

  // ---- pointer on the plan: drag, pinch, wheel, click
  const canvas = $('plan'), fingers = new Map();
  let moved = 0;
  const at = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); fingers.set(event.pointerId, at(event)); moved = 0; });
  canvas.addEventListener('pointermove', (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = at(event), v = plan.view;
    if (fingers.size === 1 && v.k > 1) { v.x += now[0] - before[0]; v.y += now[1] - before[1]; }
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const ratio = Math.hypot(now[0] - other[0], now[1] - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1]));
      plan.zoom(v.k * ratio, (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    }
    moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    fingers.set(event.pointerId, now);
    dirty = true;
  });
  const lift = (event) => {
    if (fingers.delete(event.pointerId) && moved < 4 && event.type === 'pointerup') choose(plan.under(...at(event)) || null);
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
  canvas.addEventListener('dblclick', () => { plan.view = { k: 1, x: 0, y: 0 }; dirty = true; });
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    plan.zoom(plan.view.k * Math.exp(-event.deltaY / 400), ...at(event));
    dirty = true;
  }, { passive: false });

  // ---- pointer on the timeline: scrub
  const strip = $('timeline'), tip = $('tip');
  const scrub = (event) => apply('jump', timeline.time(event.clientX - strip.getBoundingClientRect().left));
  strip.addEventListener('pointerdown', (event) => { strip.setPointerCapture(event.pointerId); scrub(event); });
  strip.addEventListener('pointermove', (event) => {
    if (event.buttons) scrub(event);
    const x = event.clientX - strip.getBoundingClientRect().left;
    const text = [clocks.label(0, timeline.time(x)), ...timeline.near(x)].join(' · ');
    tip.textContent = text;
    tip.style.display = 'block';
    tip.style.left = `${Math.min(x, timeline.width - text.length * 7 - 10)}px`;
  });
  strip.addEventListener('pointerleave', () => { tip.style.display = 'none'; });
  window.addEventListener('resize', () => { plan.resize(); timeline.resize(); dirty = true; });

  // ---- time goes on
  if (hash.has('choose')) follow(film.travellers.find((t) => t.number === Number(hash.get('choose'))));
  if (hash.get('play')) head.apply('play-pause');
  let last = performance.now();
  function tick(time) {
    head.advance(Math.min(250, Math.max(0, time - last)));
    last = time;
    show(time);
    requestAnimationFrame(tick);
  }
  dirty = true;
  show(last);
  requestAnimationFrame(tick);
  window.kordon = { frame, film, head, plan, apply, choose, show };
})();
