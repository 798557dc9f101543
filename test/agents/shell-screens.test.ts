/** Programs that ask in lines: the question counts while the cursor waits behind it. */
import { describe, expect, it } from 'vitest'
import { printed, read } from './support.ts'

const questions: [string, string, string[]][] = [
  ['Do you want to continue? [Y/n] ', 'confirmation', ['y enter', 'n enter']],
  ['Remove 3 files? (y/N) ', 'confirmation', ['y enter', 'n enter']],
  ['Overwrite /etc/hosts? [yes/no]: ', 'confirmation', ['y e s enter', 'n o enter']],
  ['Proceed ([y]/n)? ', 'confirmation', ['y enter', 'n enter']],
  [
    'Are you sure you want to continue connecting (yes/no/[fingerprint])? ',
    'trust',
    ['y e s enter', 'n o enter'],
  ],
  ['[sudo] password for dev: ', 'credential', []],
  ["dev@example.com's password: ", 'credential', []],
  ["Enter passphrase for key '/home/dev/.ssh/id_ed25519': ", 'credential', []],
  ['Password:', 'credential', []],
  ['Verification code: ', 'credential', []],
  ['Press any key to continue . . . ', 'pause', ['space']],
  ['Press ENTER to continue', 'pause', ['enter']],
  ['--More--(42%)', 'pause', ['space', 'q']],
  ['(END)', 'pause', ['space', 'q']],
  [':', 'pause', ['space', 'q']],
  ['Enter your name: ', 'free-text', []],
  ['Which port should the server use? ', 'free-text', []],
]

describe.each(questions)('%j', (question, kind, keys) => {
  const before = 'checking the packages\nreading the lists\n'

  it(`is a prompt of the kind ${kind}`, () => {
    const { state, prompt } = read('shell', printed(before + question))
    expect(state).toBe('waiting')
    expect(prompt?.kind).toBe(kind)
    expect(prompt?.options.map((option) => option.keys.join(' '))).toEqual(keys)
  })

  it('is none when it was answered', () => {
    expect(read('shell', printed(`${before}${question}y\n`)).prompt).toBeUndefined()
    expect(read('shell', printed(`${before}${question}y\nunpacking\ndone\ndev@box:~$ `)).state).toBe('idle')
  })

  it('is none when a file with it was printed', () => {
    expect(read('shell', printed(`$ cat notes.txt\n${before}${question}\ndev@box:~/shop$ `))).toMatchObject({
      state: 'idle',
    })
    expect(read('shell', printed(`${before}${question}\nand the text goes on\n`)).prompt).toBeUndefined()
  })
})

describe('a confirmation', () => {
  it('tells its default by the capital letter', () => {
    const selected = (question: string) =>
      read('shell', printed(question)).prompt?.options.find((option) => option.selected)?.label
    expect(selected('Continue? [Y/n] ')).toBe('yes')
    expect(selected('Continue? [y/N] ')).toBe('no')
    expect(selected('Continue? [y/n] ')).toBeUndefined()
  })

  it('is another one when something else stands above it', () => {
    const print = (file: string) => read('shell', printed(`replacing ${file}\nOverwrite? [y/n] `)).prompt
    expect(print('a.txt')?.fingerprint).not.toBe(print('b.txt')?.fingerprint)
    expect(print('a.txt')?.fingerprint).toBe(print('a.txt')?.fingerprint)
  })

  it('shows the host whose key is not known', () => {
    const { prompt } = read(
      'shell',
      printed(
        "The authenticity of host 'example.com (192.0.2.7)' can't be established.\n" +
          'ED25519 key fingerprint is SHA256:abc.\nThis key is not known by any other names.\n' +
          'Are you sure you want to continue connecting (yes/no/[fingerprint])? ',
      ),
    )
    expect(prompt?.kind).toBe('trust')
    expect(prompt?.subject).toContain('example.com (192.0.2.7)')
  })
})

describe('a prompt for commands', () => {
  it.each([
    '$ ',
    'dev@box:~/shop$ ',
    'root@box:/# ',
    '[dev@box shop]$ ',
    'box% ',
    '➜  shop git:(main) ✗ ',
    '❯ ',
    '(venv) dev@box:~$ ',
    'bash-5.2$ ',
    '>>> ',
    'In [3]: ',
    'mysql> ',
    'shop=# ',
    '(gdb) ',
    '> ',
  ])('%j is rest', (prompt) => {
    expect(read('shell', printed(`some output\n${prompt}`)).state).toBe('idle')
  })

  it('in place of an agent means that the agent has ended', () => {
    expect(read('claude', printed('Resume with claude --resume 1234\ndev@box:~/shop$ ')).state).toBe('exited')
  })
})

describe('the lines of the protocol', () => {
  it.each([
    ['PERMISSION: May I delete the branch?', { state: 'waiting', blocker: 'permission' }],
    ['QUESTION: Which config should I use?', { state: 'waiting', blocker: 'question' }],
    ['ERROR: the tests cannot be started', { state: 'errored', blocker: 'error' }],
    ['COMPLETE: all tests pass', { state: 'idle' }],
  ])('%j at the end of the output', (line, expected) => {
    expect(read('shell', printed(`working on it\n${line}\n`))).toMatchObject(expected)
    expect(read('shell', printed(`working on it\n${line}\nand it goes on\n`)).state).not.toBe(expected.state)
    expect(read('shell', printed(`working on it\n${line}\ndev@box:~$ `)).blocker).toBeUndefined()
  })

  it('are a log when many of them stand together', () => {
    const log = Array.from({ length: 20 }, (_, index) => `ERROR: connection ${index} refused\n`).join('')
    expect(read('shell', printed(log)).state).toBe('unknown')
  })
})
