-- Tells whether an application is there and running, without starting it.
-- Variable: targetName (application name or path). Result: "running", "not-running" or "not-installed".
-- -1728 and -10814 are what AppleScript and Launch Services say when there is no such application.
try
	if application targetName is running then return "running"
	set foundIdentifier to id of application targetName
	return "not-running"
on error errorText number errorNumber
	if errorNumber is -1728 or errorNumber is -10814 then return "not-installed"
	error errorText number errorNumber
end try
