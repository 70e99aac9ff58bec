# Every word of the replay and of the viewer, in English.
# A number that changes while one looks stands as { $n } beside its noun, so that no form of the noun depends on it.

## What it is
schematic = Schematic: lengths true, buildings not
model-result = Model result, not a forecast
one-of-runs = one of { $n } simulated runs of { $length }; its { $headline } of { $value } is longer than in { $percent } % of them
one-run = one simulated run
seed-replication = seed { $seed }, replication { $replication }
window = Shown: { $from } to { $to }
clock-of = { $side } time
day = day
night = night
other-week = Another run: kordon replay { $file } --replication { $next } --out another.html

## Who
truck-hours = { $class }-hours waited so far
vehicle-hours = vehicle-hours waited so far
direction = { $from } → { $to }
traveller = { $class } { $number }
passenger = passenger { $number } of { $class } { $vehicle }
persons = persons: { $n }
carries = { $words }
appeared = appeared { $when }
left = out { $when }
still-inside = still inside at the end
waited-in-all = waited { $time } of { $all } in all
rank = longer than { $percent } % of { $group } in this run
stands-now = Now: { $where }, { $doing }, for { $time }
not-here-now = Not at the crossing at this time
waits-for-room = waits for room in { $place }
waits = waits
is-served = is served
drives = under way
held = held from ahead
journey-where = where
journey-what-for = what for
longest-wait = Longest wait
median-wait = Median { $class }
close = Close

## Places
elsewhere = elsewhere, with a booking
road = road
exit-post = { $side } post
between = between the posts
entry-post = { $side } post
exit-control = { $side } exit
entry-control = { $side } entry
road-queue = road: { $n } wait, { $metres }
road-empty = road: nobody waits
beyond = +{ $n } beyond what is drawn
not-drawn = +{ $n } not drawn
gate = gate
strip-count = { $name }: { $n }
strip-of = { $name }: { $n } of { $size }
wait-count = { $n } wait
serve-count = { $serving }/{ $open } serve
outage = outage
for-party = wait for their party
wait-elsewhere = wait elsewhere
virtual-queue = { $side } virtual queue
on-the-way = { $n } called and on the way
places-taken = { $n } of { $size } places taken
booths-now = serving: { $serving }, waiting for the next: { $waiting }, held from ahead: { $held }, not at work: { $off }
utilisation = at work { $percent } % of the time that booths were open, since { $from }
longest-here = longest wait here now: { $time }
held-for = held for room in { $place }: { $n }
booth = booth { $n }
since = since { $when }

## Lamps
lamp-serving = serving
lamp-waiting = waiting for the next
lamp-held = held from ahead
lamp-off = not on the roster, without an officer, or down

## What for
where-they-stand = Where they stand
what-they-wait-for = What they wait for
bars-title = { $direction }: { $n } wait
nobody-waits = { $direction }: nobody waits
own-need = own need
cause-own = does not wait
cause-unknown = not known: the run ended first
cause-capacity = { $owner }: capacity
cause-roster = { $owner }: roster, hand-over
cause-outage = { $owner }: outage
cause-rule = { $owner }: rule, call, priority
cause-papers = { $owner }: papers
owner-shared = shared zone
owner-other = carrier, others
traced = Traced to
caption-waits = { $direction }: { $n } wait ({ $where }); traced to { $what }.
caption-nobody = { $direction }: nobody waits.
share-of = { $percent } % { $what }

## Colours
colour-by = Colour by
colour-cause = what the wait is for, and whose
colour-class = class
colour-waited = time waited so far
colour-attribute = { $words }
no-word = none of these
under = under { $time }
over = { $time } and more
legend-cause-unit = colour: whose; pattern: what; each vehicle is filled by the shares of its wait at this place
legend-class-unit = class of traveller
legend-attribute-unit = what the traveller is or carries
legend-waited-unit = waiting at all places so far, own need not counted

## Time
play-pause = Play or pause
step-forward = To the next event
step-back = To the event before
next-mark = To the next mark
previous-mark = To the mark before
start = To the beginning
end = To the end
faster = Faster
slower = Slower
loop-here = Mark the beginning and the end of a loop, then take it away
slow-by-itself = Slow down by itself where the queue changes fast
another-week = Another run
speed = { $n }×
speed-now = { $n }× now
slows = slows by itself
loop = loop
help = Keys
timeline = Timeline: how many wait, over the whole time shown
bookmark-longest = Longest queue
bookmark-spill = First spill-back
bookmark-outage = Outage
bookmark-recovery = Recovery
mark-shift = { $side }: booths or officers change
mark-outage = { $what }
mark-spill = { $place } held from ahead
mark-number = { $direction }: { $n } wait
night-shade = night
zoom = Wheel or pinch to zoom, drag to move, double-click to see everything
click-hint = Click a vehicle, a booth or a line to ask who and why
picture-of = Plan of the crossing at { $when }
weekdays = Mon Tue Wed Thu Fri Sat Sun
months = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
minutes = min
hours = h
days = d
seconds = s
kilometres = km
metres = m
