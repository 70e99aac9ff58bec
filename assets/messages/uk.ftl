# Усі слова перегляду українською.
# Число, що змінюється під час перегляду, стоїть як { $n } окремо від іменника, тож жодна форма слова від нього не залежить.

## Що це
schematic = Схема: довжини справжні, будівлі умовні
model-result = Результат моделі, не прогноз
one-of-runs = один із { $n } змодельованих періодів ({ $length }); його { $headline }: { $value }, більше, ніж у { $percent } % із них
one-run = один змодельований період
seed-replication = зерно { $seed }, повторення { $replication }
window = Показано: { $from } – { $to }
clock-of = час { $side }
day = день
night = ніч
other-week = Інший період: kordon replay { $file } --replication { $next } --out another.html

## Хто
truck-hours = годин очікування дотепер ({ $class })
vehicle-hours = годин очікування дотепер (усі разом)
direction = { $from } → { $to }
traveller = { $class } { $number }
passenger = пасажир { $number }, { $class } { $vehicle }
persons = осіб: { $n }
carries = { $words }
appeared = з’явився { $when }
left = вийшов { $when }
still-inside = усередині й наприкінці
waited-in-all = чекав { $time } із { $all }
rank = довше, ніж { $percent } % із { $group } цього періоду
stands-now = Тепер: { $where }, { $doing }, уже { $time }
not-here-now = Зараз не на переході
waits-for-room = чекає на місце: { $place }
waits = чекає
is-served = проходить перевірку
drives = у дорозі
held = стоїть, бо попереду немає місця
journey-where = де
journey-what-for = на що
longest-wait = Найдовше очікування
median-wait = Медіанне очікування ({ $class })
close = Закрити

## Місця
elsewhere = деінде, із бронюванням
road = дорога
exit-post = пост { $side }
between = між постами
entry-post = пост { $side }
exit-control = { $side }, виїзд
entry-control = { $side }, в’їзд
road-queue = дорога: чекають { $n }, { $metres }
road-empty = дорога: ніхто не чекає
beyond = +{ $n } за межами малюнка
not-drawn = +{ $n } не намальовано
gate = ворота
strip-count = { $name }: { $n }
strip-of = { $name }: { $n } із { $size }
wait-count = чекають { $n }
serve-count = працюють { $serving }/{ $open }
outage = збій
for-party = чекають на своїх
wait-elsewhere = чекають деінде
virtual-queue = { $side }: єЧерга
on-the-way = викликані й у дорозі: { $n }
places-taken = зайнято місць: { $n } із { $size }
booths-now = працюють: { $serving }, чекають на наступного: { $waiting }, стоять через місце попереду: { $held }, не працюють: { $off }
utilisation = робота { $percent } % часу, коли вікна були відчинені, від { $from }
longest-here = найдовше чекають тут: { $time }
held-for = стоять, бо немає місця ({ $place }): { $n }
booth = вікно { $n }
since = від { $when }

## Лампи
lamp-serving = працює
lamp-waiting = чекає на наступного
lamp-held = стоїть через місце попереду
lamp-off = не за графіком, без працівника або збій

## На що чекають
where-they-stand = Де стоять
what-they-wait-for = На що чекають
bars-title = { $direction }: чекають { $n }
nobody-waits = { $direction }: ніхто не чекає
own-need = власна потреба
cause-own = не чекає
cause-unknown = невідомо: період закінчився раніше
cause-capacity = { $owner }: пропускна спроможність
cause-roster = { $owner }: графік, зміна
cause-outage = { $owner }: збій
cause-rule = { $owner }: правило, виклик, пріоритет
cause-papers = { $owner }: документи
owner-shared = спільна смуга
owner-other = перевізник, інші
traced = Пов’язано з
caption-waits = { $direction }: чекають { $n } ({ $where }); пов’язано з { $what }.
caption-nobody = { $direction }: ніхто не чекає.
share-of = { $percent } % { $what }

## Кольори
colour-by = Колір
colour-cause = на що чекають і чий це час
colour-class = клас
colour-waited = скільки вже чекає
colour-attribute = { $words }
no-word = нічого з цього
under = менше { $time }
over = { $time } і більше
legend-cause-unit = колір: чиє; візерунок: що; кожен транспорт зафарбовано за частками його очікування на цьому місці
legend-class-unit = клас
legend-attribute-unit = ознака чи вантаж
legend-waited-unit = очікування на всіх місцях дотепер, без власної потреби

## Час
play-pause = Грати або спинити
step-forward = До наступної події
step-back = До попередньої події
next-mark = До наступної позначки
previous-mark = До попередньої позначки
start = На початок
end = У кінець
faster = Швидше
slower = Повільніше
loop-here = Позначити початок і кінець петлі, потім зняти
slow-by-itself = Само сповільнюється там, де черга швидко змінюється
another-week = Інший період
speed = { $n }×
speed-now = тепер { $n }×
slows = само сповільнюється
loop = петля
help = Клавіші
timeline = Шкала часу: скільки чекає протягом показаного часу
bookmark-longest = Найдовша черга
bookmark-spill = Перший затор
bookmark-outage = Збій
bookmark-recovery = Відновлення
mark-shift = { $side }: зміна вікон або працівників
mark-outage = { $what }
mark-spill = { $place }: немає місця попереду
mark-number = { $direction }: чекають { $n }
night-shade = ніч
zoom = Колесо або щипок наближує, перетягування рухає, подвійний клік показує все
click-hint = Клацніть на транспорт, вікно або чергу, щоб запитати, хто і чому
picture-of = План переходу, { $when }
weekdays = Пн Вт Ср Чт Пт Сб Нд
months = січ лют бер кві тра чер лип сер вер жов лис гру
minutes = хв
hours = год
days = д
seconds = с
kilometres = км
metres = м
