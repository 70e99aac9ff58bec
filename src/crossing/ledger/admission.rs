//! Admission: the one act in which somebody stops waiting (rules 3, 5, 6 and 8).

use super::{Base, Booking, Clock, Kind, Ledger, NO_BLOCK, What};
use crate::crossing::plan::OwnerId;
use crate::kernel::time::Tick;

/// An admission being put together: the latest of the tokens taken.
#[derive(Debug, Clone, Copy)]
pub struct Admission {
    clock: Clock,
    block: u32,
}

impl Ledger {
    /// Starts an admission.
    #[inline(always)]
    pub fn admit(&self) -> Admission {
        Admission { clock: Clock::default(), block: NO_BLOCK }
    }

    #[inline(always)]
    pub(super) fn consider(&mut self, admission: &mut Admission, block: u32) {
        let clock = self.blocks[block as usize];
        if clock.z >= admission.clock.z || admission.block == NO_BLOCK {
            if admission.block != NO_BLOCK {
                self.free_blocks.push(admission.block);
            }
            *admission = Admission { clock, block };
        } else {
            self.free_blocks.push(block);
        }
    }

    /// Also behind traveller `ahead` (a part of the same bus, or the one ahead that cannot be passed).
    pub fn behind(&mut self, admission: &mut Admission, ahead: u32) {
        let clock = self.carried[ahead as usize].clock;
        if clock.z > admission.clock.z {
            let block = self.take_block(clock, ahead as usize);
            self.consider(admission, block);
        }
    }

    /// Of the parts of a bus, keeps the latest undisturbed clock: `kept` (or none) against that of `i`.
    pub fn keep_latest(&mut self, kept: u32, i: u32) -> u32 {
        let clock = self.carried[i as usize].clock;
        if kept != NO_BLOCK && self.blocks[kept as usize].z >= clock.z {
            return kept;
        }
        if kept != NO_BLOCK {
            self.free_blocks.push(kept);
        }
        self.take_block(clock, i as usize)
    }

    /// Takes what [`Ledger::keep_latest`] kept.
    pub fn take_kept(&mut self, admission: &mut Admission, kept: u32) {
        if kept != NO_BLOCK {
            self.consider(admission, kept);
        }
    }

    /// The preemptor takes the token at the instant its victim would have reached undisturbed (rule 9).
    pub fn take_over(&mut self, admission: &mut Admission, victim: u32) {
        let clock = self.carried[victim as usize].clock;
        let block = self.take_block(clock, victim as usize);
        self.consider(admission, block);
    }

