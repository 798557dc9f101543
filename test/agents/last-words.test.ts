import { expect, it } from 'vitest'
import { loadProfiles } from '../../src/agents/load-profiles.ts'
import { lastWordsOn } from '../../src/agents/reading/last-words.ts'

const { profiles } = loadProfiles('/nowhere')
const said = (agent: string, screen: string) => {
  const profile = profiles.get(agent)
  if (!profile) throw new Error(`no profile ${agent}`)
  return lastWordsOn(screen.split('\n'), profile)
}
const line = '─'.repeat(80)

/** As Claude Code 2.1.329 has left its screen. */
const claude = `▎ Auto mode is now Claude Code's default permission mode.
▎ https://code.claude.com/docs/en/permission-modes

❯ Make the marker file.

● I will make the marker.

● Bash(touch marker.txt && echo made)
  ⎿  made
  ⎿  Created marker.txt

● It is done now:

  - marker.txt is there
  - nothing else has changed

✻ Churned for 6s · done 9:25 PM
                                                            ◐ medium · /effort
${line}
❯
${line}
  ⏵⏵ auto mode on (shift+tab to cycle) · ← for agents
`

/** As Codex 0.169.0 has. */
const codex = `  >_ OpenAI Codex (v0.169.0)
     ~/shop


› Make the marker file.


• I will make the marker.

✔ You approved codex to run touch marker.txt && echo made this time

• Ran touch marker.txt && echo made
  └ made

• It is done now.

  Worked for 7s • 21:26



› Ask Codex to do anything

  gpt-5 default · ~/shop · A title
  ← for agents · ? for shortcuts                      ⚠ 3 warnings · f2 to view
`

it('is the last message above the box, with all of its paragraphs', () => {
  expect(said('claude', claude)).toBe(
    'It is done now:\n\n  - marker.txt is there\n  - nothing else has changed',
  )
  expect(said('codex', codex)).toBe('It is done now.')
})

it('is nothing where there is no box, or nothing was said', () => {
  expect(said('claude', 'bash: claude: command not found\n')).toBeUndefined()
  expect(said('shell', '$ make\nall done\n')).toBeUndefined()
  expect(said('claude', `${line}\n❯\n${line}\n`)).toBeUndefined()
})
