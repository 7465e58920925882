#!lua flags=allow-oom
-- Has one worker of the queue at a time look for damage, and tells it whether the figures agree. Changes no job.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 worker id   2 heartbeat in ms: who does not ask again for three of these has lost the turn
--       3 1: this worker has looked at everything since it began; else 0
-- Returns {turn, since, {name, difference, ...}}
--       turn        1: it is this worker's; 0: another's, and nothing else is told
--       since       ms since somebody has looked at everything, or since the first worker asked
--       name        what differs: a state, of which R:counts has so much more than the indexes; `marks`, of which it
--                   counts so many more than there are; `intake`, where so many more pushes wait than are due
-- Cost  one HMGET and one HSET; with the turn, two dozen lengths. None of it grows with the queue.

local worker, patience = ARGV[1], 3 * tonumber(ARGV[2])
local holder, held_at, swept_at = unpack(call('HMGET', META, 'sweeper', 'sweeper_at', 'swept_at'))
local age = now - (tonumber(held_at) or 0)
-- A time that is still to come was written by a clock that has been put back.
if holder and holder ~= worker and age >= 0 and age < patience then return {0, 0, {}} end

local counts, marked, differences = read_counts(), 0, {}
local function compare(name, difference)
  if difference ~= 0 then differences[#differences + 1], differences[#differences + 2] = name, difference end
end
for state, number in pairs(counted_by_indexes(counts)) do compare(state, counter(counts, state) - number) end
for name in pairs(counts) do
  if string.sub(name, 1, 6) == 'stale:' then marked = marked + counter(counts, name) end
end
compare('marks', marked - call('HLEN', STALE))
compare('intake', call('HLEN', INTAKE) - call('ZCARD', INTAKE_DUE))

swept_at = tonumber(swept_at)
if ARGV[3] == '1' or not swept_at or swept_at > now then swept_at = now end
call('HSET', META, 'sweeper', worker, 'sweeper_at', NOW, 'swept_at', whole(swept_at))
commit()
return {1, now - swept_at, differences}
