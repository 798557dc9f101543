/** Screens made up in the style of real programs: what asks is seen, what only looks like it is not. */
import { describe, expect, it } from 'vitest'
import { printed, profiles, read } from './support.ts'

/** `none`, `prompt` (of any kind), a kind, or a state without a prompt; for all agents unless some are named. */
type Case = [name: string, screen: string, expected: string, agents?: string[]]

const claudeBox = (foot = '  ? for shortcuts') =>
  `${'─'.repeat(80)}\n❯ \n${'─'.repeat(80)}\n${foot}\n\u001b[3A\u001b[3G`
const codexBox = `\n\u001b[1m›\u001b[22m \u001b[2mAsk Codex to do anything\u001b[22m\n\n  fake default · ~/shop\n\u001b[3A\u001b[3G`
const all = [...profiles.keys()]
const cases: Case[] = [
  [
    'errors file',
    `${Array.from({ length: 20 }, (_, i) => `2026-01-0${(i % 9) + 1} ERROR: disk ${i} full`).join('\n')}\n$ `,
    'none',
  ],
  ['errors cat no prompt yet', 'ERROR: a\nERROR: b\nERROR: c\n', 'none'],
  [
    'one error line then blank (shell running)',
    'npm test\n\nERROR: x failed\n  at foo.js:1\n  at bar.js:2\n',
    'none',
  ],
  ['markdown list then prompt char', '1. First\n2. Second\n3. Third\n\n> ', 'none'],
  ['markdown list with quote', '> 1. First\n> 2. Second\n\n', 'none'],
  ['markdown list arrow', '→ 1. First\n  2. Second\n  3. Third\n', 'none'],
  ['markdown bullets with press enter', 'Steps:\n\n❯ 1. Open the app\n  2. Press enter\n  3. Done\n', 'none'],
  [
    'readme with selected',
    'How to use:\n\n  > 1. Yes\n    2. No\n\n  Press Enter to select\n\nThen continue reading the docs here.\n',
    'none',
  ],
  [
    'git log',
    'commit 1234\nAuthor: A <a@b>\nDate:   Mon\n\n    Ask "Do you want to continue? [Y/n]"\n\ncommit 999\n$ ',
    'none',
  ],
  ['git log less', 'commit 1234\nAuthor: A <a@b>\n\n    Fix [Y/n]\n:', 'pause', ['shell']],
  [
    'man page less',
    'LS(1)     User Commands   LS(1)\n\nNAME\n   ls - list\n\n Manual page ls(1) line 1 (press h for help or q to quit)',
    'pause',
    ['shell'],
  ],
  [
    'vim',
    '\u001b[?1049h1. foo\n2. bar\n~\n~\n~\n"a.txt" 2L, 10B                1,1   All\u001b[1;1H',
    'none',
  ],
  [
    'vim with dialog file',
    '\u001b[?1049h Do you want to proceed?\n ❯ 1. Yes\n   2. No\n\n Esc to cancel · Tab to amend\n~\n~\n~\n"a.txt" 5L, 100B                1,1   All\u001b[2;2H',
    'none',
  ],
  [
    'vim insert',
    '\u001b[?1049h Do you want to proceed?\n ❯ 1. Yes\n   2. No\n\n~\n~\n-- INSERT --\u001b[2;2H',
    'none',
  ],
  [
    'less file dialog',
    ' Do you want to proceed?\n ❯ 1. Yes\n   2. No\n\n Esc to cancel · Tab to amend\n\u001b[7mdialog.txt (END)\u001b[27m',
    'pause',
    ['shell'],
  ],
  ['python repl with question', '>>> print("Continue? [y/n]")\nContinue? [y/n]\n>>> ', 'none'],
  ['node repl', '> 1+1\n2\n> ', 'none'],
  ['yn in scrolled', 'Do you want to continue? [Y/n] y\nGet:1 http://foo\nUnpacking…\n', 'none'],
  ['yn printed no newline later', 'Do you want to continue? [Y/n]\nAbort.\n', 'none'],
  ['grep output', 'src/a.sh:12:read -p "Password: " x\nsrc/b.sh:3:read -p "Continue? [y/N] " y\n$ ', 'none'],
  ['compose logs', 'web-1  | Password:\ndb-1   | waiting for connections\n', 'none'],
  ['progress', 'Downloading 45%|████     | 45/100\r', 'none'],
  ['npm install spinner', '⠙ reify: timing reify', 'none'],
  ['url question', 'GET /search?q=what?\n', 'none'],
  ['log ends with colon', 'Building target:', 'none'],
  ['log ends w question mid-work', 'Why did the chicken cross the road?\n', 'none'],
  [
    'vitest watch',
    ' PASS  Waiting for file changes...\n       press h to show help, press q to quit\n',
    'none',
  ],
  ['vite dev', '  ➜  Local:   http://localhost:5173/\n  ➜  press h + enter to show help\n', 'none'],
  [
    'jest watch',
    'Watch Usage\n › Press f to run only failed tests.\n › Press o to only run tests related to changed files.\n › Press q to quit watch mode.\n › Press Enter to trigger a test run.\n',
    'none',
  ],
  ['ls -l', '-rw-r--r-- 1 a a 1 1. Yes\n', 'none'],
  ['top', 'top - 10:00:00 up 1 day\nTasks: 100 total\n  PID USER\n    1 root\n', 'none'],
  ['fzf', '> foo\n  bar\n  baz\n  3/3\n> ', 'none'],
  ['table of contents', '1. Intro ........ 1\n2. Setup ........ 3\n', 'none'],
  ['tmux copy', '[main] 0:bash*   "host" 10:00', 'none'],
  [
    'claude answer numbered + box',
    `● Which do you want?\n\n  1. Yes\n  2. No\n\n${claudeBox()}`,
    'none',
    ['claude'],
  ],
  [
    'claude quoted live dialog + box',
    `● Here:\n\n  Do you want to proceed?\n  ❯ 1. Yes\n    2. No\n\n  Esc to cancel · Tab to amend\n\n${claudeBox()}`,
    'none',
    ['claude'],
  ],
  [
    'claude draft is a list',
    `● Hi\n\n${'─'.repeat(80)}\n❯ 1. first thing\n  2. second thing\n${'─'.repeat(80)}\n  ? for shortcuts\u001b[2A\u001b[18G`,
    'none',
    ['claude'],
  ],
  [
    'claude working with todo',
    `● Update Todos\n  ⎿ ☒ a\n     ☐ b\n\n✽ Blanching… (4s · ↓ 88 tokens · esc to interrupt)\n\n${claudeBox('  esc to interrupt')}`,
    'working',
    ['claude'],
  ],
  [
    'claude reading file with spinner',
    `● Read(foo)\n  ⎿  ❯ 1. Yes\n       2. No\n     Esc to cancel\n\n✽ Blanching… (4s)\n\n${claudeBox('  esc to interrupt')}`,
    'working',
    ['claude'],
  ],
  [
    'claude slash menu',
    `${'─'.repeat(80)}\n❯ /mo\n${'─'.repeat(80)}\n  /model     Set the AI model\n  /memory    Edit memory\n\u001b[4A\u001b[6G`,
    'none',
    ['claude'],
  ],
  [
    'claude !bash mode',
    `${'─'.repeat(80)}\n! ls\n${'─'.repeat(80)}\n  ! for bash mode\n\u001b[3A\u001b[5G`,
    'none',
    ['claude'],
  ],
  [
    'claude permission reworded',
    `${'─'.repeat(80)}\n Run this?\n\n   rm -rf build\n\n ❯ 1. Go ahead\n   2. Not this time\n\n Enter to confirm · Esc to cancel\n`,
    'prompt',
    ['claude'],
  ],
  [
    'claude permission reversed',
    `${'─'.repeat(80)}\n Bash command\n\n   rm -rf build\n\n Do you want to proceed?\n   1. No\n ❯ 2. Yes\n\n Esc to cancel\n`,
    'prompt',
    ['claude'],
  ],
  [
    'claude cjk question',
    `${'─'.repeat(80)}\n ☐ 資料庫\n\n服務應該使用哪個資料庫？\n\n❯ 1. PostgreSQL\n     關聯式\n  2. SQLite\n     嵌入式\n  3. 輸入其他內容\n\nEnter to select · ↑/↓ to navigate · Esc to cancel\n`,
    'prompt',
    ['claude'],
  ],
  [
    'claude no footer',
    `${'─'.repeat(80)}\n Bash command\n\n   rm -rf build\n\n Do you want to proceed?\n ❯ 1. Yes\n   2. No\n`,
    'prompt',
    ['claude'],
  ],
  [
    'claude model picker',
    `${'─'.repeat(80)}\n Select model\n Switch between models.\n\n ❯ 1. Default (recommended) ✔  Opus\n   2. Sonnet                   Daily\n   3. Haiku                    Fast\n\n Enter to confirm · Esc to exit\n`,
    'prompt',
    ['claude'],
  ],
  [
    'claude bypass warning',
    ` WARNING: Claude Code running in Bypass Permissions mode\n\n In Bypass Permissions mode, Claude Code will not ask for your approval.\n\n https://code.claude.com/docs/en/security\n\n ❯ 1. No, exit\n   2. Yes, I accept\n\n Enter to confirm · Esc to cancel\n`,
    'prompt',
    ['claude'],
  ],
  [
    'claude mcp server',
    `${'─'.repeat(80)}\n New MCP server found in .mcp.json: foo\n\n MCP servers may execute code or access system resources.\n\n ❯ 1. Use this and all future MCP servers in this project\n   2. Use this MCP server\n   3. Continue without using this MCP server\n\n Enter to confirm · Esc to cancel\n`,
    'prompt',
    ['claude'],
  ],
  [
    'codex approval reworded',
    `  Allow Codex to apply these changes?\n\n› 1. Approve (y)\n  2. Deny (n)\n\n  enter select · esc back\n`,
    'prompt',
    ['codex'],
  ],
  [
    'codex numbered draft',
    `• Hello\n\n› 1. fix this\n  2. fix that\n\n  fake default · ~/shop\n\u001b[3A\u001b[5G`,
    'none',
    ['codex'],
  ],
  [
    'codex quote then box',
    `• The dialog:\n\n  › 1. Yes\n    2. No\n\n  Press enter to confirm or esc to cancel\n${codexBox}`,
    'none',
    ['codex'],
  ],
  [
    'codex quote with field then box',
    `• The dialog:\n\n  › 1. Yes\n    2. No\n\n  › Add notes\n\n  enter to submit answer\n${codexBox}`,
    'none',
    ['codex'],
  ],
  ['codex col0 quote then box', `• The dialog:\n\n› 1. Yes\n  2. No\n${codexBox}`, 'none', ['codex']],
  [
    'codex rate limit switch',
    `  Approaching rate limits\n  Switch to gpt-5-mini for lower credit usage?\n\n› 1. Switch to gpt-5-mini   Optimized\n  2. Keep current model\n  3. Keep current model (never show again)\n\n  Press enter to confirm or esc to go back\n`,
    'prompt',
    ['codex'],
  ],
  [
    'gemini history answered',
    `╭────────────────────────────────────────╮\n│ ? Shell touch x                        │\n│ Allow execution of [Shell]?            │\n│ ● 1. Allow once                        │\n│   2. Allow for this session            │\n│   3. No, suggest changes (esc)         │\n╰────────────────────────────────────────╯\n\n✦ Done.\n\n${'─'.repeat(80)}\n > Type your message or @path/to/file\n${'─'.repeat(80)}\n~/shop   no sandbox   fake\n\u001b[3A\u001b[4G`,
    'none',
    ['gemini'],
  ],
  [
    'gemini box dialog',
    `╭────────────────────────────────────────╮\n│ ? Shell touch x                        │\n│                                        │\n│ Allow execution of [Shell]?            │\n│                                        │\n│ ● 1. Allow once                        │\n│   2. Allow for this session            │\n│   3. No, suggest changes (esc)         │\n│                                        │\n╰────────────────────────────────────────╯\n`,
    'prompt',
    ['gemini'],
  ],
  [
    'aider confirm',
    "Add foo.py to the chat? (Y)es/(N)o/(A)ll/(S)kip all/(D)on't ask again [Yes]: ",
    'prompt',
    ['aider'],
  ],
  [
    'aider confirm in transcript',
    "> Add foo.py to the chat? (Y)es/(N)o/(D)on't ask again [Yes]: y\n\nAdded foo.py\n\n> ",
    'none',
    ['aider'],
  ],
  [
    'aider shell cmd',
    "npm test\n\nRun shell command? (Y)es/(N)o/(D)on't ask again [Yes]: ",
    'prompt',
    ['aider'],
  ],
  ['aider mode prompt', 'Tokens: 1k sent\n\narchitect> ', 'none', ['aider']],
  ['aider multi', 'diff> \n', 'none', ['aider']],
  [
    'copilot box',
    `╭──────────────────────────────────────────────────────────────────────────────╮\n│ Do you want to run this command?                                             │\n│                                                                              │\n│ touch x                                                                      │\n│                                                                              │\n│ ❯ 1. Yes                                                                     │\n│   2. Yes, and don't ask again for \`touch\` in this session                     │\n│   3. No, and tell Copilot what to do differently (Esc to stop)               │\n│                                                                              │\n╰──────────────────────────────────────────────────────────────────────────────╯\n ↑↓ to navigate · enter to select · esc to cancel\n`,
    'prompt',
    ['copilot'],
  ],
  [
    'cursor run',
    `┌──────────────────────────────┐\n│ $ npm test                   │\n└──────────────────────────────┘\n Run this command?\n Not in allowlist: npm\n  → Run (once) (y)\n    Add npm to allowlist? (tab)\n    Run everything (shift+tab)\n    Skip (esc or n)\n`,
    'prompt',
    ['cursor-agent'],
  ],
  [
    'inquirer select',
    '\u001b[32m?\u001b[39m Which framework? (Use arrow keys)\n\u001b[36m❯ React\u001b[39m\n  Vue\n  Svelte\u001b[?25l',
    'prompt',
    ['shell'],
  ],
  [
    'gh prompt',
    '? What would you like to do?  [Use arrows to move, type to filter]\n> Create a new repository\n  Push an existing\n  Skip',
    'prompt',
    ['shell'],
  ],
  ['npm init', 'package name: (shop) ', 'prompt', ['shell']],
  ['apt', 'After this operation, 1 MB will be used.\nDo you want to continue? [Y/n] ', 'prompt', ['shell']],
  ['rm -i', "rm: remove regular file 'x'? ", 'prompt', ['shell']],
  ['cp overwrite', "cp: overwrite 'x'? ", 'prompt', ['shell']],
  ['git push cred', "Username for 'https://github.com': ", 'prompt', ['shell']],
  ['git pw', "Password for 'https://a@github.com': ", 'prompt', ['shell']],
  ['gpg pinentry text', 'Enter passphrase: ', 'prompt', ['shell']],
  ['npx', 'Need to install the following packages:\ncowsay@1.6.0\nOk to proceed? (y) ', 'prompt', ['shell']],
  [
    'terraform',
    "Do you want to perform these actions?\n  Terraform will perform the actions described above.\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: ",
    'prompt',
    ['shell'],
  ],
  ['mysql pw', 'Enter password: ', 'prompt', ['shell']],
  ['ssh', "dev@host's password: ", 'prompt', ['shell']],
  ['read select bash', '1) foo\n2) bar\n3) quit\n#? ', 'prompt', ['shell']],
  ['git rebase add -p', '(1/3) Stage this hunk [y,n,q,a,d,j,J,g,/,e,?]? ', 'prompt', ['shell']],
]

describe.each(cases)('%s', (_name, screen, expected, agents = all) => {
  it.each(agents)(`is ${expected} for %s`, (agent) => {
    const { state, prompt } = read(agent, printed(screen))
    if (expected === 'prompt') expect(prompt).toBeDefined()
    else if (expected === 'none') expect([prompt, state === 'waiting']).toEqual([undefined, false])
    else expect(prompt?.kind ?? state).toBe(expected)
  })
})
