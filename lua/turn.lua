#!lua flags=allow-oom
-- Ends runs and hands out jobs to the same worker, as settle and then claim would: one call for what a busy worker does
-- all the time.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1...14 as in claim.lua   then the outcomes as in settle.lua
-- Returns {outcomes, claim}, each as the script of that name gives it
-- Sent again with the same request number it ends no run twice and gives the same jobs.
-- Cost  that of both, less the fixed part of one.

check_claim()
local outcomes, releases = outcomes_from(15)
check_lists(DLQ, SUSPECTS)
if releases then check_lists(ELSEWHERE, pending_keys()) end
for i = 1, #outcomes do settling[ARGV[outcomes[i]]] = true end
keep_house()
local settled = settle_all(outcomes, retention_age, retention_count)
local claimed = claim()
commit()
return {settled, claimed}
