// Asks as @clack/prompts does (1.9.0): the cursor is hidden, of a frame only the rows that changed are drawn anew, so
// that the cursor comes back to a column in the middle. Logs every chunk that arrives and, at the end, all answers.
//   questions   of the kinds `confirm`, `select`, `text`, `multiselect`; each with `message` and, but for text, `labels`
import { appendFileSync } from 'node:fs'
import { scenario } from './stand-in.mjs'

const { log, questions } = scenario()
const dim = (text) => `\x1b[2m${text}\x1b[22m`
const cyan = (text) => `\x1b[36m${text}\x1b[39m`
const note = (entry) => appendFileSync(log, `${JSON.stringify({ at: Date.now(), ...entry })}\n`)

let previous = []
let at = 0
let typed = ''
let ticked = new Set()
const answers = []

process.stdin.setRawMode(true)
process.stdin.on('data', (chunk) => {
  note({ got: chunk.toString('utf8') })
  for (const [key] of chunk.toString('utf8').matchAll(/\x1b\[[A-Z]|[\s\S]/gu)) take(key)
})
process.stdout.write('┌  create-app\n\x1b[?25l│\n')
draw()

function take(key) {
  const [question] = questions
  if (!question) return
  const last = (question.labels?.length ?? 0) - 1
  if (key === '\r') return submit(question)
  if (question.kind === 'text') typed += key
  else if (key === ' ' && question.kind === 'multiselect') ticked[ticked.has(at) ? 'delete' : 'add'](at)
  else if (key === '\x1b[A' || key === '\x1b[D') at = at === 0 ? last : at - 1
  else if (key === '\x1b[B' || key === '\x1b[C') at = at === last ? 0 : at + 1
  draw()
}

function submit({ kind, message, labels }) {
  const several = () => labels.filter((_, index) => ticked.has(index))
  const answer = kind === 'text' ? typed : kind === 'multiselect' ? several() : labels[at]
  answers.push(answer)
  process.stdout.write(
    `\x1b[999D\x1b[${previous.length - 1}A\x1b[J◇  ${message}\n│  ${dim(String(answer))}\n│\n`,
  )
  previous = []
  at = 0
  typed = ''
  ticked = new Set()
  questions.shift()
  if (questions.length > 0) return draw()
  note({ answers })
  process.stdout.write('└  done\n')
}

function draw() {
  const rows = frame(questions[0])
  const changed = rows.flatMap((row, index) => (row === previous[index] ? [] : [index]))
  const [first] = changed
  if (previous.length === 0) process.stdout.write(rows.join('\n'))
  else if (first !== undefined) {
    process.stdout.write(`\x1b[999D\x1b[${rows.length - 1}A${first > 0 ? `\x1b[${first}B` : ''}`)
    if (changed.length === 1) {
      process.stdout.write('\x1b[2K\x1b[G')
      process.stdout.write(rows[first])
      process.stdout.write(`\x1b[${rows.length - first - 1}B`)
    } else {
      process.stdout.write('\x1b[J')
      process.stdout.write(rows.slice(first).join('\n'))
    }
  }
  previous = rows
}

function frame({ kind, message, labels }) {
  const field =
    typed === '' ? '\x1b[7mm\x1b[27m\x1b[2my-app\x1b[22m' : `${typed}\x1b[7m\x1b[8m_\x1b[28m\x1b[27m`
  const radio = (label, index) => (index === at ? `\x1b[32m●\x1b[39m ${label}` : `${dim('○')} ${dim(label)}`)
  const box = (label, index) => {
    const glyph = ticked.has(index) ? '\x1b[32m◼\x1b[39m' : index === at ? cyan('◻') : dim('◻')
    return `${glyph} ${index === at ? label : dim(label)}`
  }
  const inside = {
    text: () => [field],
    confirm: () => [labels.map(radio).join(` ${dim('/')} `)],
    select: () => labels.map(radio),
    multiselect: () => labels.map(box),
  }[kind]()
  return [`${cyan('◆')}  ${message}`, ...inside.map((row) => `${cyan('│')}  ${row}`), cyan('└'), '']
}
