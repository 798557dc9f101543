-- Reads a session of iTerm2: its terminal device, its foreground job, and what its screen shows.
-- Variables: targetName (application name or path), sessionId (unique ID). Result: code points of the text
-- "<found | missing | not-running>", then, each on a line: device, columns, rows, job, and the contents.
-- "tell" would start an application that does not run, so this is asked first.
if application targetName is not running then return id of "not-running"
using terms from application "iTerm2"
	tell application targetName
		repeat with aWindow in windows
			repeat with aTab in tabs of aWindow
				repeat with aSession in sessions of aTab
					if unique ID of aSession is sessionId then
						set jobName to ""
						try
							tell aSession to set jobName to (variable named "jobName")
						end try
						set facts to (tty of aSession) & linefeed & (columns of aSession) & linefeed & (rows of aSession)
						return id of ("found" & linefeed & facts & linefeed & jobName & linefeed & (contents of aSession))
					end if
				end repeat
			end repeat
		end repeat
	end tell
end using terms from
return id of "missing"
