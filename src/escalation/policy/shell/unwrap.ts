/** Programs that start other programs: what they start is what counts. */
import type { ShellWord, SimpleCommand } from './command.ts'
import { programName } from './command.ts'

export interface Unwrapped {
  /** The command itself is to be looked at as well. */
  outer: boolean
  /** What it starts. */
  inner: SimpleCommand[]
  /** What it gives to a shell. */
  script?: { text: string; through: string[] }
  problem?: string
}

interface Prefix {
  /** Options without a value: letters, and long names. */
  flags?: string
  long?: readonly string[]
  /** Options with a value. */
  valued?: readonly string[]
  /** Words between the options and the command: the duration of `timeout`. */
  operands?: number
  /** It changes who runs the command or what is run: it counts itself. */
  counts?: boolean
}

/** They run the rest of their words as a command. */
const prefixes: Readonly<Record<string, Prefix>> = {
  nohup: {},
  builtin: {},
  command: { flags: 'p' },
  exec: { flags: 'cl', valued: ['-a'] },
  time: { flags: 'plv', valued: ['-f', '--format'] },
  setsid: { flags: 'cfw' },
  nice: { valued: ['-n', '--adjustment'] },
  ionice: { flags: 't', valued: ['-c', '-n', '--class', '--classdata'] },
  stdbuf: { valued: ['-i', '-o', '-e', '--input', '--output', '--error'] },
  timeout: {
    flags: 'fpv',
    long: ['--foreground', '--preserve-status', '--verbose'],
    valued: ['-k', '-s', '--kill-after', '--signal'],
    operands: 1,
  },
  caffeinate: { flags: 'dimsu', valued: ['-t'] },
  sudo: {
    flags: 'AbEeHiKkNnPSsv',
    long: ['--preserve-env', '--login', '--non-interactive', '--shell', '--stdin', '--edit'],
    valued: [
      '-u',
      '-g',
      '-C',
      '-D',
      '-h',
      '-p',
      '-R',
      '-r',
      '-T',
      '-t',
      '-U',
      '--user',
      '--group',
      '--chdir',
    ],
    counts: true,
  },
  doas: { flags: 'Lns', valued: ['-u', '-C', '-a'], counts: true },
  busybox: { counts: true },
  toybox: { counts: true },
}

const shells: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'zsh',
  'dash',
  'ksh',
  'ash',
  'rbash',
  'mksh',
  'yash',
])

export function unwrap(command: SimpleCommand): Unwrapped {
  const alone: Unwrapped = { outer: true, inner: [] }
  const name = programName(command)
  if (name === undefined)
    return { ...alone, problem: 'a program is named by something that the shell works out' }
  const prefix = Object.hasOwn(prefixes, name) ? prefixes[name] : undefined
  if (prefix) return unwrapPrefix(command, name, prefix)
  if (shells.has(name)) return unwrapShell(command, name)
  switch (name) {
    case 'env':
      return unwrapEnv(command)
    case 'eval':
      return { ...alone, ...scriptOf(command.words, [...command.through, name]) }
    case 'xargs':
      return unwrapXargs(command)
    case 'find':
      return { outer: true, inner: executedByFind(command) }
    case 'alias':
    case 'source':
    case '.':
    case 'trap':
    case 'enable':
    case 'hash':
    case 'set':
    case 'shopt':
      return { ...alone, problem: `"${name}" changes what the commands after it mean` }
    default:
      return alone
  }
}

function unwrapPrefix(command: SimpleCommand, name: string, prefix: Prefix): Unwrapped {
  const { words } = command
  const counts = prefix.counts === true
  const start = skipOptions(words, prefix)
  if (start === undefined) {
    return { outer: true, inner: [], problem: `it is not known what "${name}" starts with these options` }
  }
  const [program, ...rest] = words.slice(start + (prefix.operands ?? 0))
  if (!program) return { outer: true, inner: [] }
  return { outer: counts, inner: [inside(command, name, program, rest)] }
}

/** Index of the first word that is no option; undefined when an option is not known. */
function skipOptions(
  words: readonly ShellWord[],
  { flags = '', long = [], valued = [] }: Prefix,
): number | undefined {
  let index = 0
  for (; index < words.length; index++) {
    const value = words[index]?.value
    if (value === undefined) return undefined
    if (value === '--') return index + 1
    if (!/^-./u.test(value)) return index
    const [name = ''] = value.split('=', 1)
    if (valued.includes(value)) index += 1
    else if (long.includes(name) || (name !== value && valued.includes(name))) continue
    else if (!value.startsWith('--') && valued.includes(value.slice(0, 2))) continue
    else if (value.startsWith('--') || [...value.slice(1)].some((flag) => !flags.includes(flag)))
      return undefined
  }
  return index
}

function inside(
  command: SimpleCommand,
  name: string,
  program: ShellWord,
  words: readonly ShellWord[],
): SimpleCommand {
  return { ...command, program, words, through: [...command.through, name] }
}

