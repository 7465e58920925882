#!lua
-- Takes a push in again that was set aside, as it was or corrected. R:rejected -> pending | scheduled. Refused by the server
-- when it is out of memory.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call   2 its id in R:rejected   3 1: the hash of the job's id was written by the pusher; else 0
--       then the job, as add.lua reads it
-- Returns {status, state}; the same request again: the same answer, no second effect
--       ok         it is a job now, and set aside no more; state is pending or scheduled
--       exists     a job has this id; state is that job's
--       prepared   a prepared hash has this id, and it is not the one that was pushed
--       refused    it is signed, and its id was signed for before or valid_until is no time that is accepted; instead of a state: why
--       damaged    the key of this id holds no hash
--       not_found  nothing is set aside under this id
--       In all but the first case nothing was changed.

local entry, prepared, job = ARGV[2], ARGV[3] == '1', job_at(4)

local function readmit()
  if #call('XRANGE', REJECTED, entry, entry) == 0 then return {'not_found', ''} end
  local state = try('HGET', JOB .. job.id, 'state')
  if type(state) == 'table' then return {'damaged', ''} end
  if state then return {'exists', state} end
  if not prepared and call('EXISTS', JOB .. job.id) == 1 then return {'prepared', ''} end
  local forbidden = job.valid_until and refusal_of_signed(job.id, job.valid_until)
  if forbidden then return {'refused', forbidden} end
  call('XDEL', REJECTED, entry) -- the first write: a user who may not is refused here
  return {'ok', add(job, 'rejected.' .. entry)}
end

check_sets(SCHEDULED)
check_lists(SUSPECTS, pending_keys())
check_hashes(COUNTS, STALE)
local forbidden = job.valid_until and refusal_of_signing()
if forbidden then return forbidden end
return once(ARGV[1], readmit)
