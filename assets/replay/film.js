'use strict';
// The film: what the bytes say, and who stands where at a time. The rule is that of `src/scene/film.rs`.

const QUEUE = 0, STRIP = 1, SLOT = 2, UNSEEN = 3;
const BOARD = 0, ROAD = 1, LINE = 2, BOOTHS = 3, ZONE = 4, JOIN = 5;
const SERVING = 0, WAITING = 1, HELD = 2, OFF = 3;
const OWN = 0, UNKNOWN = 21, CAUSES = 22;

function readNumbers(bytes) {
  let at = 0;
  const number = () => {
    let n = 0, scale = 1, byte;
    do { byte = bytes[at++]; n += (byte & 127) * scale; scale *= 128; } while (byte > 127);
    return n;
  };
  const signed = () => { const n = number(); return n % 2 ? -(n + 1) / 2 : n / 2; };
  return { number, signed };
}

class Film {
  constructor(frame, bytes) {
    this.frame = frame;
    this.move = frame.move;
    const read = readNumbers(bytes);
    this.readTravellers(read);
    this.tracks = frame.tracks.map(([manner, kind, index, spot, booth, end, y, heading, room, way, grounds, name]) =>
      ({ manner, kind, index, spot, booth, end, y, heading, room, way, grounds, name, stays: [] }));
    this.readStays(read);
    this.readLamps(read);
    this.chain();
    this.countHours();
  }

  readTravellers(read) {
    let last = 0;
    this.travellers = Array.from({ length: read.number() }, () => ({
      number: (last += read.number()), kind: read.number(), persons: read.number(), body: read.number() / 100,
      rank: read.number(), of: read.number() - 1, stays: [],
    }));
    for (const t of this.travellers) t.what = this.frame.kinds[t.kind];
  }

  readStays(read) {
    const person = this.frame.layout.person;
    for (const track of this.tracks) {
      let who = 0, from = 0;
      const count = read.number();
      for (let k = 0; k < count; k++) {
        who += read.signed();
        from += read.signed();
        const to = from + read.number(), flags = read.number();
        const ready = flags & 2 ? from + read.number() : from;
        const left = flags & 4 ? read.number() / 100 : 0;
        const waitsFor = flags & 8 ? read.number() : -1;
        const parts = [];
        let waited = 0;
        for (let n = Math.floor(flags / 16); n > 0; n--) {
          const part = { what: read.number(), ms: read.number() * 100 };
          waited += part.ms;
          parts.push(part);
        }
        const traveller = this.travellers[who];
        const length = traveller.body <= 1.2 && track.kind !== ROAD ? person : traveller.body;
        const stay = { traveller, track, from, to, ready, left, waitsFor, parts, waited, length, returns: !!(flags & 1),
          before: null, origin: null, waitedBefore: 0 };
        track.stays.push(stay);
        traveller.stays.push(stay);
      }
      bounds(track);
    }
  }

  readLamps(read) {
    const { from, booths } = this.frame;
    this.lamps = Array.from({ length: booths }, () => {
      const changes = { at: [from], state: [] };
      let count = read.number() - 1, last = from;
      changes.state.push(read.number());
      while (count-- > 0) {
        const n = read.number();
        last += Math.floor(n / 4);
        changes.at.push(last);
        changes.state.push(n % 4);
      }
      return changes;
    });
  }

  // A traveller's stays in order; where one ends, the next begins.
  chain() {
    for (const traveller of this.travellers) {
      traveller.stays.sort((a, b) => a.from - b.from);
      let before = null, waited = 0;
      for (const stay of traveller.stays) {
        stay.before = before;
        stay.waitedBefore = waited;
        waited += stay.waited;
        const t = before && before.track;
        if (t && before.to === stay.from && t.manner !== UNSEEN && before.left <= t.room) {
          stay.origin = [middle(t, before.left, before.length), t.y];
        }
        before = stay;
      }
      traveller.waited = waited;
    }
  }

  // How many wait from each millisecond on, and what had been waited until then, by the side one set out from.
  countHours() {
    const { from, to } = this.frame;
    const steps = [[], []];
    for (const traveller of this.travellers) {
      if (traveller.of >= 0) continue;
      const list = steps[traveller.what.from];
      for (const stay of traveller.stays) {
        this.waits(stay, (a, b) => {
          a = Math.max(a, from); b = Math.min(b, to);
          if (a < b) list.push([a, 1], [b, -1]);
        });
      }
    }
    this.hours = steps.map((list, side) => {
      list.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const hours = { at: [from], count: [0], waited: [this.frame.waited[side]] };
      for (const [at, step] of list) {
        const k = hours.at.length - 1;
        const waited = hours.waited[k] + (at - hours.at[k]) * hours.count[k], count = hours.count[k] + step;
        if (hours.at[k] === at) { hours.count[k] = count; hours.waited[k] = waited; }
        else { hours.at.push(at); hours.count.push(count); hours.waited.push(waited); }
      }
      return hours;
    });
  }

  waits(stay, each) {
    const { track } = stay;
    if (track.way) return;
    if (track.booth < 0) { if (stay.ready < stay.to) each(stay.ready, stay.to); return; }
    const lamps = this.lamps[track.booth];
    for (let k = Math.max(0, after(lamps.at, stay.from) - 1); k < lamps.at.length && lamps.at[k] < stay.to; k++) {
      const until = k + 1 < lamps.at.length ? lamps.at[k + 1] : Infinity;
      const a = Math.max(lamps.at[k], stay.from), b = Math.min(until, stay.to);
      if (a < b && lamps.state[k] !== SERVING) each(a, b);
    }
  }