/** `bash -c '…'`; with a script in a file, or read from its input, the shell counts itself. */
function unwrapShell(command: SimpleCommand, name: string): Unwrapped {
  const { words, through } = command
  const values = words.map(({ value }) => value)
  if (values.includes(undefined)) {
    return { outer: true, inner: [], problem: `what "${name}" is given is not known before it runs` }
  }
  let runsText = false
  for (const [index, value = ''] of values.entries()) {
    if (/^-[a-z]*c[a-z]*$/u.test(value)) runsText = true
    else if (value === '-o' || value === '+o' || value === '-O') {
      return { outer: true, inner: [], problem: `"${name}" is given options that change what commands mean` }
    } else if (!value.startsWith('-')) {
      const script = { text: value, through: [...through, name] }
      return runsText ? { outer: carries(command), inner: [], script } : { outer: true, inner: [] }
    } else if (!/^-(?:[eluxvn]+|-norc|-noprofile|-posix|-login|-)?$/u.test(values[index] ?? '')) {
      return { outer: true, inner: [], problem: `"${name}" is given options that are not known` }
    }
  }
  return { outer: true, inner: [] }
}

/** What is set or redirected for a text holds for all of its commands, so the one that is given it counts. */
function carries({ variables, redirections }: SimpleCommand): boolean {
  return variables.length > 0 || redirections.length > 0
}

const envOptions: Prefix = {
  flags: 'iv0',
  long: ['--ignore-environment', '--null', '--debug'],
  valued: ['-u', '--unset'],
}

function unwrapEnv(command: SimpleCommand): Unwrapped {
  const { words, through } = command
  const options = words.findIndex(({ value }) => value === undefined || !value.startsWith('-'))
  const split = words
    .slice(0, options < 0 ? words.length : options)
    .findIndex(({ value }) => value !== undefined && /^(?:-[a-z]*S|--s)/u.test(value))
  if (split >= 0) {
    const attached = words[split]?.value?.replace(/^(?:-[a-z]*S|--s[a-z-]*=?)/u, '') ?? ''
    const rest = words.slice(split + 1)
    const all = attached === '' ? rest : [{ value: attached, text: attached }, ...rest]
    return { outer: carries(command), inner: [], ...scriptOf(all, [...through, 'env']) }
  }
  const start = skipOptions(words, envOptions)
  if (start === undefined)
    return { outer: true, inner: [], problem: 'it is not known what "env" starts with these options' }
  const rest = words.slice(start)
  const first = rest.findIndex(({ value }) => value === undefined || !/^[A-Za-z_]\w*=/u.test(value))
  const [program, ...after] = first < 0 ? [] : rest.slice(first)
  if (!program) return { outer: true, inner: [] }
  const variables = rest.slice(0, first).map(({ value = '', text }) => {
    const at = value.indexOf('=')
    return { name: value.slice(0, at), value: { value: value.slice(at + 1), text } }
  })
  const inner = inside(command, 'env', program, after)
  return { outer: false, inner: [{ ...inner, variables: [...command.variables, ...variables] }] }
}

function scriptOf(words: readonly ShellWord[], through: string[]): Pick<Unwrapped, 'script' | 'problem'> {
  const values = words.map(({ value }) => value)
  if (values.includes(undefined))
    return { problem: 'it runs text as a command that is not known before it runs' }
  return { script: { text: values.join(' '), through } }
}

/** What `xargs` adds is read from its input. */
const added: ShellWord = { value: undefined, text: '…' }

const xargsOptions: Prefix = {
  flags: '0rtpxo',
  long: ['--null', '--no-run-if-empty', '--verbose', '--exit'],
  valued: [
    '-n',
    '-P',
    '-I',
    '-L',
    '-s',
    '-d',
    '-a',
    '-E',
    '-J',
    '-R',
    '--max-args',
    '--max-procs',
    '--delimiter',
    '--replace',
  ],
}

function unwrapXargs(command: SimpleCommand): Unwrapped {
  const start = skipOptions(command.words, xargsOptions)
  if (start === undefined)
    return { outer: true, inner: [], problem: 'it is not known what "xargs" starts with these options' }
  const [program, ...rest] = command.words.slice(start)
  return { outer: true, inner: program ? [inside(command, 'xargs', program, [...rest, added])] : [] }
}

const findActions: ReadonlySet<string> = new Set(['-exec', '-execdir', '-ok', '-okdir'])

function executedByFind(command: SimpleCommand): SimpleCommand[] {
  const { words } = command
  return words.flatMap(({ value }, index) => {
    if (value === undefined || !findActions.has(value)) return []
    const rest = words.slice(index + 1)
    const end = rest.findIndex((word) => word.value === ';' || word.value === '+')
    const [program, ...args] = end < 0 ? rest : rest.slice(0, end)
    const known = args.map((word) => (word.value?.includes('{}') ? { ...added, text: word.text } : word))
    return program ? [inside(command, 'find', program, known)] : []
  })
}
