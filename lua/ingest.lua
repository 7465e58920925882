#!lua flags=allow-oom
-- Ends the intake of pushes that a worker has judged: each becomes a job or is set aside with its reason.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 cap of R:rejected, then per push:
--       number, 'reject', reason, its `reply_to` or '', its id or '', as far as they could be read
--       number, 'job', prepared (1: the hash of this id was written by the pusher), the job as add.lua reads it
-- Returns {status, ...} in the order given: the new state (pending, scheduled), 'rejected', or 'done' when the
--       number is gone, because somebody else has done it already.

local cap = ARGV[1]

-- Sets a push aside, and tells its pusher if there is a name for that.
local function reject_push(raw, reason, name, id)
  local entry = reject(reason, raw, cap)
  if name and name ~= '' then
    local parts, add = reply_about(id ~= '' and id, 'rejected')
    add('error', cjson.encode(reason))
    add('rejected_id', type(entry) == 'string' and '"' .. entry .. '"')
    add('finished_at', NOW)
    push_reply(name, table.concat(parts) .. '}')
  end
  return 'rejected'
end

-- The value of a field of a job in ARGV.
local function value_of(job, name)
  for at = job.first, job.last, 2 do
    if ARGV[at] == name then return ARGV[at + 1] end
  end
end

local function ingest(job, number, raw, prepared)
  if not job.chosen then return add(job, 'intake.' .. number) end -- the id was made for it: nobody else has that
  local function refuse(reason) return reject_push(raw, 'id: ' .. reason, value_of(job, 'reply_to'), job.id) end
  local state = try('HGET', JOB .. job.id, 'state')
  if type(state) == 'table' then
    return refuse('the key of job ' .. job.id .. ' holds a ' .. try('TYPE', JOB .. job.id).ok .. ', not a hash')
  end
  if state then return refuse('job ' .. job.id .. ' exists already (' .. state .. ')') end
  if not prepared and call('EXISTS', JOB .. job.id) == 1 then
    return refuse('a prepared hash has the id ' .. job.id .. ' already')
  end
  local forbidden = job.valid_until and refusal_of_signed(job.id, job.valid_until)
  if forbidden then return reject_push(raw, forbidden, value_of(job, 'reply_to'), job.id) end
  return add(job, 'intake.' .. number)
end

check_sets(SCHEDULED, INTAKE_DUE)
check_lists(SUSPECTS, pending_keys())
check_hashes(COUNTS, STALE, INTAKE)
check('XLEN', {REJECTED})
local replies, numbers, at = {}, {}, 2
while at <= #ARGV do
  local number, verdict, status = ARGV[at], ARGV[at + 1], 'done'
  local raw = call('HGET', INTAKE, number)
  if verdict == 'reject' then
    if raw then status = reject_push(raw, ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]) end
    at = at + 5
  else
    local prepared, job = ARGV[at + 2] == '1', nil
    job, at = job_at(at + 3)
    if raw then status = ingest(job, number, raw, prepared) end
  end
  if raw then numbers[#numbers + 1] = number end
  replies[#replies + 1] = status
end
if #numbers > 0 then
  call('HDEL', INTAKE, unpack(numbers))
  call('ZREM', INTAKE_DUE, unpack(numbers))
end
commit()
return replies