  counting(side, at) {
    const hours = this.hours[side];
    return hours.count[Math.max(0, after(hours.at, at) - 1)];
  }

  waitedUntil(side, at) {
    const hours = this.hours[side], k = Math.max(0, after(hours.at, at) - 1);
    return hours.waited[k] + Math.max(0, at - hours.at[k]) * hours.count[k];
  }

  lamp(booth, at) {
    const lamps = this.lamps[booth], k = Math.max(0, after(lamps.at, at) - 1);
    return { state: lamps.state[k], since: lamps.at[k] };
  }

  // Calls `each(stay, metres)` for everybody on a track, the first ahead, until that answers false.
  along(track, at, each) {
    const { stays, latest, earliest } = track;
    let tail = 0;
    for (let k = after(latest, at - this.move); k < stays.length && earliest[k] <= at; k++) {
      const stay = stays[k];
      if (stay.from > at || stay.to + this.move <= at) continue;
      let nose = track.manner === QUEUE || track.manner === STRIP ? tail : 0;
      if (track.manner === STRIP && at < stay.ready) {
        nose = Math.max(tail, (stay.ready - at) / (stay.ready - stay.from) * track.room);
      }
      if (at < stay.to && each(stay, nose) === false) return;
      let room = stay.length;
      if (at >= stay.to) room *= 1 - (at - stay.to) / this.move;
      else if (stay.returns && at < stay.from + this.move) room *= (at - stay.from) / this.move;
      tail = nose + room;
    }
  }

  // The middle of somebody: metres along and across.
  place(stay, metres, at) {
    const { track } = stay, x = middle(track, metres, stay.length);
    if (!stay.origin) return [x, track.y];
    const drives = track.manner === QUEUE ? stay.ready - stay.from : 0;
    const takes = Math.max(Math.min(this.move, stay.to - stay.from), drives, 0.001);
    if (at >= stay.from + takes) return [x, track.y];
    const u = (at - stay.from) / takes, [x0, y0] = stay.origin;
    return [x0 + (x - x0) * u, y0 + (track.y - y0) * u];
  }

  // Since when somebody waits at a stay, or nothing.
  waitsSince(stay, at) {
    const { track } = stay;
    if (track.way) return null;
    if (track.booth >= 0) {
      const lamp = this.lamp(track.booth, at);
      return lamp.state === SERVING ? null : Math.max(lamp.since, stay.from);
    }
    return at < stay.ready ? null : stay.ready;
  }

  shares(stay, each) {
    if (!stay.waited) { each(UNKNOWN, 1, null); return; }
    for (const part of stay.parts) each(this.frame.whats[part.what][0], part.ms / stay.waited, part.what);
  }

  // Everything at a time: figures, who is not drawn, numbers at spots, who waits where and what for.
  at(at) {
    const figures = [], beyond = new Map(), numbers = new Map(), carried = new Float64Array(CAUSES);
    const standing = [0, 1].map(() => ({ all: 0, grounds: [0, 0, 0, 0, 0], causes: new Float64Array(CAUSES), whats: new Map() }));
    for (const track of this.tracks) {
      let metres = 0;
      this.along(track, at, (stay, nose) => {
        numbers.set(track.spot, (numbers.get(track.spot) || 0) + 1);
        metres = nose + stay.length;
        const since = this.waitsSince(stay, at);
        if (since !== null && stay.traveller.of < 0) {
          const side = stay.traveller.what.from, sum = standing[side];
          sum.all++;
          sum.grounds[track.grounds[side]]++;
          this.shares(stay, (cause, share, what) => {
            sum.causes[cause] += share;
            sum.whats.set(what, (sum.whats.get(what) || 0) + share);
          });
        }
        const seen = track.manner === QUEUE ? metres <= track.room + 0.01
          : track.manner === STRIP ? nose <= track.room + stay.length : track.manner === SLOT;
        if (!seen) {
          if (track.kind !== BOARD && track.kind !== 6) {
            const key = track.kind * 1000 + track.index;
            const b = beyond.get(key) || { kind: track.kind, index: track.index, count: 0, metres: 0 };
            b.count++;
            b.metres = Math.max(b.metres, metres);
            beyond.set(key, b);
          }
          return true;
        }
        const [x, y] = this.place(stay, nose, at);
        figures.push({ stay, x, y, since, cause: since === null ? OWN : this.tint(stay, carried) });
        return true;
      });
    }
    return { at, figures, beyond, numbers, standing };
  }

  // One colour for a wait: of its own causes the one of which most is left over from those before.
  tint(stay, carried) {
    let most = -1;
    this.shares(stay, (cause, share) => {
      carried[cause] += share;
      if (most < 0 || carried[cause] > carried[most]) most = cause;
    });
    carried[most] -= 1;
    return most;
  }
}

function middle(track, metres, length) {
  return track.manner === SLOT ? track.end : track.end - track.heading * (metres + length / 2);
}

// Both bounds grow along a track, so that those who are there at a time are found by halving.
function bounds(track) {
  const n = track.stays.length;
  track.latest = new Float64Array(n);
  track.earliest = new Float64Array(n);
  for (let k = 0; k < n; k++) track.latest[k] = Math.max(track.stays[k].to, k ? track.latest[k - 1] : -Infinity);
  for (let k = n - 1; k >= 0; k--) {
    track.earliest[k] = Math.min(track.stays[k].from, k + 1 < n ? track.earliest[k + 1] : Infinity);
  }
}

// How many of a sorted list are not after a time.
function after(list, at) {
  let low = 0, high = list.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (list[mid] <= at) low = mid + 1; else high = mid;
  }
  return low;
}
