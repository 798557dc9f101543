/** Whether a rule is about a question, or about one command of it. */
import { relative } from 'node:path'
import { matchesGlob, matchesText } from './glob.ts'
import { matchesCommand } from './match-command.ts'
import { matchesTime } from './match-time.ts'
import { isDescriptor } from './paths/paths-of-command.ts'
import { absolutePath, isInside, type Place } from './paths/place.ts'
import type { PolicyQuestion } from './policy-question.ts'
import { type PolicyRule, permits, type RuleMatch } from './policy-schema.ts'
import { type SimpleCommand, shortForm } from './shell/command.ts'

/** What is decided at once: one command of a command line, or all that another tool wants. */
export interface Part {
  command: SimpleCommand | undefined
  /** Absolute, or as they were given where they are unknown. */
  paths: readonly string[]
  /** More paths may be meant than are known. */
  pathsUnknown: boolean
  hosts: readonly (string | undefined)[]
}

/** Undefined: it matches. Otherwise why it does not, for people. */
export function whyNot(
  rule: PolicyRule,
  question: PolicyQuestion,
  part: Part,
  place: Place,
  now: Date,
): string | undefined {
  const { match } = rule
  const permitting = permits(rule)
  return (
    aboutAgent(match, question) ??
    aboutKind(match, question, permitting) ??
    aboutTool(match, question) ??
    aboutCommand(match, part, permitting) ??
    aboutPaths(match, question, part, place, permitting) ??
    aboutHosts(match, part, permitting) ??
    aboutWords(match, question) ??
    (match.time && !matchesTime(match.time, now) ? 'it is not the time' : undefined)
  )
}

function aboutAgent({ agent }: RuleMatch, question: PolicyQuestion): string | undefined {
  return agent && !agent.some((each) => matchesGlob(each, question.agent))
    ? `the agent is ${question.agent}`
    : undefined
}

/** Kinds that a rule answers without naming them. */
const usual: ReadonlySet<string> = new Set(['permission', 'question', 'choice'])
/** Prompts that go further than one step, or that are no question to decide. */
const special: ReadonlySet<string> = new Set([
  'plan',
  'update',
  'trust',
  'login',
  'credential',
  'review',
  'pause',
])

function aboutKind(
  { kind, prompt }: RuleMatch,
  question: PolicyQuestion,
  permitting: boolean,
): string | undefined {
  const { promptKind } = question
  if (kind && !kind.includes(question.kind)) return `it is a ${question.kind}`
  if (prompt && !prompt.some((each) => matchesGlob(each, promptKind ?? '')))
    return `the prompt is a ${promptKind ?? 'line'}`
  if (!permitting) return undefined
  if (!kind && !usual.has(question.kind)) return `only a rule that names the kind answers a ${question.kind}`
  const named = prompt || kind?.some((each) => each === promptKind)
  if (!named && promptKind && special.has(promptKind))
    return `only a rule that names the prompt answers a ${promptKind}`
  return undefined
}

function aboutTool({ tool }: RuleMatch, { tool: name, toolName }: PolicyQuestion): string | undefined {
  if (!tool) return undefined
  const names = [name, toolName].filter((each) => each !== undefined)
  if (tool.some((pattern) => names.some((each) => matchesGlob(pattern, each)))) return undefined
  return name ? `the tool is ${toolName ?? name}` : 'the tool is not known'
}

function aboutCommand(
  { command: patterns, redirect, variables }: RuleMatch,
  { command }: Part,
  permitting: boolean,
): string | undefined {
  if (!command) return patterns ? 'it is no command' : undefined
  const name = `"${shortForm(command)}"`
  if (patterns && !patterns.some((pattern) => matchesCommand(pattern, command, permitting)))
    return `${name} is another command`
  if (!permitting) return undefined
  const unknown = [command.program, ...command.words].find(({ value }) => value === undefined)
  if (unknown) return `the value of ${unknown.text} is only known when it runs`
  if (command.program.value === '') return 'it is no command of its own'
  const variable = command.variables.find(
    ({ name: each, value }) =>
      value.value === undefined || !variables?.some((pattern) => matchesGlob(pattern, each)),
  )
  if (variable) return `it sets ${variable.name}`
  const sent = command.redirections.find(
    ({ operator, target }) =>
      operator.includes('>') && target.value !== '/dev/null' && !isDescriptor(operator, target.value),
  )
  if (sent && (redirect !== 'inside' || sent.target.value === undefined))
    return `${name} writes to ${sent.target.text}`
  const fed = command.redirections.find(({ target }) => target.value === undefined)
  return fed ? `what ${name} reads is only known when it runs` : undefined
}

/** Tools that are about files: without knowing which, nothing of them is allowed. */
const fileTools: ReadonlySet<string | undefined> = new Set(['read', 'write', 'edit'])

function aboutPaths(
  { paths: wanted, files }: RuleMatch,
  { tool, directory }: PolicyQuestion,
  { paths, pathsUnknown }: Part,
  place: Place,
  permitting: boolean,
): string | undefined {
  const where = wanted ?? (permitting ? 'inside' : 'any')
  if (permitting && fileTools.has(tool) && paths.length === 0) return 'the file is not known'
  if (permitting && pathsUnknown && where !== 'any') return 'not all of its paths are known'
  const outside = paths.find((path) => path !== '/dev/null' && !isInside(path, place))
  if (where === 'inside' && outside !== undefined) return `${outside} is not inside ${directory}`
  if (where === 'outside' && outside === undefined && !pathsUnknown) return 'all of its paths are inside'
  if (!files) return undefined
  const like = (path: string) => files.some((pattern) => matchesGlob(pattern, relative(directory, path)))
  if (paths.length === 0) return 'it names no file'
  if (permitting) {
    const other = paths.find((path) => !like(path))
    return other === undefined ? undefined : `${relative(directory, other)} is another file`
  }
  return paths.some(like) ? undefined : 'it is about other files'
}

function aboutHosts({ host }: RuleMatch, { hosts }: Part, permitting: boolean): string | undefined {
  const like = (each: string | undefined) =>
    each !== undefined && host?.some((pattern) => matchesGlob(pattern.toLowerCase(), each))
  if (!permitting) return !host || hosts.some(like) ? undefined : 'it is about other hosts'
  if (host && hosts.length === 0) return 'it names no host'
  const other = hosts.findIndex((each) => !like(each))
  if (other < 0) return undefined
  return hosts[other] === undefined
    ? 'the host is not clear'
    : `the rule does not name the host ${hosts[other]}`
}

function aboutWords({ text, option, task }: RuleMatch, question: PolicyQuestion): string | undefined {
  if (text && !text.some((each) => matchesText(each, question.text))) return 'the text is another'
  if (option && !option.some((each) => question.options.some(({ label }) => matchesText(each, label)))) {
    return 'no such option is offered'
  }
  if (task && !task.some((each) => matchesGlob(each, question.task ?? '')))
    return `the task is ${question.task ?? 'not known'}`
  return undefined
}

/** The paths of a part, absolute for each directory that it may run in. */
export function absolutePaths(paths: readonly string[], from: readonly string[], place: Place): string[] {
  const all = paths.flatMap((path) => from.map((directory) => absolutePath(path, directory, place) ?? path))
  return [...new Set(all)]
}
