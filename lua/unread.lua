-- Part of claim: jobs that queuectl_enqueue added and whose documents no worker has read yet. They stay where they stand, and
-- the worker is given their documents to read; it admits them (admit.lua) and claims again. A worker that is lost meanwhile
-- has changed nothing. Two that read the same do the same: the second is told so.

local AHEAD = 100 -- documents given to read at once
local AHEAD_BYTES = 1048576 -- the last of them comes on top
local PATIENCE = 8 -- entries that were read already among those looked at ahead, above the number of others
local unread, unread_bytes = {}, 0 -- {id, created_at, finished_at, document} of each
local waiting = 0 -- jobs that are not handed out because nobody has read them: each keeps a slot for its turn
local unread_list = nil -- where the first of them stands

local function give_to_read(id, created, finished, document)
  if unread_bytes >= AHEAD_BYTES then return end
  unread_bytes = unread_bytes + #document
  unread[#unread + 1] = {id, created or '', finished or '', document}
end

-- Puts a job back that was taken off the head of a list.
local function leave_unread(id, list, created, finished, document)
  gather(prepends, R .. list, id)
  unread_list = unread_list or list
  waiting = waiting + 1
  give_to_read(id, created, finished, document)
end

-- Adds those that come next, so that a flood of them does not cost a call each.
local function read_ahead()
  if waiting == 0 or waiting >= AHEAD then return end
  local passed, ids = 0, try('LRANGE', R .. unread_list, 0, AHEAD - waiting - 1)
  for i = 1, #ids do
    if unread_bytes >= AHEAD_BYTES or passed > PATIENCE + #unread then return end
    local job = try('HMGET', JOB .. ids[i], 'state', 'created_at', 'finished_at', 'document')
    if job[1] == 'pending' and job[4] then give_to_read(ids[i], job[2], job[3], job[4]) else passed = passed + 1 end
  end
end
