-- Shows a notification. Variables: titleText, subtitleText, bodyText, soundName ("" is none). Result: "shown".
-- macOS attributes it to the program that runs osascript; whether it appears is decided in its settings.
if soundName is "" then
	display notification bodyText with title titleText subtitle subtitleText
else
	display notification bodyText with title titleText subtitle subtitleText sound name soundName
end if
return "shown"
