#!lua
-- Keeps how far runs are, for those who look on; changes no state. Refused by the server when it is out of memory.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  per job: id, token, progress (0...100), text or ''
-- Returns {status, ...} in the order given
--       ok     it is the job's progress now
--       stale  the token is not the job's any more, or its run is over; nothing was changed
-- Cost  one HMGET and one HSET per job.

local replies = {}
for at = 1, #ARGV, 4 do
  local key = JOB .. ARGV[at]
  local job = try('HMGET', key, 'state', 'token')
  if job[1] == 'processing' and job[2] == ARGV[at + 1] then
    call('HSET', key, 'progress', ARGV[at + 2], 'progress_text', ARGV[at + 3])
    replies[#replies + 1] = 'ok'
  else
    replies[#replies + 1] = 'stale'
  end
end
return replies
