/** What is done with an agent while it is recorded, and which screens are marked. */
import type { PinnedAgent } from '../agents/pinned-agents.ts'
import type { Recorder } from './recorder.ts'

export interface Scenario {
  agents: readonly PinnedAgent[]
  /** Arguments in place of those of the agent's home. */
  args?: readonly string[]
  trusted?: false
  keyApproved?: false
  signedIn?: false
  updateKnown?: true
  themeChosen?: false
  /** How the terminal and the agent's colours are; the default is a dark one with colours. */
  look?: 'light' | 'no-color'
  /** The agent runs in a tmux of its own. */
  tmux?: true
  steps(recorder: Recorder, agent: PinnedAgent): Promise<void>
}

const all = ['claude', 'codex', 'gemini'] as const
const up = '\x1b[A'
const down = '\x1b[B'
const right = '\x1b[C'
const esc = '\x1b'

export const scenarios: Readonly<Record<string, Scenario>> = {
  trust: { agents: all, trusted: false, steps: (recorder) => asked(recorder, /trust/i, 'trust') },
  'api-key': {
    agents: ['claude'],
    keyApproved: false,
    steps: (recorder) => asked(recorder, /API key/i, 'api-key'),
  },
  login: {
    agents: all,
    signedIn: false,
    steps: (recorder, agent) => asked(recorder, logins[agent], 'login'),
  },
  theme: {
    agents: ['claude'],
    themeChosen: false,
    steps: (recorder) => asked(recorder, /Dark mode/, 'theme'),
  },
  update: { agents: ['codex'], updateKnown: true, steps: (recorder) => asked(recorder, /Update/, 'update') },
  light: { agents: ['claude', 'codex'], look: 'light', steps: looks },
  'no-color': { agents: ['claude', 'codex'], look: 'no-color', steps: looks },
  tmux: { agents: ['claude', 'codex'], tmux: true, steps: looks },
  idle: {
    agents: all,
    steps: async (recorder, agent) => {
      await ready(recorder, agent)
      recorder.mark('idle-fresh')
      await recorder.submit('say hello')
      await recorder.until(/Hello from the model/)
      await rested(recorder, 'idle-done')
      await recorder.keys('half a draft', 600)
      recorder.mark('draft')
    },
  },
  working: {
    agents: all,
    steps: async (recorder, agent) => {
      await prompt(recorder, agent, 'think hard')
      await recorder.settled(1_500, 1_500)
      recorder.mark('working-1s')
      await recorder.settled(2_500, 2_500)
      recorder.mark('working-4s')
      await recorder.until(/I have thought/)
      await rested(recorder, 'idle')
    },
  },
  streaming: {
    agents: all,
    steps: async (recorder, agent) => {
      await prompt(recorder, agent, 'stream slowly')
      await recorder.until(/word10/)
      recorder.mark('streaming')
      await recorder.until(/word59/)
      await rested(recorder, 'idle')
    },
  },
  'permission-command': {
    agents: all,
    steps: async (recorder, agent) => {
      await dialog(recorder, agent, 'run a command', 'permission')
      await recorder.keys(down)
      recorder.mark('permission-second')
      await recorder.keys(up)
      await approve(recorder, agent)
      await finished(recorder, 'answered-idle')
    },
  },
  'permission-denied': {
    agents: all,
    steps: async (recorder, agent) => {
      await dialog(recorder, agent, 'run a command', 'permission')
      await recorder.keys(esc, 800)
      await rested(recorder, 'denied')
    },
  },
  'permission-two': {
    agents: all,
    steps: async (recorder, agent) => {
      await dialog(recorder, agent, 'two in a row', 'permission-first')
      await approve(recorder, agent)
      await recorder.until(/second.txt/)
      await asked(recorder, dialogs[agent], 'permission-second')
      await approve(recorder, agent)
      await finished(recorder, 'idle')
    },
  },
  'permission-long': {
    agents: all,
    steps: (recorder, agent) => dialog(recorder, agent, 'long command', 'permission'),
  },
  'permission-write': {
    agents: all,
    steps: async (recorder, agent) => {
      await dialog(recorder, agent, 'write a file', 'permission')
      await approve(recorder, agent)
      await finished(recorder, 'answered-idle')
    },
  },
  'permission-edit': {
    agents: ['claude', 'gemini'],
    steps: async (recorder, agent) => {
      if (agent === 'claude') {
        // It edits only what it has read.
        await prompt(recorder, agent, 'read the file')
        await finished(recorder, 'idle')
      }
      await dialog(recorder, agent, 'edit a file', 'permission')
    },
  },
  'permission-fetch': {
    agents: ['claude', 'gemini'],
    steps: async (recorder, agent) => {
      await prompt(recorder, agent, 'fetch a page')
      await asked(recorder, /1\. (Yes|Allow)/, 'permission')
    },
  },
  question: {
    agents: all,
    steps: async (recorder, agent) => {
      await prompt(recorder, agent, 'ask me which')
      await asked(recorder, /Redis/, 'question')
      await recorder.keys(down)
      recorder.mark('question-second')
      await recorder.keys('\r', 100)
      await recorder.until(/Finished|Review|Submit/)
      await rested(recorder, 'answered')
    },
  },
  'question-many': {
    agents: ['claude', 'gemini'],
    steps: async (recorder, agent) => {
      await prompt(recorder, agent, 'choose several of them')
      await asked(recorder, /Redis/, 'multi')
      if (agent !== 'claude') return
      await recorder.keys('1')
      await recorder.keys('3')
      recorder.mark('multi-two-ticked')
      await recorder.keys(right, 600)
      recorder.mark('review')
    },
  },
  'question-text': {
    agents: ['claude', 'codex'],
    steps: async (recorder, agent) => {
      await prompt(recorder, agent, 'ask me which')
      await asked(recorder, /Redis/, 'question')
      if (agent === 'claude') await recorder.keys('4', 500)
      else for (const key of [down, down, down, '\t']) await recorder.keys(key)
      recorder.mark('field')
      await recorder.keys('MySQL', 500)
      recorder.mark('free-text')
      await recorder.keys('\r', 300)
      await finished(recorder, 'answered')
    },
  },
  'question-many-text': {
    agents: ['claude'],
    steps: async (recorder, agent) => {
      await prompt(recorder, agent, 'choose several of them')
      await asked(recorder, /Redis/, 'multi')
      for (const key of [down, down, down]) await recorder.keys(key)
      recorder.mark('field')
      await recorder.keys('MySQL', 500)
      recorder.mark('free-text')
      await recorder.keys(up, 500)
      recorder.mark('left')
      await recorder.keys(right, 600)
      recorder.mark('review')
      await recorder.keys('1', 300)
      await finished(recorder, 'answered')
    },
  },
  'plan-decision': {
    agents: ['codex'],
    steps: async (recorder, agent) => {
      await ready(recorder, agent)
      await recorder.keys('\x1b[Z', 600)
      await recorder.submit('make a plan')
      await asked(recorder, /Implement this plan/, 'plan')
    },
  },
  plan: {
    agents: ['claude'],
    args: ['--permission-mode', 'plan'],
    steps: async (recorder, agent) => {
      await prompt(recorder, agent, 'make a plan')
      await asked(recorder, /1\. Yes/, 'plan')
    },
  },
  limit: { agents: all, steps: (recorder, agent) => refused(recorder, agent, 'over the limit', 'limit') },
  overloaded: {
    agents: ['claude', 'codex'],
    steps: (recorder, agent) => refused(recorder, agent, 'overloaded', 'overloaded'),
  },
  'bad-request': {
    agents: all,
    steps: (recorder, agent) => refused(recorder, agent, 'bad request', 'error'),
  },
  unauthorized: {
    agents: ['claude', 'codex'],
    steps: (recorder, agent) => refused(recorder, agent, 'unauthorized', 'login'),
  },
  quoted: {
    agents: all,
    steps: async (recorder, agent) => {
      await prompt(recorder, agent, 'quote a dialog')
      await recorder.until(/Press enter to confirm/)
      await rested(recorder, 'quoted')
      await recorder.submit('print errors')
      await recorder.until(/PERMISSION DENIED/)
      await rested(recorder, 'errors-printed')
    },
  },
  exit: {
    agents: all,
    steps: async (recorder, agent) => {
      await ready(recorder, agent)
      await recorder.keys(agent === 'gemini' ? '/quit' : '/exit', 500)
      await recorder.keys('\r', 300)
      if (!recorder.ended) await recorder.keys('\r', 300)
      await recorder.settled(2_000, 2_000)
      recorder.mark('exited')
    },
  },
}