    /// Ends an admission (rule 3) of traveller `i`, who waited `waited` until `now`.
    ///
    /// `home` is own travel still to come that would have overlapped the wait (a call-up): in the undisturbed world it
    /// sets out so early that it arrives when there is room. `bumped` is the part of the capacity that was another's
    /// priority (rule 5), booked on `rule_owner`. Bookings are left in [`Ledger::bookings`].
    #[expect(
        clippy::too_many_arguments,
        reason = "one admission is one act; a struct would only rename these"
    )]
    #[inline(always)]
    pub fn admitted(
        &mut self,
        i: u32,
        now: Tick,
        waited: Tick,
        admission: Admission,
        base: Base,
        watch: u32,
        home: Tick,
        bumped: Tick,
        rule_owner: OwnerId,
    ) {
        let at = i as usize;
        if waited > 0 || self.carried[at].late_sum > 0 {
            self.waited(at, now, waited, admission, base, watch, home, bumped, rule_owner);
        }
        self.drop_admission(admission);
        self.seen(watch, now);
    }

    /// The admission of somebody who waited, or is late.
    #[expect(clippy::too_many_arguments, reason = "one admission is one act")]
    fn waited(
        &mut self,
        at: usize,
        now: Tick,
        waited: Tick,
        admission: Admission,
        base: Base,
        watch: u32,
        home: Tick,
        bumped: Tick,
        rule_owner: OwnerId,
    ) {
        let mine = self.carried[at].clock.z;
        let theirs = admission.clock.z.saturating_sub(home);
        let z = mine.max(theirs);
        let undisturbed = z - mine;
        let capacity = waited.min(undisturbed);
        let excess = waited - capacity;
        let lateness = now.saturating_sub(z);
        let rule = bumped.min(capacity);
        self.book(Kind::Rule, rule_owner, rule);
        if capacity > rule {
            self.book_capacity(at, admission, capacity - rule);
        }
        if theirs > mine {
            self.follow(at, admission, home);
        }
        if excess > 0 {
            let whose = if admission.block == NO_BLOCK { rule_owner } else { admission.clock.last_owner };
            self.book_excess(at, now, excess, lateness, base, watch, whose);
        } else {
            self.absorb(at, lateness);
        }
    }

    #[inline(always)]
    pub(super) fn drop_admission(&mut self, admission: Admission) {
        if admission.block != NO_BLOCK {
            self.free_blocks.push(admission.block);
        }
    }

    /// The undisturbed clock follows the token's (rule 6): its time, its make-up, its last stretch.
    #[inline(always)]
    pub(super) fn follow(&mut self, at: usize, admission: Admission, home: Tick) {
        let mut clock = admission.clock;
        let (from, to) = (admission.block as usize * self.owners, at * self.owners);
        self.made_of[to..to + self.owners].copy_from_slice(&self.block_made_of[from..from + self.owners]);
        if home > 0 {
            // It leaves home so early that it arrives at the token's time: until the call its clock shows that much less.
            clock.z -= home;
            take_from(&mut self.made_of[to..to + self.owners], clock.last_owner as usize, home);
        }
        self.carried[at].clock = clock;
    }

    /// Capacity goes first to the token's last stretch, the rest by what its clock was made of since I came (rule 6).
    pub(super) fn book_capacity(&mut self, at: usize, admission: Admission, ticks: Tick) {
        if admission.block == NO_BLOCK {
            self.book(Kind::Capacity, 0, ticks);
            return;
        }
        let Clock { last_owner, last, .. } = admission.clock;
        let first = ticks.min(last);
        self.book(Kind::Capacity, last_owner, first);
        let rest = ticks - first;
        if rest == 0 {
            return;
        }
        let from = admission.block as usize * self.owners;
        for owner in 0..self.owners {
            let made = self.block_made_of[from + owner];
            self.weights[owner] = made.saturating_sub(self.noted[at * self.owners + owner]);
        }
        let own = &mut self.weights[last_owner as usize];
        *own = own.saturating_sub(last);
        self.weights[0] = 0;
        if self.weights[..self.owners].iter().all(|&w| w == 0) {
            self.book(Kind::Capacity, last_owner, rest);
            return;
        }
        let mut shares = std::mem::take(&mut self.target);
        apportion(rest, &self.weights[..self.owners], &mut shares);
        for (owner, &share) in shares.iter().enumerate().take(self.owners) {
            self.book(Kind::Capacity, owner as OwnerId, share);
        }
        self.target = shares;
    }

    /// More was waited than the undisturbed clock says: lateness of whoever made room, and what was lost here meanwhile.
    #[expect(clippy::too_many_arguments, reason = "one step of one admission")]
    pub(super) fn book_excess(
        &mut self,
        at: usize,
        now: Tick,
        excess: Tick,
        lateness: Tick,
        base: Base,
        watch: u32,
        whose: OwnerId,
    ) {
        self.weigh(at, now, base, watch);
        let n = self.active.len();
        if self.weights[..n].iter().all(|&w| w == 0) {
            // Only the order of several booths can do this: capacity, and the clock keeps the real time.
            let kept = lateness.min(self.carried[at].late_sum);
            let clock = &mut self.carried[at].clock;
            let step = now - kept - clock.z;
            clock.z += step;
            self.made_of[at * self.owners + whose as usize] += step;
            self.book(Kind::Capacity, whose, excess);
            self.absorb(at, kept);
            return;
        }
        apportion(lateness, &self.weights[..n], &mut self.target);
        let mine = &mut self.late[at * self.colours..(at + 1) * self.colours];
        let mut grown = 0;
        for (k, &colour) in self.active.iter().enumerate() {
            let late = std::mem::replace(&mut mine[colour as usize], self.target[k]);
            self.weights[k] = self.target[k].saturating_sub(late);
            grown += self.weights[k];
        }
        if grown == 0 {
            self.weights[..n].copy_from_slice(&self.target[..n]);
        }
        self.carried[at].late_sum = lateness;
        apportion(excess, &self.weights[..n], &mut self.target);
        let shares = self.target.iter().zip(&self.active).filter(|part| *part.0 > 0);
        let what = |colour: u16| What(2 * self.owners as u16 + colour);
        self.bookings.extend(shares.map(|(&ticks, &colour)| Booking { what: what(colour), ticks }));
    }

    /// A wait has absorbed lateness: it shrinks in proportion.
    #[inline]
    pub(super) fn absorb(&mut self, at: usize, lateness: Tick) {
        if self.carried[at].late_sum != lateness {
            self.shrink(at, lateness);
        }
    }

    fn shrink(&mut self, at: usize, lateness: Tick) {
        let mine = &mut self.late[at * self.colours..(at + 1) * self.colours];
        for (weight, &colour) in self.weights.iter_mut().zip(&self.active) {
            *weight = mine[colour as usize];
        }
        apportion(lateness, &self.weights[..self.active.len()], &mut self.target);
        for (&ticks, &colour) in self.target.iter().zip(&self.active) {
            mine[colour as usize] = ticks;
        }
        self.carried[at].late_sum = lateness;
    }

    /// A wait that never ends in an admission (horizon, reneging; rule 8): booked as if admitted now.
    ///
    /// `point` is what it waited at; `last_z` the undisturbed clock of the last who was admitted from there.
    #[expect(clippy::too_many_arguments, reason = "one wait is one act")]
    pub fn unresolved(
        &mut self,
        i: u32,
        now: Tick,
        waited: Tick,
        last_z: Tick,
        point: Option<u32>,
        watch: u32,
        owner: OwnerId,
    ) {
        if waited == 0 {
            return;
        }
        let at = i as usize;
        let capacity = last_z.saturating_sub(self.carried[at].clock.z).min(waited);
        let excess = waited - capacity;
        self.weigh(at, now, point.map_or(Base::Own, Base::Left), watch);
        let coloured = self.weights[..self.active.len()].iter().any(|&w| w > 0);
        let (capacity, excess) = if coloured { (capacity, excess) } else { (waited, 0) };
        if excess > 0 {
            apportion(excess, &self.weights[..self.active.len()], &mut self.target);
            self.be_late(at, excess);
        }
        self.weights[..self.owners].fill(0);
        if let Some(point) = point {
            for owner in 1..self.owners {
                let made = self.left_made_of[point as usize * self.owners + owner];
                self.weights[owner] = made.saturating_sub(self.noted[at * self.owners + owner]);
            }
        }
        if self.weights[..self.owners].iter().all(|&w| w == 0) {
            self.weights[owner as usize] = 1;
        }
        let mut shares = std::mem::take(&mut self.target);
        apportion(capacity, &self.weights[..self.owners], &mut shares);
        for (owner, &share) in shares.iter().enumerate().take(self.owners) {
            self.made_of[at * self.owners + owner] += share;
            self.book(Kind::Capacity, owner as OwnerId, share);
        }
        self.carried[at].clock.z += capacity;
        self.target = shares;
    }
}

