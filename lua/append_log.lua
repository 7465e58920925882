#!lua
-- Writes output of a run to its log, if the run is still the job's. Refused by the server when it is out of memory:
-- output is the first to give way, and the offsets show what is missing.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 id   2 token   3 run   4 how many entries to delete, then their numbers, then five per entry:
--       number (rising, chosen by the worker), stream (stdout stderr), offset of its first byte in that stream,
--       age in ms (since it was read from the job), data
-- Returns ok | stale
-- Sent again, as after a lost reply, it writes nothing twice: what has been given a number stands there already.
-- Cost  one XADD per entry, one XDEL.

local id, token, run, deletions = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local log = R .. 'log:' .. id .. ':' .. run

local job = try('HMGET', JOB .. id, 'state', 'token')
if job[1] ~= 'processing' or job[2] ~= token then return 'stale' end
local gone = {}
for at = 5, 4 + deletions do gone[#gone + 1] = ARGV[at] .. '-0' end
send('XDEL', log, gone) -- first, so that the log is never longer than it may be
for at = 5 + deletions, #ARGV, 5 do
  local time = whole(now - tonumber(ARGV[at + 3]))
  local added = try('XADD', log, ARGV[at] .. '-0', 'stream', ARGV[at + 1], 'offset', ARGV[at + 2], 'time', time, 'data', ARGV[at + 4])
  if type(added) == 'table' and not string.find(added.err, 'equal or smaller', 1, true) then return added end
end
return 'ok'
