-- Asks iTerm2 for a single-use cookie, and for a key that names the entry in its script console.
-- Variables: targetName (application name or path), clientName. Result: "<cookie> <key>".
-- Error 1: the Python API is off.
-- Run it only when application-status says that iTerm2 is running: "tell" would start it.
using terms from application "iTerm2"
	tell application targetName to request cookie and key for app named clientName
end using terms from
