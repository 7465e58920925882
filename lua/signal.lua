#!lua flags=allow-oom
-- Has a worker send a signal to a job that it runs. processing only; no state changes, and nothing is stored: a
-- signal is for who is there to get it.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call   2 prefix of the workers' control channels ("<namespace>:control:")
--       3 id   4 number of the signal
-- Returns {status, state, listeners}; the same request again: the same answer, and no second signal
--       ok           its worker was told, on as many connections as listen: none means that it cannot be reached
--       wrong_state  it does not run; nobody was told
--       not_found    no such job

local channel, id, number = ARGV[2], ARGV[3], ARGV[4]

local function signal()
  local job = read(id, 'token')
  if not job.state then return {'not_found', '', 0} end
  if job.state ~= 'processing' then return {'wrong_state', job.state, 0} end
  local worker = job.token and string.match(job.token, '^(.*)%.%d+$')
  if not worker then return {'ok', job.state, 0} end
  local words = {'signal', string.match(R, '{(.*)}'), id, job.token, number}
  return {'ok', job.state, call('PUBLISH', channel .. worker, table.concat(words, ' '))}
end

return once(ARGV[1], signal)
