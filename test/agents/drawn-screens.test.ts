/** Screens of which only the text is known, without colours and cursor; and opencode's, told by colours. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recognise } from '../../src/agents/recognise.ts'
import { fixtures, printed, profiles, read, readExpectation, summary, viewOfText } from './support.ts'

const drawn = ['qwen', 'opencode', 'copilot', 'aider', 'cursor-agent'].flatMap((agent) =>
  readdirSync(join(fixtures, agent))
    .filter((name) => name.endsWith('.screen'))
    .map((file) => ({ agent, name: file.replace('.screen', ''), file: join(fixtures, agent, file) })),
)

function viewOf(file: string) {
  const lines = readFileSync(file, 'utf8').replace(/\n$/u, '').split('\n')
  return viewOfText(lines, Math.max(80, ...lines.map(({ length }) => length)))
}

describe.each(drawn)('$agent: $name', ({ agent, name, file }) => {
  it('is read from its text alone', () => {
    const expected = readExpectation(join(fixtures, agent, 'screens.yaml'))[name]
    expect(summary(read(agent, viewOf(file)))).toEqual(expected)
  })

  it('is recognised', () => {
    expect(recognise(viewOf(file), profiles.values())?.profile.name).toBe(agent)
  })

  it('is no prompt after a shell has printed it', () => {
    const text = readFileSync(file, 'utf8')
    const screen = printed(`${text}dev@box:~/shop$ `, 160, text.split('\n').length + 1)
    expect(read(agent, screen).prompt).toBeUndefined()
    expect(read('shell', screen).state).toBe('idle')
  })
})

describe('a skill that Claude Code does not know', () => {
  const rule = '─'.repeat(80)
  const around = (...said: string[]) =>
    viewOfText([...said, '', rule, '❯', rule, '  ⏸ manual mode on · ? for shortcuts'], 80)

  it('is trouble, with and without words behind its name; and nothing is, when it is told of', () => {
    const unknown = '● Unknown command: /no-such-skill'
    for (const said of [[unknown], [unknown, '', '● Args from unknown skill: Fix it.']]) {
      expect(read('claude', around(...said)).state).toBe('errored')
    }
    expect(read('claude', around('● The log says: Unknown command: /no-such-skill')).state).toBe('idle')
  })
})

describe('the suggestion in the input box of Qwen Code', () => {
  const rule = '─'.repeat(80)
  const box = (text: string) =>
    printed(
      `  ◆ All done.\n\n${rule}\n\u001b[38;2;203;166;247m> \u001b[0m${text}\u001b[0m\n${rule}\n  ⏸ Ask permissions (shift + tab to cycle)\u001b[2A\r\u001b[2C`,
    )
  const filled = '\u001b[48;2;212;212;212mR\u001b[0m'

  it('is no draft, though the cell under the cursor is filled', () => {
    const { state, inputBox } = read('qwen', box(`${filled}\u001b[38;2;108;112;134mun the tests.`))
    expect({ state, inputBox }).toMatchObject({
      state: 'idle',
      inputBox: { draft: '', ghost: 'Run the tests.' },
    })
  })

  it('is a draft once it is written in the colour of text', () => {
    expect(read('qwen', box(`${filled}un the tests.`)).inputBox).toMatchObject({ draft: 'Run the tests.' })
  })
})

describe('buttons that are told apart by their colour', () => {
  const panel = '\u001b[48;2;30;30;30m'
  const button = (text: string, selected: boolean) =>
    selected ? `\u001b[48;2;250;178;131m ${text} ${panel}` : ` ${text} `
  const dialog = (selected: number) => {
    const buttons = ['Allow once', 'Allow always', 'Reject'].map((text, index) =>
      button(text, index === selected),
    )
    return [
      '  ┃  △ Permission required',
      '  ┃    # Shell command',
      '  ┃',
      '  ┃  $ touch marker.txt',
      '  ┃',
      `  ┃  ${panel}${buttons.join(' ')}          ⇆ select  enter confirm\u001b[0m`,
      '  ┃',
    ].join('\n')
  }

  it.each([
    [0, ['enter', 'right enter', 'right right enter']],
    [1, ['left enter', 'enter', 'right enter']],
    [2, ['left left enter', 'left enter', 'enter']],
  ])('are chosen from the selected one, number %i', (selected, keys) => {
    const { prompt } = read('opencode', printed(dialog(selected), 120))
    expect(prompt?.options.map(({ label }) => label)).toEqual(['Allow once', 'Allow always', 'Reject'])
    expect(prompt?.options.map((option) => option.keys.join(' '))).toEqual(keys)
    expect(prompt?.options.findIndex((option) => option.selected)).toBe(selected)
    expect(prompt?.subject).toBe('touch marker.txt')
  })

  it('have one fingerprint whichever is selected', () => {
    const prints = [0, 1, 2].map((selected) => read('opencode', printed(dialog(selected), 120)).prompt)
    expect(new Set(prints.map((prompt) => prompt?.fingerprint)).size).toBe(1)
  })

  it('are no menu when none stands out', () => {
    expect(read('opencode', printed(dialog(9), 120)).prompt).toBeUndefined()
  })
})

describe('odd screens', () => {
  it('reads options with wide characters and no-break spaces', () => {
    const dialog = [
      '─'.repeat(80),
      ' Bash command',
      '╌'.repeat(80),
      ' echo 完了しました && touch 標識.txt',
      '╌'.repeat(80),
      ' Do you want to proceed?',
      ' ❯\u00a01.\u00a0Yes',
      '   2. Yes, and don’t ask again for 標識 commands in this project',
      '   3. No',
      '',
      ' Esc to cancel · Tab to amend',
      '',
    ].join('\n')
    const { prompt } = read('claude', printed(dialog))
    expect(prompt).toMatchObject({ kind: 'permission', subject: 'echo 完了しました && touch 標識.txt' })
    expect(prompt?.options.map(({ meaning }) => meaning)).toEqual(['approve', 'always', 'deny'])
    expect(prompt?.options[0]?.selected).toBe(true)
  })

  it('says that a dialog is cut whose beginning is out of the screen', () => {
    const dialog = [
      ' touch marker.txt',
      '╌'.repeat(40),
      ' Do you want to proceed?',
      ' ❯ 1. Yes',
      '   2. No',
      '',
      ' Esc to cancel',
    ].join('\n')
    expect(read('claude', printed(dialog, 40)).prompt?.truncated).toBe(true)
  })

  it('never takes an empty screen or a few words for an idle agent', () => {
    for (const { profile } of profiles.values()) {
      expect(read(profile.name, printed('')).state, profile.name).toBe('unknown')
      expect(read(profile.name, printed('Loading the project files\n')).state, profile.name).toBe('unknown')
    }
  })

  it('knows the update prompt whose default installs something', () => {
    const dialog = [
      '',
      '  ✨ Update available! 0.169.0 -> 0.170.0',
      '',
      '  Release notes: https://github.com/openai/codex/releases/latest',
      '',
      '› 1. Update now (runs `npm install -g @openai/codex`)',
      '  2. Skip',
      '  3. Skip until next version',
      '',
      '  Press enter to continue',
      '',
    ].join('\n')
    const { prompt, state } = read('codex', printed(dialog))
    expect(state).toBe('waiting')
    expect(prompt?.kind).toBe('update')
    expect(prompt?.options.map(({ meaning, selected }) => [meaning, selected])).toEqual([
      ['approve', true],
      ['deny', false],
      ['deny', false],
    ])
  })

  it('reads the menu at the end of a quota as a limit with its time', () => {
    const dialog = [
      '─'.repeat(80),
      " You've hit your limit · resets 5pm",
      '',
      ' What do you want to do?',
      ' ❯ 1. Stop and wait for limit to reset',
      '   2. Upgrade your plan',
      '',
      ' Enter to confirm · Esc to cancel',
      '',
    ].join('\n')
    const reading = read('claude', printed(dialog))
    expect(reading).toMatchObject({ state: 'limited', blocker: 'limit' })
    expect(reading.resetAt?.getHours()).toBe(17)
  })
})
