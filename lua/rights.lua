-- Part of the transitions of producers and operators, whose users may have few rights.

-- The refusal of the first command that the caller may not run; nil if there is none. Asked before anything is written:
-- Redis checks the caller at each command, half-way through a transition too. 0.15 us for each.
local function refusal_of(...)
  for _, command in ipairs({...}) do
    if not redis.acl_check_cmd(command, META, 'x', 'x') then
      local name = string.lower(command)
      return redis.error_reply("NOPERM this user has no permissions to run the '" .. name .. "' command")
    end
  end
end
