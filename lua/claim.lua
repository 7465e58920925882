#!lua flags=allow-oom
-- Hands out up to n jobs to a worker, and does the housekeeping that must not wait for anyone:
-- takes pushes in, promotes what is due, recovers what dead workers left. pending -> processing.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 worker id   2 request number (of this worker; the same number again gets the same jobs)
--       3 n, 0...200; 0 only does the housekeeping, and passes on a bell that cannot be used
--       4 lease in ms   5 heartbeat in ms   6 crashes at which a job is dead
--       7 1 if the worker may take a job that has crashed a worker before (it runs none now), else 0
--       8 cap of R:rejected
-- Returns {now, next, paused, intake, jobs, recovered, trouble}
--       now        server time, ms         next  ms since the epoch of the next due job, or -1
--       paused     1 or 0
--       intake     {{number, raw bytes, {field, value, ...} of the prepared hash}, ...} to be judged, then ingest
--       jobs       {{id, token, {field, value, ...} as they are after the claim}, ...}
--       recovered  ids taken back from workers that are gone
--       trouble    '' or what is wrong with a list that could not be read; the others go on
-- Cost  one HGETALL and one HSET per job, a fixed dozen of commands besides; nothing grows with the backlog.

local worker, request, n = ARGV[1], ARGV[2], tonumber(ARGV[3])
local lease, heartbeat, max_crashes, may_take_suspect = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7] == '1'
local rejected_cap = ARGV[8]
local token, deadline = worker .. '.' .. request, whole(now + lease)
local worker_key = R .. 'worker:' .. worker
local trouble = ''

-- The jobs that this very request was given, when its reply was lost on the way.
local function replayed()
  local jobs, last = {}, call('HMGET', worker_key, 'request', 'jobs')
  if last[1] ~= request then return nil end
  for id in string.gmatch(last[2] or '', '%S+') do
    local hash = redis.pcall('HGETALL', job_key(id))
    local job = {}
    for i = 1, #hash, 2 do job[hash[i]] = hash[i + 1] end
    if job.state == 'processing' and job.token == token then jobs[#jobs + 1] = {id, token, hash} end
  end
  return jobs
end

-- Whether this job waits in a list, and in which: what is popped from elsewhere is an entry left behind.
local function place(job)
  if job.state ~= 'pending' or not priority_of(job.priority) then return nil end
  if (tonumber(job.crash_count) or 0) > 0 then return SUSPECTS end
  return pending_key(job.priority)
end

local function start(id, hash, job)
  local key, run = job_key(id), '1'
  if job.run then
    run = whole(job.run + 1)
    call('HDEL', key, 'finished_at', 'exit_code', 'signal', 'reason', 'error', 'usage')
    if job.run + 1 > KEPT_RUNS then unlinks[#unlinks + 1] = R .. 'log:' .. id .. ':' .. whole(job.run + 1 - KEPT_RUNS) end
  end
  if job.next_run_at then call('HDEL', key, 'next_run_at') end
  call('HSET', key, 'state', 'processing', 'token', token, 'run', run, 'started_at', NOW)
  local size = #hash
  hash[size + 1], hash[size + 2], hash[size + 3], hash[size + 4] = 'run', run, 'started_at', NOW
  gather(zadds, PROCESSING, deadline, id)
  return {id, token, hash}
end

-- Takes one entry that was popped from the list `key`: starts its job, or drops what is nobody's place any more.
local function take(id, key, jobs)
  local hash, job = redis.pcall('HGETALL', job_key(id)), {}
  for i = 1, #hash, 2 do job[hash[i]] = hash[i + 1] end
  if place(job) == key then
    jobs[#jobs + 1] = start(id, hash, job)
  elseif hash.err or (hash[1] and not job.state) or (job.state == 'pending' and not priority_of(job.priority)) then
    count('pending', -1)
    reject('corrupt job hash, found in a pending list', id, rejected_cap)
  else
    local list = string.sub(key, #R + 1)
    if not take_up_stale(id, job.stale, list) then count('stale:' .. list, -1) end
  end
end

-- Takes up to `wanted` jobs off these lists, all of the first before any of the next. Looks at a bounded number.
local function hand_out(wanted, jobs, keys)
  local limit, popped = #jobs + wanted, 0
  local pop = {#keys, unpack(keys)}
  pop[#keys + 2], pop[#keys + 3] = 'LEFT', 'COUNT'
  while #jobs < limit and popped < 1000 do
    pop[#keys + 4] = limit - #jobs
    local entries = redis.pcall('LMPOP', unpack(pop))
    if not entries then return end
    if entries.err then
      trouble = entries.err
      return
    end
    popped = popped + #entries[2]
    for _, id in ipairs(entries[2]) do take(id, entries[1], jobs) end
  end
end

check_sets(PROCESSING, SCHEDULED, FAILED, CANCELLED, INTAKE_DUE)
check_hashes(COUNTS, worker_key)
local earlier = n > 0 and replayed()
local items = intake()
local recovered = reap(lease, heartbeat, max_crashes, rejected_cap)
local next_due = promote()
claimable = false -- told below, once it is known what this worker leaves over
if next(deltas) then commit() end

local jobs, more = earlier or {}, #recovered > 0
local by_priority = {}
for priority = PRIORITIES, 0, -1 do by_priority[#by_priority + 1] = pending_key(priority) end
if not paused and not earlier then
  if n > 0 and may_take_suspect then
    hand_out(1, jobs, {SUSPECTS})
    more = more or #jobs > 0 and call('EXISTS', SUSPECTS) == 1
  end
  if n > #jobs then hand_out(n - #jobs, jobs, by_priority) end
  if #jobs == n then more = more or call('EXISTS', pending_keys()) > 0 end
  if n == 0 then more = more or call('EXISTS', SUSPECTS) == 1 end
  if #jobs > 0 then
    local ids = {}
    for i, job in ipairs(jobs) do ids[i] = job[1] end
    count('pending', -#jobs)
    count('processing', #jobs)
    if call('HSET', worker_key, 'request', request, 'jobs', table.concat(ids, ' ')) > 0 then
      call('PEXPIRE', worker_key, 4 * lease)
    end
  end
end
claimable = more or (next_due and next_due <= now)
commit()
return {now, next_due or -1, paused and 1 or 0, items, jobs, recovered, trouble}
