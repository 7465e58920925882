#!lua flags=allow-oom
-- Hands out up to n jobs to a worker, and does the housekeeping that must not wait for anyone: takes pushes in,
-- promotes what is due, recovers what dead workers left, forgets what finished long ago. pending -> processing.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 worker id   2 request number (of this worker; the same number again gets the same jobs)
--       3 n, 0...200; 0 only does the housekeeping, and passes on a bell that cannot be used
--       4 lease in ms   5 heartbeat in ms   6 crashes at which a job is dead
--       7 1 if the worker may take a job that has crashed a worker before (it runs none now), else 0
--       8 cap of R:rejected   9 retention age in ms   10 retention count, both of R:completed and R:cancelled
-- Returns {now, next, paused, intake, jobs, recovered, trouble}
--       now        server time, ms         next  ms since the epoch when to ask again: the next job is due,
--       paused     1 or 0                        leases that are on hold may be judged, or pushes that somebody
--                                                was handed will be overdue; -1 when nothing is known
--       intake     {{number, raw bytes, {field, value, ...} of the prepared hash}, ...} to be judged, then ingest
--       jobs       {{id, token, {field, value, ...} as they are after the claim}, ...}
--       recovered  ids taken back from workers that are gone
--       trouble    '' or what is wrong with a list that could not be read; the others go on
-- Cost  one HGETALL and one HSET per job, a fixed two dozen of commands besides; nothing grows with the backlog.

local worker, request, n = ARGV[1], ARGV[2], math.min(tonumber(ARGV[3]), 200)
local lease, heartbeat, may_take_suspect = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[7] == '1'
local worker_key = R .. 'worker:' .. worker

check_sets(PROCESSING, SCHEDULED, FAILED, COMPLETED, CANCELLED)
check_hashes(COUNTS, worker_key)
has_stale = call('HLEN', STALE) > 0
local last = n > 0 and call('HMGET', worker_key, 'request', 'jobs')
local replay = last and last[1] and tonumber(request) <= (tonumber(last[1]) or 0)
local items, overdue_at = intake()
local recovered, looked, held = reap(lease, heartbeat, tonumber(ARGV[6]), rejected_cap)
local next_due = promote(rejected_cap)
if looked then
  trim(COMPLETED, 'completed', 200, tonumber(ARGV[9]), tonumber(ARGV[10]))
  trim(CANCELLED, 'cancelled', 200, tonumber(ARGV[9]), tonumber(ARGV[10]))
  compact_dlq()
end
claimable = false -- told below, once it is known what this worker leaves over
send_indexes()
more = #recovered > 0

-- The jobs that this very request was given, when its reply was lost on the way. An older one that was held up
-- until now gets none: nobody waits for its answer.
local function give_again()
  if request ~= last[1] then return end
  for id in string.gmatch(last[2] or '', '%S+') do
    local hash, job = try('HGETALL', JOB .. id), {}
    for i = 1, #hash, 2 do job[hash[i]] = hash[i + 1] end
    if job.state == 'processing' and job.token == token then jobs[#jobs + 1] = {id, token, hash} end
  end
end

if replay then
  give_again()
  more = more or call('EXISTS', pending_keys()) > 0 -- the bell that it rang then was taken in above
elseif not paused then
  if n > 0 and may_take_suspect then
    local wrong = hand_out(1, {1, SUSPECTS, 'LEFT', 'COUNT'})
    if wrong then trouble = SUSPECTS .. ': ' .. wrong end
  end
  local suspects = #jobs
  hand_out_all(n, lease)
  -- Whoever takes a suspect leaves the others to other workers, even with slots to spare.
  more = more or (suspects > 0 or n == 0) and call('EXISTS', SUSPECTS) == 1
    or #jobs == n and call('EXISTS', pending_keys()) > 0
  if #jobs > 0 then
    local ids, leases, deadline = {}, {}, whole(now + lease)
    for i = 1, #jobs do
      local id = jobs[i][1]
      ids[i], leases[2 * i - 1], leases[2 * i] = id, deadline, id
      announce(id, 'processing')
    end
    zadds[PROCESSING] = leases
    count('pending', -#jobs)
    count('processing', #jobs)
    if call('HSET', worker_key, 'request', request, 'jobs', table.concat(ids, ' ')) > 0 then
      call('PEXPIRE', worker_key, 4 * lease)
    end
  end
end
claimable = more or (next_due and next_due <= now)
commit()
if held and (not next_due or held < next_due) then next_due = held end
if overdue_at and (not next_due or overdue_at < next_due) then next_due = overdue_at end
return {now, next_due or -1, paused and 1 or 0, items, jobs, recovered, trouble}
