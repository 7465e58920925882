#!lua
-- Adds output of a run to its log, if the run is still the job's. Refused by the server when it is out of memory.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 id   2 token   3 run   4 entries at the most, then per entry: stream, data
--       stream  stdout, stderr; or dropped_stdout, dropped_stderr: data is the number of bytes left out there
-- Returns ok | stale
-- Not replayed: a worker that does not know whether its output arrived sends it no second time.

local id, token, run, cap = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local job = try('HMGET', JOB .. id, 'state', 'token')
if job[1] ~= 'processing' or job[2] ~= token then return 'stale' end
for at = 5, #ARGV, 2 do
  call('XADD', R .. 'log:' .. id .. ':' .. run, 'MAXLEN', cap, '*', 'stream', ARGV[at], 'data', ARGV[at + 1])
end
return 'ok'
