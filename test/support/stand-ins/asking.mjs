// Asks one thing after the other until it is told to stop, as a dialog or on a line at the cursor; in its log stands
// what was answered to which. A line is read by the kernel, a dialog key by key.
//   form    `dialog` or `line`
//   name    stands in the questions
//   stop    it asks nothing more when this file exists
//   command the subject of its dialogs; `%n` is the number
import { appendFileSync, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { StandIn, scenario } from './stand-in.mjs'

const options = scenario()
/** It works for so long between two questions, in ms. */
const workMs = 120

if (options.form === 'line') await askLines()
else askDialogs()

async function askLines() {
  const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  for (let n = 1; !existsSync(options.stop); n++) {
    process.stdout.write(`QUESTION: ${options.name} asks number ${n}: which config? `)
    const { value } = await input.next()
    appendFileSync(options.log, `${JSON.stringify({ n, answer: value })}\n`)
    console.log(`got number ${n}`)
    await new Promise((resolve) => setTimeout(resolve, workMs))
  }
  console.log('all is answered')
  setInterval(() => {}, 60_000)
}

function askDialogs() {
  let n = 0
  class Asking extends StandIn {
    ask() {
      if (existsSync(options.stop)) {
        this.transcript.push('all is answered')
        return this.draw()
      }
      n += 1
      const subject = options.command.replace('%n', String(n))
      this.dialog = { question: 'Do you want to proceed?', options: ['Yes', 'No'], subject }
      this.draw()
    }

    key(key) {
      const index = Number(key) - 1
      const label = this.dialog?.options[index]
      this.note({ key, n: this.dialog ? n : undefined, answer: label })
      if (label === undefined) return
      this.dialog = undefined
      setTimeout(() => this.ask(), workMs)
    }
  }
  new Asking(options.log).ask()
}
