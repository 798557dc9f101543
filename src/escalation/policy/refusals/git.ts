/** What git does that cannot be taken back, and the options by which it runs other programs. */
import type { SimpleCommand } from '../shell/command.ts'
import type { RefusalId } from './refusal.ts'
import { hasOption, hasUnknownWord, knownWords } from './words.ts'

/** Options before the subcommand that take the next word. */
const valued = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--config-env',
  '--attr-source',
  '--super-prefix',
])

export interface GitCall {
  /** Options before the subcommand. */
  before: string[]
  subcommand: string | undefined
  after: string[]
}

export function readGit(command: SimpleCommand): GitCall {
  const words = knownWords(command)
  let index = 0
  while (index < words.length && words[index]?.startsWith('-'))
    index += valued.has(words[index] ?? '') ? 2 : 1
  return {
    before: words.slice(0, index),
    subcommand: words[index]?.toLowerCase(),
    after: words.slice(index + 1),
  }
}

export function gitRefusals(command: SimpleCommand): RefusalId[] {
  const { before, subcommand = '', after } = readGit(command)
  const unknown = hasUnknownWord(command)
  const found: RefusalId[] = []
  if (
    before.some((word) => /^(?:-c|--config-env|--exec-path|--git-dir|--work-tree|--super-prefix)/u.test(word))
  )
    found.push('runs-others')
  if (subcommand === 'push' && (unknown || pushesByForce(after))) found.push('force-push')
  if (subcommand === 'send-pack' || subcommand === 'http-push') found.push('force-push')
  if (discards(subcommand, after) || (unknown && riskyWhenUnknown.has(subcommand))) found.push('discard-work')
  if (runsOthers(subcommand, after)) found.push('runs-others')
  if (hasOption(after, '', ['--output', '--output-directory'], 3)) found.push('writes-by-option')
  if (subcommand === 'config' && !after.some((word) => /^(?:--get.*|-l|--list|list|get)$/u.test(word)))
    found.push('startup-files')
  if (['credential', 'credential-store', 'credential-cache', 'credential-osxkeychain'].includes(subcommand))
    found.push('credentials')
  return found
}

function pushesByForce(after: readonly string[]): boolean {
  const options = [
    '--force',
    '--force-with-lease',
    '--force-if-includes',
    '--mirror',
    '--delete',
    '--prune',
    '--all',
    '--receive-pack',
    '--exec',
  ]
  return (
    hasOption(after, 'fd', options, 2) || after.some((word) => word.startsWith('+') || word.startsWith(':'))
  )
}

const riskyWhenUnknown = new Set([
  'reset',
  'clean',
  'checkout',
  'restore',
  'branch',
  'rebase',
  'stash',
  'worktree',
  'tag',
])
const always = new Set([
  'filter-branch',
  'filter-repo',
  'update-ref',
  'reflog',
  'prune',
  'gc',
  'fsck',
  'replace',
  'fast-import',
  'symbolic-ref',
])

function discards(subcommand: string, after: readonly string[]): boolean {
  const first = after.find((word) => !word.startsWith('-'))
  switch (subcommand) {
    case 'reset':
      return hasOption(after, '', ['--hard', '--merge', '--keep'])
    case 'clean':
      return !hasOption(after, 'n', ['--dry-run']) || hasOption(after, 'f', ['--force'])
    case 'checkout':
      return (
        hasOption(after, 'fB', ['--force', '--ours', '--theirs']) ||
        after.includes('--') ||
        after.includes('.')
      )
    case 'switch':
      return hasOption(after, 'fC', ['--force', '--discard-changes', '--force-create'])
    case 'restore':
      return !hasOption(after, 'S', ['--staged'], 3) || hasOption(after, 'W', ['--worktree'])
    case 'branch':
      return hasOption(after, 'DdfMC', ['--delete', '--force'])
    case 'tag':
      return hasOption(after, 'df', ['--delete', '--force'])
    case 'stash':
      return first === 'drop' || first === 'clear'
    case 'worktree':
      return first === 'remove' || first === 'prune'
    case 'remote':
      return first !== undefined && first !== 'show' && first !== 'get-url'
    case 'rm':
      return hasOption(after, 'f', ['--force'])
    default:
      return always.has(subcommand)
  }
}

function runsOthers(subcommand: string, after: readonly string[]): boolean {
  if (
    [
      'difftool',
      'mergetool',
      'instaweb',
      'daemon',
      'shell',
      'http-backend',
      'send-email',
      'p4',
      'svn',
      'web--browse',
    ].includes(subcommand)
  )
    return true
  if (subcommand === 'bisect' && after[0] === 'run') return true
  if (subcommand === 'submodule' && after.some((word) => ['foreach', 'update', 'add'].includes(word)))
    return true
  if (subcommand === 'rebase' && hasOption(after, 'xi', ['--exec', '--interactive'])) return true
  if (subcommand === 'grep' && hasOption(after, 'O', ['--open-files-in-pager'])) return true
  if (['clone', 'fetch', 'pull', 'ls-remote', 'fetch-pack', 'archive'].includes(subcommand)) {
    const options = hasOption(after, subcommand === 'clone' ? 'uc' : '', [
      '--upload-pack',
      '--exec',
      '--config',
      '--template',
    ])
    // `ext::sh -c …` is a transport.
    if (options || after.some((word) => /^[a-z]+::|^-/u.test(word) && word.includes('::'))) return true
  }
  return hasOption(
    after,
    '',
    [
      '--ext-diff',
      '--textconv',
      '--upload-pack',
      '--exec',
      '--open-files-in-pager',
      '--editor',
      '--template',
    ],
    3,
  )
}
