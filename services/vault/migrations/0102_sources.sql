-- What sources of HR sent, as they sent it, has a purpose of its own: names of staff have another.
update kept set purpose = 'source' where field in ('scim.resource', 'hook.body');
