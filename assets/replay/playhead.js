// The playhead: the rule is that of `src/scene/playhead.rs`; keys, speeds, marks and pace are its own.

class Playhead {
  constructor(frame, film, at) {
    Object.assign(this, { from: frame.from, to: frame.to, speeds: frame.speeds, pace: frame.pace, every: frame.paceEvery });
    const times = new Set();
    for (const t of film.travellers) for (const s of t.stays) { times.add(s.from); times.add(s.to); }
    this.events = [...times].filter((t) => t >= this.from && t <= this.to).sort((a, b) => a - b);
    this.stops = [...frame.marks.map((m) => m[0]), ...frame.bookmarks.map((b) => b[0])].sort((a, b) => a - b);
    this.at = Math.min(Math.max(at, this.from), this.to);
    this.playing = false;
    this.speed = 5;
    this.looped = null;
    this.slows = true;
  }

  apply(command, value) {
    const next = (list) => list[after(list, this.at)];
    const last = (list) => { let k = after(list, this.at) - 1; while (k >= 0 && list[k] >= this.at) k--; return list[k]; };
    const step = (to) => { this.playing = false; if (to !== undefined) this.at = to; };
    const or = (to, otherwise) => (to === undefined ? otherwise : to);
    switch (command) {
      case 'play-pause':
        if (!this.playing && this.at >= this.to) this.at = this.from;
        this.playing = !this.playing;
        break;
      case 'step-forward': step(next(this.events)); break;
      case 'step-back': step(last(this.events)); break;
      case 'next-mark': this.at = or(next(this.stops), this.to); break;
      case 'previous-mark': this.at = or(last(this.stops), this.from); break;
      case 'start': this.at = this.from; break;
      case 'end': this.at = this.to; break;
      case 'faster': this.speed = Math.min(this.speed + 1, this.speeds.length - 1); break;
      case 'slower': this.speed = Math.max(this.speed - 1, 0); break;
      case 'speed': this.speed = Math.min(value, this.speeds.length - 1); break;
      case 'jump': this.at = Math.min(Math.max(value, this.from), this.to); break;
      case 'loop': this.looped = value && value[0] < value[1] ? value : null; break;
      case 'loop-here':
        if (!this.looped) this.looped = [this.at, null];
        else if (this.looped[1] === null && this.at > this.looped[0]) this.looped = [this.looped[0], this.at];
        else this.looped = null;
        break;
      case 'slow-by-itself': this.slows = !this.slows; break;
    }
  }

  paceNow() {
    const pace = this.pace[Math.floor((this.at - this.from) / this.every)];
    return this.slows && pace !== undefined ? pace : 100;
  }

  advance(real) {
    if (!this.playing) return;
    this.at += real * this.speeds[this.speed] * this.paceNow() / 100;
    if (this.looped && this.looped[1] !== null && this.at >= this.looped[1]) this.at = this.looped[0];
    else if (this.at >= this.to) { this.at = this.to; this.playing = false; }
  }
}
