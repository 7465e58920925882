#!lua flags=allow-oom
-- A worker's heartbeat: extends the leases it holds, and tells it of jobs that it must stop or halt.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 worker id   2 lease in ms, then per job: id, token
-- Returns {status, ...} in the order given
--       ok      the lease now ends one lease from the server's now
--       lost    the token is not the job's any more: stop the run, its settle will be stale
--       cancel  as ok, and somebody wants the run stopped
--       paused  as ok, and somebody wants the run to stand still until it is ok again
-- Cost  one HMGET per job, one ZADD per call.

local worker, lease = ARGV[1], tonumber(ARGV[2])
local deadline = whole(now + lease)

check_sets(PROCESSING, WORKERS)
local replies = {}
for at = 3, #ARGV, 2 do
  local job = try('HMGET', JOB .. ARGV[at], 'state', 'token', 'cancel_requested', 'pause_requested')
  if job[1] == 'processing' and job[2] == ARGV[at + 1] then
    gather(zadds, PROCESSING, deadline, ARGV[at])
    replies[#replies + 1] = job[3] and 'cancel' or job[4] and 'paused' or 'ok'
  else
    replies[#replies + 1] = 'lost'
  end
end
gather(zadds, WORKERS, NOW, worker)
commit()
call('PEXPIRE', R .. 'worker:' .. worker, 4 * lease)
call('ZREMRANGEBYSCORE', WORKERS, '-inf', whole(now - 4 * lease))
return replies