/// Takes `ticks` away, first from `first`, then from the others.
fn take_from(parts: &mut [Tick], first: usize, ticks: Tick) {
    let mut rest = ticks;
    let own = parts[first].min(rest);
    parts[first] -= own;
    rest -= own;
    for part in parts {
        let own = (*part).min(rest);
        *part -= own;
        rest -= own;
    }
}

/// Splits `total` in proportion to `weights`, whole ticks, exactly: cumulated rounding, so that no part is ever off by
/// more than one and the sum is `total`. With no weight at all, everything goes to the first part.
pub fn apportion(total: Tick, weights: &[u64], shares: &mut [Tick]) {
    let sum: u128 = weights.iter().map(|&w| u128::from(w)).sum();
    if sum == 0 {
        shares[..weights.len()].fill(0);
        shares[0] = total;
    } else if let Some((sum, _)) =
        u64::try_from(sum).ok().and_then(|sum| Some((sum, total.checked_mul(sum)?)))
    {
        // The products of an ordinary wait fit in one word, in which a division costs a small part of one in two.
        cumulate(total, sum, weights, shares, |upto| total * upto / sum);
    } else {
        cumulate(total, sum, weights, shares, |upto| (u128::from(total) * upto / sum) as u64);
    }
}

/// Each share is what the weights up to its own come to, less what was given before.
#[inline]
fn cumulate<W>(total: Tick, sum: W, weights: &[u64], shares: &mut [Tick], upto: impl Fn(W) -> Tick)
where
    W: Copy + Default + PartialEq + From<u64> + std::ops::AddAssign,
{
    let (mut cumulated, mut given) = (W::default(), 0);
    for (share, &weight) in shares.iter_mut().zip(weights) {
        *share = 0;
        if weight > 0 {
            cumulated += W::from(weight);
            // With the last weight nothing is left to divide: most often there is only one.
            let next = if cumulated == sum { total } else { upto(cumulated) };
            *share = next - given;
            given = next;
        }
    }
}
