-- Part of claim and turn: what a worker is given, and the housekeeping that goes with it. ARGV[1] to ARGV[14] and the
-- reply are those of claim.lua.

local worker, request, n = ARGV[1], ARGV[2], math.min(tonumber(ARGV[3]), 100)
local lease, heartbeat, may_take_suspect = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[7] == '1'
local retention_age, retention_count = tonumber(ARGV[9]), tonumber(ARGV[10])
local dlq_age, dlq_count = tonumber(ARGV[11]), tonumber(ARGV[12]) -- nil: no bound
local room, bytes = tonumber(ARGV[13]), tonumber(ARGV[14])
local worker_key = R .. 'worker:' .. worker
local items, overdue_at, recovered, looked, held, next_due -- what the housekeeping came to

local function check_claim()
  check_sets(PROCESSING, SCHEDULED, FAILED, COMPLETED, CANCELLED)
  check_hashes(COUNTS, worker_key)
  has_stale = call('HLEN', STALE) > 0
end

-- The jobs that this very request was given, when its reply was lost on the way. An older one that was held up
-- until now gets none: nobody waits for its answer.
local function give_again(last)
  if request ~= last[1] then return end
  for id in string.gmatch(last[2] or '', '%S+') do
    local hash, job = try('HGETALL', JOB .. id), {}
    for i = 1, #hash, 2 do job[hash[i]] = hash[i + 1] end
    if job.state == 'processing' and job.token == token then jobs[#jobs + 1] = {id, token, hash} end
  end
end

-- Hands out jobs. Returns their ids.
local function give_out()
  if n > 0 and may_take_suspect then
    local wrong = hand_out(1, {1, SUSPECTS, 'LEFT', 'COUNT'})
    if wrong then trouble = SUSPECTS .. ': ' .. wrong end
  end
  local suspects = #jobs
  hand_out_all(n, lease)
  read_ahead()
  -- Whoever takes a suspect leaves the others to other workers, even with slots to spare.
  more = more or (suspects > 0 or n == 0) and call('EXISTS', SUSPECTS) == 1
    or #jobs == n and call('EXISTS', pending_keys()) > 0
  local ids, leases, deadline = {}, {}, whole(now + lease)
  for i = 1, #jobs do
    local id = jobs[i][1]
    ids[i], leases[2 * i - 1], leases[2 * i] = id, deadline, id
    announce(id, 'processing')
  end
  zadds[PROCESSING] = leases
  count('pending', -#jobs)
  count('processing', #jobs)
  return ids
end

-- Remembers this request, also if it was given nothing: a copy of it that the network has held back, and that runs
-- after the worker's next claims, would take jobs for nobody.
local function remember(ids)
  if call('HSET', worker_key, 'request', request, 'jobs', table.concat(ids, ' ')) > 0 then
    call('PEXPIRE', worker_key, 4 * lease)
  end
end

-- Takes pushes in, recovers and promotes. Fails, if at all, before it has moved a job.
local function keep_house()
  items, overdue_at = intake(room, bytes)
  recovered, looked, held = reap(lease, heartbeat, tonumber(ARGV[6]), rejected_cap)
  next_due = promote(rejected_cap)
  claimable = false -- told by claim(), once it is known what this worker leaves over
end

-- Forgets and hands out, after keep_house(). Nothing in here fails.
local function claim()
  local last = n > 0 and call('HMGET', worker_key, 'request', 'jobs')
  send_indexes()
  if looked then
    trim(COMPLETED, 'completed', 100, retention_age, retention_count)
    trim(CANCELLED, 'cancelled', 100, retention_age, retention_count)
    compact_dlq()
  end
  trim_dlq(dlq_age, dlq_count, looked)
  more = claimable or #recovered > 0
  if last and last[1] and tonumber(request) <= (tonumber(last[1]) or 0) then
    give_again(last)
    is_unfinished = true -- nothing else was looked at
    more = more or call('EXISTS', SUSPECTS, pending_keys()) > 0
  else
    local ids = paused and {} or give_out()
    if last then remember(ids) end
  end
  claimable = more or (next_due and next_due <= now)
  if has_bell then
    -- It stays where it is if it would be rung again.
    if claimable and not paused then claimable = false else call('RPOP', INCOMING) end
  end
  if held and (not next_due or held < next_due) then next_due = held end
  if overdue_at and (not next_due or overdue_at < next_due) then next_due = overdue_at end
  if is_unfinished then next_due = now end
  return {now, next_due or -1, paused and 1 or 0, items, jobs, recovered, trouble, unread}
end
