-- Part of inspect, sweep and repair: where a job has to stand, by its hash, and what R:counts has to say, by the indexes.

local SETS = {
  pending = {}, dead = {}, scheduled = {'scheduled'}, failed = {'scheduled', 'failed'}, processing = {'processing'},
  completed = {'completed'}, cancelled = {'cancelled'},
}

-- The fields of a job that tell its place, and more by name; in `word` its state, or what is there instead: `none`, `other_type`, `stateless`,
-- `unknown_state`.
local function examine(id, ...)
  local job = read(id, 'priority', 'suspect', 'failed_hosts', ...)
  job.word = job.state
  if job.word then return job end
  local kind = call('TYPE', JOB .. id).ok
  if kind == 'none' then job.word = 'none'
  elseif kind ~= 'hash' then job.word = 'other_type'
  else job.word = call('HEXISTS', JOB .. id, 'state') == 1 and 'unknown_state' or 'stateless' end
  return job
end

-- The job, as `examine` tells of it with the fields named here as well, and its stamp: the same text as long as it has
-- neither moved nor been repaired.
local function look(id, ...)
  local job = examine(id, 'run', 'created_at', 'updated_at', 'finished_at', ...)
  local stamp = {job.word}
  for _, name in ipairs({'priority', 'suspect', 'run', 'created_at', 'updated_at', 'finished_at'}) do
    stamp[#stamp + 1] = job[name] or '-'
  end
  return job, table.concat(stamp, ' ')
end

-- The list that the job has to stand in, or nil.
local function list_of(job)
  if job.state == 'pending' then return waiting_list(job) end
  if job.state == 'dead' then return 'dlq' end
end

local function belongs_in_set(job, set)
  for _, name in ipairs(SETS[job.state] or {}) do
    if name == set then return true end
  end
  return false
end

local function is_marked(id, list) return call('HEXISTS', STALE, list .. ' ' .. id) == 1 end

-- A counter, from the fields of R:counts by name; 0 for what is no number that anyone can have counted to.
local function counter(counts, name)
  local number = tonumber(counts[name]) or 0
  return number == math.floor(number) and math.abs(number) < 9007199254740992 and number or 0
end

-- Jobs by state as the indexes have them. Every transition moves these and R:counts by the same amounts.
-- counts: the fields of R:counts, by name.
local function counted_by_indexes(counts)
  local function live(list) return call('LLEN', R .. list) - counter(counts, 'stale:' .. list) end
  local failed, pending = call('ZCARD', FAILED), 0
  for _, list in ipairs(WAITING) do pending = pending + live(list) end
  return {
    pending = pending, dead = live('dlq'), failed = failed, scheduled = call('ZCARD', SCHEDULED) - failed,
    processing = call('ZCARD', PROCESSING), completed = call('ZCARD', COMPLETED), cancelled = call('ZCARD', CANCELLED),
  }
end

local function read_counts()
  local flat, counts = call('HGETALL', COUNTS), {}
  for i = 1, #flat, 2 do counts[flat[i]] = flat[i + 1] end
  return counts
end
