-- Part of all that move jobs: the index entries of a job, which every change of its state moves.
--
-- A list entry is a hint. Taking one out of the middle of a long list would block the server, so there it stays,
-- marked in R:stale (field "<list> <id>") and counted as "stale:<list>" in R:counts. Who meets a marked entry drops
-- it, and a job that comes back to the list takes it up again: no job stands twice in one list.

local LONG_LIST = 10000 -- entries; an entry of a longer list is left behind
local scan_left = 10 * LONG_LIST -- entries that one transition may walk over in all: about 3 ms
local DEFAULT_PRIORITY = '5' -- for a job whose own is damaged: that costs it its place, not its run
local WAITING = {'suspects', 'elsewhere'} -- the lists of pending jobs
for priority = 0, PRIORITIES do WAITING[#WAITING + 1] = 'pending:' .. priority end
local has_stale = nil -- whether there are marks at all, once it was asked

-- The priority of a job, or nil when the field holds none. Adding 0 makes 0 of -0, which would be the name of another list.
local function priority_of(text)
  local p = tonumber(text)
  if p and p >= 0 and p <= PRIORITIES and p == math.floor(p) then return p + 0 end
end

-- The list that a pending job waits in. One whose next crash would be its last waits among the suspects, which claim
-- hands out one per worker; else one that has failed on hosts which it avoids waits for others (elsewhere.lua).
local function waiting_list(job)
  if job.suspect then return 'suspects' end
  if job.failed_hosts then return 'elsewhere' end
  return 'pending:' .. (priority_of(job.priority) or DEFAULT_PRIORITY)
end

-- Whether this entry was left behind. Takes the mark off: the caller drops the entry, or takes it up.
local function take_stale(id, list)
  if has_stale == nil then has_stale = call('EXISTS', STALE) == 1 end
  if not has_stale or call('HDEL', STALE, list .. ' ' .. id) == 0 then return false end
  count('stale:' .. list, -1)
  return true
end

-- Puts the job into the index of a state. job: priority, suspect and failed_hosts as read from its hash.
-- at: due time (scheduled, failed) as text. front: before all others of its priority.
local function enter(id, state, job, at, front)
  count(state, 1)
  if state == 'pending' then
    claimable = true
    if not priority_of(job.priority) then call('HSET', JOB .. id, 'priority', DEFAULT_PRIORITY) end
    local list = waiting_list(job)
    if not take_stale(id, list) then gather(front and prepends or appends, R .. list, id) end
  elseif state == 'dead' then
    if not take_stale(id, 'dlq') then gather(appends, DLQ, id) end
  elseif state == 'scheduled' then gather(zadds, SCHEDULED, at, id)
  elseif state == 'failed' then
    gather(zadds, SCHEDULED, at, id)
    gather(zadds, FAILED, NOW, id)
  else
    gather(zadds, state == 'completed' and COMPLETED or CANCELLED, NOW, id)
  end
end

-- Takes an entry out of a list. Returns false if it is not there.
local function leave_list(id, list)
  local length = call('LLEN', R .. list)
  if length > LONG_LIST or length > scan_left then
    call('HSET', STALE, list .. ' ' .. id, '1')
    has_stale = true
    count('stale:' .. list, 1)
    return true
  end
  scan_left = scan_left - length
  return call('LREM', R .. list, 1, id) == 1
end

-- Takes the job out of the index of the state it is in.
local function leave(id, state, job)
  count(state, -1)
  if state == 'pending' then
    local list = waiting_list(job)
    if leave_list(id, list) then return end
    -- Somebody has changed the hash: then the entry is in another list.
    for _, other in ipairs(WAITING) do
      if other ~= list and call('LLEN', R .. other) > 0 and leave_list(id, other) then return end
    end
  elseif state == 'dead' then leave_list(id, 'dlq')
  elseif state == 'scheduled' then gather(zrems, SCHEDULED, id)
  elseif state == 'failed' then
    gather(zrems, SCHEDULED, id)
    gather(zrems, FAILED, id)
  elseif state == 'processing' then gather(zrems, PROCESSING, id)
  else gather(zrems, state == 'completed' and COMPLETED or CANCELLED, id) end
end

-- Whether a job due at `due` comes before all that wait in R:scheduled, so soon that blocked workers, who
-- have set their alarm by the old first one, must be woken.
local function is_next(due)
  if due - now >= LONGEST_BLOCK then return false end
  local first = call('ZRANGE', SCHEDULED, 0, 0, 'WITHSCORES')
  return not first[2] or tonumber(first[2]) > due
end
