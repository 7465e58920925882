#!lua flags=allow-oom
-- Repairs what `queuectl doctor` or a worker has found, if it still is so. No job changes its state.
--
-- Each repair changes an index and R:counts by the same amount, as every transition does. So the difference between
-- the two stays what it was, whatever else runs, until `counts` takes it away.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 cap of R:rejected   2 lease in ms, then per repair (up to 10): what, where, id, stamp
--       entry      index, id   the entry goes and is set aside: the hash of the job says otherwise, or is gone
--       job        list or '', id   the job gets the index entries that it lacks. list: where it has to stand, if that
--                  is a list; whoever names one of more than 10,000 entries has looked through it. stamp: as inspect
--                  told it then; it is another once somebody has repaired the job, or the job has moved
--       duplicate  list, id    all entries of the job but the first go, if the list is short enough to look through
--       mark       list, id    the mark goes: the job stands there, or there is no such entry (of a long list, as above)
--       mark       '', field   the mark goes: it names no list
--       leftovers  key behind R, id   attempts or output of a job that is gone go
--       push       '', number  in R:intake only: it is due now; in R:intake_due only: it goes
--       counts     state, difference   R:counts has so much more than the indexes: it gets less by that
--       marks      list, difference    it counts so many marks more than there are: the same
-- Returns {repaired | well, ...} in the order given; well: it is not, or no longer, as was said. What is repaired is
-- counted as repaired_total, and R:meta tells when that was last.

local cap, lease = ARGV[1], tonumber(ARGV[2])
local repairs, STATE_OF = {}, {dlq = 'dead'} -- of the jobs that stand in an index
for _, list in ipairs(WAITING) do STATE_OF[list] = 'pending' end
for state, sets in pairs(SETS) do
  if sets[1] then STATE_OF[sets[#sets]] = state end
end

local function is_list(index) return #SETS[STATE_OF[index]] == 0 end

-- A job that failed stands in R:scheduled too, where it is not counted.
local function count_entry(index, by)
  count(STATE_OF[index], by)
  if index == 'failed' then count('scheduled', -by) end
end

-- How often a job stands in a list; nil if that is too long to look through.
local function entries_of(id, list)
  if call('LLEN', R .. list) <= LONG_LIST then return #call('LPOS', R .. list, id, 'COUNT', 0) end
end

-- Whether a job stands in a list; of one that is too long to look through, near one of its ends. (Entries are taken from the
-- head meanwhile, by a claim, which sets such an entry aside itself.)
local function stands_in(id, list)
  local key = R .. list
  return (call('LPOS', key, id, 'MAXLEN', LONG_LIST) or call('LPOS', key, id, 'RANK', -1, 'MAXLEN', LONG_LIST)) ~= false
end

function repairs.entry(index, id)
  local job = examine(id)
  if is_list(index) then
    if list_of(job) == index or is_marked(id, index) or not stands_in(id, index) then return false end
    leave_list(id, index)
  elseif belongs_in_set(job, index) or call('ZREM', R .. index, id) == 0 then return false end
  set_aside(id, index, STATE_OF[index], job, cap)
  if index == 'failed' then count('scheduled', 1) end
  return true
end

-- The lease of a job that has none. Its owner, if that is alive, renews it; otherwise it is over.
local function lease_of(job)
  local worker = job.token and string.match(job.token, '^(.*)%.%d+$')
  return worker and call('ZSCORE', WORKERS, worker) and now + lease or now
end

-- A number in a hash, which may be damaged. (Lua reads `nan` as a number, and Redis refuses it as a score.)
local function number(text)
  local value = tonumber(text)
  return value == value and value or nil
end

local function put_into_sets(id, job)
  local added = false
  for _, set in ipairs(SETS[job.state]) do
    if not call('ZSCORE', R .. set, id) then
      local at = number(job.finished_at) or now
      if set == 'scheduled' then at = number(job.next_run_at) or now elseif set == 'processing' then at = lease_of(job) end
      if set == 'scheduled' then claimable = is_next(at) end
      call('ZADD', R .. set, whole(at), id)
      count_entry(set, 1)
      added = true
    end
  end
  return added
end

function repairs.job(list, id, seen)
  local job, stamp = look(id, 'token', 'next_run_at')
  if not job.state or stamp ~= seen or (list_of(job) or '') ~= list then return false end
  if list == '' then return put_into_sets(id, job) end
  if is_marked(id, list) or (entries_of(id, list) or 0) > 0 then return false end
  enter(id, job.state, job)
  call('HSET', JOB .. id, 'updated_at', NOW) -- nobody else who missed it may put it there again
  return true
end

function repairs.duplicate(list, id)
  local entries = entries_of(id, list) or 0
  if entries < 2 then return false end
  call('LREM', R .. list, 1 - entries, id)
  count(STATE_OF[list], 1 - entries)
  return true
end

function repairs.mark(list, id)
  if not STATE_OF[list] then return call('HDEL', STALE, id) == 1 end
  local stands = list_of(examine(id)) == list
  if not stands and (entries_of(id, list) or 0) > 0 or not take_stale(id, list) then return false end
  count(STATE_OF[list], 1)
  return true
end

function repairs.leftovers(key, id)
  return examine(id).word == 'none' and call('UNLINK', R .. key) == 1
end

function repairs.push(_, number)
  local due = call('ZSCORE', INTAKE_DUE, number)
  if call('HEXISTS', INTAKE, number) == 1 then
    claimable = not due
    return not due and call('ZADD', INTAKE_DUE, NOW, number) == 1
  end
  return due and call('ZREM', INTAKE_DUE, number) == 1
end

function repairs.counts(state, difference)
  local counts = read_counts()
  local real = counted_by_indexes(counts)[state]
  local more = counter(counts, state) - real
  if more == 0 or more ~= tonumber(difference) then return false end
  call('HSET', COUNTS, state, whole(real)) -- what stands there may be no number to take anything off
  return true
end

-- How many entries of a list are marked; nil if there are too many marks to go through.
local function marks_of(list)
  if call('HLEN', STALE) > LONG_LIST then return nil end
  local marks, head = 0, list .. ' '
  local fields = call('HGETALL', STALE)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, #head) == head then marks = marks + 1 end
  end
  return marks
end

function repairs.marks(list, difference)
  local name, marks = 'stale:' .. list, marks_of(list)
  local real = counter(read_counts(), name) - tonumber(difference)
  if marks and marks ~= real then return false end
  call('HSET', COUNTS, name, whole(real))
  return true
end

check_sets(SCHEDULED, FAILED, PROCESSING, COMPLETED, CANCELLED, INTAKE_DUE, WORKERS)
check_lists(DLQ, SUSPECTS, ELSEWHERE, pending_keys())
check_hashes(COUNTS, STALE, INTAKE)
check('XLEN', {REJECTED})
local replies, repaired = {}, 0
for at = 3, #ARGV, 4 do
  local done = repairs[ARGV[at]](ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
  replies[#replies + 1] = done and 'repaired' or 'well'
  if done then repaired = repaired + 1 end
  commit()
end
if repaired > 0 then
  count('repaired_total', repaired)
  commit()
  call('HSET', META, 'repaired_at', NOW)
end
return replies
