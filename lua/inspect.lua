#!lua flags=no-writes
-- Looks at jobs and index entries for whoever looks for damage, each together with what it has to agree with. Changes nothing.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 what to look at, then (ids: up to 100)
--       jobs, id, ...            returns {{word, list or '', stamp, missing set, ...}, ...} in the order given
--       set, name, id, ...       returns {id, word, ...}: those that stand in the set and whose hash says otherwise
--       list, name, first, last  returns {ids at these positions, {id, word, ...}}: those of them that are not marked
--                                and whose hash says otherwise; word `marked`: it is marked, and the job stands there
--       places, list, id, ...    returns {number, {word, list or '', stamp, entries, marked 0 or 1}, ...}; number of
--                                entries -1 and nothing more if the list is too long to look through. Up to 10 ids
--       pushes, number, ...      returns {{in R:intake 0 or 1, in R:intake_due 0 or 1}, ...}
--       counts                   returns {{state, counted, by the indexes}, ...}
--       word   the state of the job, or what is there instead (places.lua)
--       list   the list that the job has to stand in
--       stamp  the same text as long as the job has not moved
-- Cost  two or three reads per id or entry; `places` walks over 100,000 entries at the most, about 3 ms.

local function jobs()
  local replies = {}
  for at = 2, #ARGV do
    local job, stamp = look(ARGV[at])
    local reply = {job.word, list_of(job) or '', stamp}
    for _, set in ipairs(SETS[job.state] or {}) do
      if not call('ZSCORE', R .. set, ARGV[at]) then reply[#reply + 1] = set end
    end
    replies[#replies + 1] = reply
  end
  return replies
end

local function set()
  local name, wrong = ARGV[2], {}
  for at = 3, #ARGV do
    local id = ARGV[at]
    local job = examine(id)
    if not belongs_in_set(job, name) and call('ZSCORE', R .. name, id) then
      wrong[#wrong + 1], wrong[#wrong + 2] = id, job.word
    end
  end
  return wrong
end

local function list()
  local name, wrong = ARGV[2], {}
  local ids = call('LRANGE', R .. name, ARGV[3], ARGV[4])
  local has_marks = call('EXISTS', STALE) == 1
  for _, id in ipairs(ids) do
    local job = examine(id)
    local stands, marked = list_of(job) == name, has_marks and is_marked(id, name)
    if stands == marked then wrong[#wrong + 1], wrong[#wrong + 2] = id, marked and 'marked' or job.word end
  end
  return {ids, wrong}
end

local function places()
  local name = ARGV[2]
  local length = call('LLEN', R .. name)
  if length > LONG_LIST then return {-1} end
  local replies = {length}
  for at = 3, #ARGV do
    local job, stamp = look(ARGV[at])
    local entries = call('LPOS', R .. name, ARGV[at], 'COUNT', 0)
    replies[#replies + 1] = {job.word, list_of(job) or '', stamp, #entries, is_marked(ARGV[at], name) and 1 or 0}
  end
  return replies
end

local function pushes()
  local replies = {}
  for at = 2, #ARGV do
    local due = call('ZSCORE', INTAKE_DUE, ARGV[at])
    replies[#replies + 1] = {call('HEXISTS', INTAKE, ARGV[at]), due and 1 or 0}
  end
  return replies
end

local function counts()
  local said, replies = read_counts(), {}
  for state, number in pairs(counted_by_indexes(said)) do
    replies[#replies + 1] = {state, counter(said, state), number}
  end
  return replies
end

return ({jobs = jobs, set = set, list = list, places = places, pushes = pushes, counts = counts})[ARGV[1]]()
