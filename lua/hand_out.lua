-- Part of claim: takes jobs off the lists that they wait in. pending -> processing; dead if it was to be started by a time
-- that has passed. What nobody has read yet goes back (unread.lua).

local ENTRIES = 1000 -- list entries looked at per call
local EXPIRED = 100 -- jobs ended per call because they have expired; what was popped with the last of them comes on top
local token, rejected_cap = ARGV[1] .. '.' .. ARGV[2], ARGV[8] -- as claim has them
local jobs, more, trouble = {}, false, '' -- for its reply; more: there is work that this worker leaves to others
local expired = 0 -- jobs ended so far
local is_unfinished = false -- whether it stopped looking before it knew that there is nothing more for this worker

-- Clears from a job what its earlier run left there. Returns the number of this run, and the fields that are left.
local function next_run(id, hash, run)
  local kept, ended = {}, {token = true, run = true, started_at = true, waited_ms = true}
  local cleared = {'next_run_at', 'finished_at', 'exit_code', 'signal', 'reason', 'error', 'usage', 'result', 'progress',
    'progress_text'}
  for i = 1, #cleared do ended[cleared[i]] = true end
  for i = 1, #hash, 2 do
    if not ended[hash[i]] then kept[#kept + 1], kept[#kept + 2] = hash[i], hash[i + 1] end
  end
  call('HDEL', JOB .. id, unpack(cleared))
  run = (tonumber(run) or 0) + 1
  if run > KEPT_RUNS then unlinks[#unlinks + 1] = R .. 'log:' .. id .. ':' .. whole(run - KEPT_RUNS) end
  return whole(run), kept
end

-- Ends a job that was not started in time. pending -> dead.
local function expire(id, list, hash)
  local key, length, name = JOB .. id, try('LLEN', DLQ), nil
  if type(length) ~= 'number' then -- nowhere to put it: it waits on
    trouble = DLQ .. ': ' .. length.err
    return gather(appends, R .. list, id)
  end
  for i = 1, #hash, 2 do
    if hash[i] == 'reply_to' then name = hash[i + 1] end
  end
  expired = expired + 1
  count('pending', -1)
  count('dead_total', 1)
  enter(id, 'dead')
  call('HSET', key, 'state', 'dead', 'finished_at', NOW, 'reason', 'expired', 'error', 'it was not started in time')
  call('HDEL', key, 'next_run_at')
  announce(id, 'dead')
  if name then reply(id, name) end
end

-- Takes one entry that was taken off a list: starts its job, or drops it if it was left behind there.
local function take(id, list)
  local key = JOB .. id
  local hash, state, run, created, finished, updated, due = try('HGETALL', key), nil, nil, nil, nil, nil, nil
  local expires, document
  for i = 1, #hash, 2 do
    local name = hash[i]
    if name == 'state' then
      state = hash[i + 1]
      hash[i + 1] = 'processing'
    elseif name == 'run' then run = hash[i + 1]
    elseif name == 'created_at' then created = hash[i + 1]
    elseif name == 'finished_at' then finished = hash[i + 1]
    elseif name == 'updated_at' then updated = hash[i + 1]
    elseif name == 'next_run_at' then due = hash[i + 1]
    elseif name == 'expires_at' then expires = tonumber(hash[i + 1])
    elseif name == 'document' then document = hash[i + 1] end
  end
  if has_stale and take_stale(id, list) then return end
  if state ~= 'pending' then return set_aside(id, list, 'pending', {state = state}, rejected_cap) end
  if document then return leave_unread(id, list, created, finished, document) end
  if expires and expires <= now and not run then return expire(id, list, hash) end
  -- How long it was ready to run: since its due time if it waited for that, else since it last became pending.
  local since = tonumber(created) or now
  if run or due or finished then
    since = math.max(since, tonumber(finished) or 0, tonumber(due or updated) or 0)
    run, hash = next_run(id, hash, run)
  else run = '1' end
  local waited = whole(math.max(0, now - since))
  call('HSET', key, 'state', 'processing', 'token', token, 'run', run, 'started_at', NOW, 'waited_ms', waited)
  local size = #hash
  hash[size + 1], hash[size + 2], hash[size + 3], hash[size + 4] = 'token', token, 'run', run
  hash[size + 5], hash[size + 6], hash[size + 7], hash[size + 8] = 'started_at', NOW, 'waited_ms', waited
  jobs[#jobs + 1] = {id, token, hash}
end

-- Takes jobs off lists until there are `limit`, those that wait to be read among them, all of the first list before any of
-- the next. pop: the arguments of LMPOP. Returns the error if one of the lists is none.
local function hand_out(limit, pop)
  local looked_at, size = 0, #pop
  while #jobs + waiting < limit and looked_at < ENTRIES and expired < EXPIRED do
    pop[size + 1] = limit - #jobs - waiting
    local entries = try('LMPOP', unpack(pop))
    if not entries then return end
    if entries.err then return entries.err end
    local list, ids = string.sub(entries[1], #R + 1), entries[2]
    for i = 1, #ids do take(ids[i], list) end
    looked_at = looked_at + #ids
  end
  if #jobs + waiting < limit then more, is_unfinished = true, true end
end

-- Takes jobs of `lowest` priority and above until there are n.
local function hand_out_by_priority(n, lowest)
  local pop = {PRIORITIES + 1 - lowest}
  if #jobs + waiting == n or lowest > PRIORITIES then return end
  for priority = PRIORITIES, lowest, -1 do pop[#pop + 1] = KEYS[FIRST_PENDING + priority] end
  pop[#pop + 1], pop[#pop + 2] = 'LEFT', 'COUNT'
  if not hand_out(n, pop) then return end
  for priority = PRIORITIES, lowest, -1 do
    local key = KEYS[FIRST_PENDING + priority]
    local wrong = hand_out(n, {1, key, 'LEFT', 'COUNT'})
    if wrong then trouble = key .. ': ' .. wrong end
  end
end
