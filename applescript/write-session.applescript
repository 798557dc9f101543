-- Types text into a session of iTerm2, as it is, without a newline of its own.
-- Variables: targetName (application name or path), sessionId (unique ID), typedText.
-- Result: code points of "written", "missing" or "not-running".
if application targetName is not running then return id of "not-running"
using terms from application "iTerm2"
	tell application targetName
		repeat with aWindow in windows
			repeat with aTab in tabs of aWindow
				repeat with aSession in sessions of aTab
					if unique ID of aSession is sessionId then
						tell aSession to write text typedText newline no
						return id of "written"
					end if
				end repeat
			end repeat
		end repeat
	end tell
end using terms from
return id of "missing"
