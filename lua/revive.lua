-- Part of retry and retry_all. dead -> pending, with its failures and crashes forgotten; run goes on counting.

local function revive(id, job)
  local view = {priority = job.priority, crash_count = '0', stale = job.stale}
  enter(id, 'pending', view)
  call('HSET', job_key(id), 'state', 'pending', 'updated_at', NOW)
  call('HDEL', job_key(id), 'failures', 'crash_count', 'next_run_at')
  count('revived_total', 1)
  announce(id, 'pending')
end
