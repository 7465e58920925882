#!lua flags=allow-oom
-- Ends the intake of pushes that a worker has judged: each becomes a job or is set aside with its reason.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 cap of R:rejected, then per push:
--       number, 'reject', reason
--       number, 'job', prepared (1: the hash of this id was written by the pusher), the job as add.lua reads it
-- Returns {status, ...} in the order given: the new state (pending, scheduled), 'rejected', or 'done' when the
--       number is gone, because somebody else has done it already.

local cap = ARGV[1]

local function reject_push(raw, reason)
  reject(reason, raw, cap)
  return 'rejected'
end

local function ingest(job, number, raw, prepared)
  local kind = try('TYPE', JOB .. job.id).ok
  if kind ~= 'none' and kind ~= 'hash' then
    return reject_push(raw, 'id: the key of job ' .. job.id .. ' holds a ' .. kind .. ', not a hash')
  end
  local state = call('HGET', JOB .. job.id, 'state')
  if state then return reject_push(raw, 'id: job ' .. job.id .. ' exists already (' .. state .. ')') end
  if kind == 'hash' and not prepared then
    return reject_push(raw, 'id: a prepared hash has the id ' .. job.id .. ' already')
  end
  return add(job, 'intake.' .. number)
end

check_sets(SCHEDULED, INTAKE_DUE)
check_lists(SUSPECTS, pending_keys())
check_hashes(COUNTS, STALE, INTAKE)
check('XLEN', {REJECTED})
local replies, at = {}, 2
while at <= #ARGV do
  local number, verdict, status = ARGV[at], ARGV[at + 1], 'done'
  local raw = call('HGET', INTAKE, number)
  if verdict == 'reject' then
    if raw then status = reject_push(raw, ARGV[at + 2]) end
    at = at + 3
  else
    local prepared, job = ARGV[at + 2] == '1', nil
    job, at = job_at(at + 3)
    if raw then status = ingest(job, number, raw, prepared) end
  end
  if raw then
    call('HDEL', INTAKE, number)
    call('ZREM', INTAKE_DUE, number)
  end
  replies[#replies + 1] = status
end
commit()
return replies