/** The same in every look: a draft, a permission, an answer, a question. */
async function looks(recorder: Recorder, agent: PinnedAgent): Promise<void> {
  await ready(recorder, agent)
  recorder.mark('idle-fresh')
  await recorder.keys('half a draft', 600)
  recorder.mark('draft')
  for (const _ of 'half a draft') await recorder.keys('\x7f', 30)
  await recorder.submit('run a command')
  await asked(recorder, dialogs[agent], 'permission')
  await recorder.keys(down)
  recorder.mark('permission-second')
  await recorder.keys(up)
  await approve(recorder, agent)
  await finished(recorder, 'answered-idle')
  await recorder.submit('ask me which')
  await asked(recorder, /Redis/, 'question')
}

const logins: Record<PinnedAgent, RegExp> = {
  claude: /Not logged in/,
  codex: /Sign in|API key/i,
  gemini: /authenticate/i,
}
/** The input box is up. */
const boxes: Record<PinnedAgent, RegExp> = {
  claude: /shortcuts|manual mode|plan mode/,
  codex: /›/,
  gemini: /Type your message/,
}
const dialogs: Record<PinnedAgent, RegExp> = {
  claude: /Esc to cancel/,
  codex: /enter to confirm|enter to submit/i,
  gemini: /suggest changes|esc to cancel/i,
}

async function ready(recorder: Recorder, agent: PinnedAgent): Promise<void> {
  await recorder.until(boxes[agent])
  await recorder.settled(1_000, 3_000)
}

async function prompt(recorder: Recorder, agent: PinnedAgent, text: string): Promise<void> {
  await ready(recorder, agent)
  await recorder.submit(text)
}

async function asked(recorder: Recorder, pattern: RegExp, label: string): Promise<void> {
  await recorder.until(pattern)
  await recorder.settled(700, 2_500)
  recorder.mark(label)
}

async function dialog(recorder: Recorder, agent: PinnedAgent, text: string, label: string): Promise<void> {
  await prompt(recorder, agent, text)
  await asked(recorder, dialogs[agent], label)
}

function approve(recorder: Recorder, agent: PinnedAgent): Promise<void> {
  return recorder.keys(agent === 'codex' ? 'y' : '1', 300)
}

async function finished(recorder: Recorder, label: string): Promise<void> {
  await recorder.until(/Finished/)
  await rested(recorder, label)
}

async function rested(recorder: Recorder, label: string): Promise<void> {
  await recorder.settled(1_200, 5_000)
  recorder.mark(label)
}

/** Agents repeat a refused request for some seconds before they show it. */
async function refused(recorder: Recorder, agent: PinnedAgent, text: string, label: string): Promise<void> {
  await prompt(recorder, agent, text)
  await recorder.settled(6_000, 6_000)
  recorder.mark(label)
}
