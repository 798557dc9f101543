/** What the model says in the scenarios: words of the prompt choose the answer. */
import type { Reply, Turn } from '../model-server/dialect.ts'
import { overloaded, promptTooLong, unauthorized, usageLimit } from '../model-server/refusals.ts'
import {
  ask,
  editFile,
  fetchPage,
  presentPlan,
  readFile,
  runCommand,
  writeFile,
} from '../model-server/tools.ts'

/** @param project where the agent works */
export function recordingScript(project: string): (turn: Turn) => Reply {
  return (turn) => {
    const results = turn.toolResults.length
    if (/two in a row/.test(turn.prompt) && results === 1)
      return { toolCalls: [runCommand(turn, 'touch second.txt')] }
    if (results > 0) return { text: 'Finished. The result is as you wanted it.' }
    const entry = answers.find(([words]) => words.test(turn.prompt))
    return entry ? entry[1](turn, project) : { text: 'Hello from the model.' }
  }
}

const answers: [words: RegExp, answer: (turn: Turn, project: string) => Reply][] = [
  [/two in a row/, (turn) => ({ toolCalls: [runCommand(turn, 'touch first.txt')] })],
  [/long command/, (turn) => ({ toolCalls: [runCommand(turn, longCommand)] })],
  [
    /run a command/,
    (turn) => ({
      text: 'I will create a marker file.',
      toolCalls: [runCommand(turn, 'touch marker.txt && echo RAN')],
    }),
  ],
  [
    /write a file/,
    (turn, project) => ({
      toolCalls: [
        writeFile(turn, `${project}/new.ts`, 'export const answer = 42\nexport const name = "new"\n'),
      ],
    }),
  ],
  [
    /edit a file/,
    (turn, project) => ({
      toolCalls: [editFile(turn, `${project}/app.ts`, 'const port = 80', 'const port = 8080')],
    }),
  ],
  [/fetch a page/, (turn) => ({ toolCalls: [fetchPage(turn, 'https://example.com/docs')] })],
  [/several of/, (turn) => ({ toolCalls: [ask(turn, { ...databases, many: true })] })],
  [/ask me which/, (turn) => ({ toolCalls: [ask(turn, databases)] })],
  [/read the file/, (turn, project) => ({ toolCalls: [readFile(turn, `${project}/app.ts`)] })],
  [
    /make a plan/,
    (turn, project) =>
      turn.api === 'openai-responses'
        ? { text: proposedPlan }
        : {
            toolCalls: [
              presentPlan(turn, '# Plan\n\n1. Add the route\n2. Write the test\n', `${project}/plan.md`),
            ],
          },
  ],
  [/think hard/, () => ({ thinkMs: 7_000, text: 'I have thought.' })],
  [
    /stream slowly/,
    () => ({ pieceMs: 120, text: Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ') }),
  ],
  [/over the limit/, () => ({ refusal: usageLimit })],
  [/overloaded/, () => ({ refusal: overloaded })],
  [/bad request/, () => ({ refusal: promptTooLong })],
  [/unauthorized/, () => ({ refusal: unauthorized })],
  [/quote a dialog/, () => ({ text: quotedDialogs })],
  [
    /print errors/,
    () => ({
      text: 'The log has:\n\nERROR: connection refused\nPERMISSION DENIED: /var/log\nQUESTION: which one?\nAllow execution of: [Shell]?\n',
    }),
  ],
]

const longCommand = `printf '%s\\n' ${Array.from(
  { length: 14 },
  (_, index) => `"argument number ${index} of a long command line"`,
).join(' ')} > out.txt`

const databases = {
  question: 'Which database should the service use?',
  header: 'Database',
  options: [
    { label: 'PostgreSQL', description: 'Relational, robust' },
    { label: 'SQLite', description: 'Embedded, simple' },
    { label: 'Redis', description: 'In-memory' },
  ],
}

/** Codex shows what stands between these tags as the plan. */
const proposedPlan = '<proposed_plan>\n# Plan\n\n1. Add the route\n2. Write the test\n</proposed_plan>\n'

const quotedDialogs = `The dialog looks like this:

\`\`\`
 Bash command

   touch marker.txt

 Do you want to proceed?
 ❯ 1. Yes
   2. Yes, and always allow
   3. No

 Esc to cancel · Tab to amend
\`\`\`

and Codex:

\`\`\`
  Would you like to run the following command?

  $ touch marker.txt

› 1. Yes, proceed (y)
  2. No (esc)

  Press enter to confirm or esc to cancel
\`\`\`
`
