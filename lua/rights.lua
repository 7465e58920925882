-- Part of the transitions of producers and operators, whose users may have few rights.

-- Raises NOPERM for the first command that the caller may not run, before anything is written: Redis checks the caller at
-- each command, half-way through a transition too. 0.15 us each.
local function check_rights(...)
  for _, command in ipairs({...}) do
    if not redis.acl_check_cmd(command, META, 'x', 'x') then
      error({err = "NOPERM this user has no permissions to run the '" .. string.lower(command) .. "' command in a script"})
    end
  end
end
